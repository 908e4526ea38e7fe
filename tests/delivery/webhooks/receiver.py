"""A real HTTP receiver, which misbehaves as it is told."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Got:
    """One request that came in."""

    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """What it got, and how it answers: `plan` gets the request and returns a status, or does worse by itself."""

    port: int = 0
    scheme: str = "http"
    got: list[Got] = field(default_factory=list)
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    plan: Callable[[Got, socket.socket], int | None] | None = None
    arrived: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    @property
    def kinds(self) -> list[str]:
        return [each.json["type"] for each in self.got]

    def waits_for(self, number: int, seconds: float = 30) -> list[Got]:
        until = time.monotonic() + seconds
        while len(self.got) < number and time.monotonic() < until:
            time.sleep(0.01)
        return self.got


def hangs(until: threading.Event) -> Callable[[Got, socket.socket], int | None]:
    """Says nothing until it is told to."""

    def plan(_got: Got, _connection: socket.socket) -> int | None:
        until.wait(60)
        return None

    return plan


def drops(_got: Got, _connection: socket.socket) -> int | None:
    """Hangs up without a word."""
    return None


def drips(_got: Got, connection: socket.socket) -> int | None:
    """Sends one byte after the other, and never comes to an end."""
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            connection.sendall(b"a")
            time.sleep(0.05)
    return None


def drips_body(_got: Got, connection: socket.socket) -> int | None:
    """Likewise, after all that is needed was said."""
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            connection.sendall(b"a")
            time.sleep(0.05)
    return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        receiver: Receiver = self.server.receiver  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        receiver.got.append(got)
        receiver.arrived.set()
        status = receiver.plan(got, self.connection) if receiver.plan else receiver.status
        self.close_connection = True
        if status is None:
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        with suppress(OSError):
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(receiver.body)))
            self.end_headers()
            self.wfile.write(receiver.body)

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args: Any) -> None:
        """Connections that break are what it is there for."""


@contextmanager
def receiving(context: ssl.SSLContext | None = None, **given: Any) -> Iterator[Receiver]:
    """A receiver on a port that is free, with a certificate if it is given one."""
    receiver = Receiver(**given)
    server = _Server(("127.0.0.1", 0), _Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        receiver.scheme = "https"
    server.receiver = receiver  # type: ignore[attr-defined]
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
