"""Read from the kernel what a group of processes cost, and drive a server from another process."""

import http.client
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

TICK = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """The process and everything it started that still runs."""
    found, queue = [], [pid]
    while queue:
        one = queue.pop()
        found.append(one)
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                queue += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time of these processes, and of their children that ended."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(int(value) for value in fields[11:15])
    return total / TICK


def pss_megabytes(pids: Sequence[int]) -> float:
    """Memory: private pages and this family's share of the shared ones."""
    total = 0
    for pid in pids:
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total / 1024


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    method: str = "GET"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    expect: tuple[int, ...] = (200,)


@dataclass(frozen=True)
class Figures:
    """What a case cost. Times in milliseconds."""

    requests: int
    per_second: float
    p50: float
    p99: float
    cpu: float
    failed: int
    hits: int


def drive(
    base: str, asks: Iterator[Ask], *, count: int, connections: int, pids: Callable[[], Sequence[int]]
) -> Figures:
    """Send `count` requests over kept-alive connections; every answer is read whole and its status checked."""
    lock, times, failed, hits = threading.Lock(), list[float](), [0], [0]
    left = [count]
    address = urlsplit(base)

    def one_connection() -> None:
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
        while True:
            with lock:
                if not left[0]:
                    break
                left[0] -= 1
                ask = next(asks)
            began = time.perf_counter()
            connection.request(ask.method, ask.path, ask.body or None, ask.headers)
            answer = connection.getresponse()
            answer.read()
            took = (time.perf_counter() - began) * 1000
            with lock:
                times.append(took)
                failed[0] += answer.status not in ask.expect
                hits[0] += answer.getheader("X-Cache") == "hit"
        connection.close()

    before, began = cpu_seconds(pids()), time.perf_counter()
    workers = [threading.Thread(target=one_connection) for _ in range(connections)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    wall, cpu = time.perf_counter() - began, cpu_seconds(pids()) - before
    times.sort()
    return Figures(
        requests=count,
        per_second=count / wall,
        p50=times[len(times) // 2],
        p99=times[min(len(times) - 1, int(len(times) * 0.99))],
        cpu=cpu * 1000 / count,
        failed=failed[0],
        hits=hits[0],
    )
