"""A PostgreSQL of the tests' own: in a temporary folder, on a free port, stopped at the end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine, or None."""
    if initdb := shutil.which("initdb"):
        return Path(initdb).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def _as_ordinary_user() -> dict[str, object]:
    """initdb refuses root: drop to `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL refuses to run as root, and there is no other user")


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[str]:
    """Start a server; give the address of its `postgres` database; stop it."""
    folder = binaries()
    if folder is None:
        raise RuntimeError("no PostgreSQL server here")
    home = Path(tempfile.mkdtemp(prefix="rondo-pg-"))
    user = _as_ordinary_user()
    if user:
        os.chown(home, int(str(user["user"])), int(str(user["group"])))
    data, port = home / "data", free_port()
    quiet = {"stdout": subprocess.DEVNULL, "cwd": home, **user}
    subprocess.run(
        [folder / "initdb", "-D", data, "-U", "rondo", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
        check=True,
        **quiet,
    )
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off"
    options += " -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB"
    subprocess.run(
        [folder / "pg_ctl", "-D", data, "-w", "-o", options, "-l", home / "log", "start"], check=True, **quiet
    )
    try:
        yield f"postgresql+psycopg://rondo@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([folder / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=False, **quiet)
        shutil.rmtree(home, ignore_errors=True)
