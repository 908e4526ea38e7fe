"""The one way in which the portal calls addresses that people typed.

Such an address must not lead into the network that the portal stands in. So a name is resolved once, every address that
it has must be one of the public Internet (or of the networks that the operator allows), and the connection goes to what
was checked: a name that says something else a moment later changes nothing. Redirects are not followed; the caller gets
the 3xx. The whole of it, from the name to the last byte, has one limit of time, and what is read one of size. No proxy
of the environment is used.
"""

import http.client
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl

SECONDS = 10.0
MOST = 64 * 1024
"""Bytes of an answer that are read."""
PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1024
"""Those below belong to services that speak something else than HTTP."""
NOT_PUBLIC = tuple(
    IPv6Network(each) if ":" in each else IPv4Network(each)
    # What is set apart (RFC 6890 and after), and what carries an IPv4 address within: Teredo, 6to4 and its relays.
    for each in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
PUBLIC_6 = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
"""How a host without IPv4 reaches IPv4: the last four bytes are the address that is meant."""

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
TROUBLES: dict[type[Exception], str] = {
    http.client.RemoteDisconnected: "it hung up without an answer",
    ConnectionResetError: "it hung up without an answer",
    BrokenPipeError: "it hung up without an answer",
    ConnectionRefusedError: "it refused the connection",
}


class NotSent(Exception):
    """There is no answer; why, in a few words that do not name the address."""


class NotAllowed(NotSent):
    """The address is none that may be called."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address, taken apart."""

    scheme: str
    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: its beginning, as far as it was read."""

    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes


def target_of(url: str) -> Target:
    """The parts of an address that may be called. Raises NotAllowed."""
    if not url.isascii() or any(char.isspace() or ord(char) < 32 for char in url):
        raise NotAllowed("it is no address of the web")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed("it is no address of the web") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise NotAllowed("only http and https are called")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("a name and a password do not belong in it")
    if port is None:
        port = PORTS[parts.scheme]
    elif port not in PORTS.values() and port < FIRST_FREE_PORT:
        raise NotAllowed(f"port {port} is not called")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, path)


def reachable(target: Target, *, allowed: Sequence[Network] = (), seconds: float = SECONDS) -> list[str]:
    """The addresses of the host, every one of which may be called. Raises NotAllowed, NotSent."""
    found = list(dict.fromkeys(_resolved(target.host, target.port, seconds)))
    if not found:
        raise NotSent("the host has no address")
    for each in found:
        if not may_be_called(ip_address(each.partition("%")[0]), allowed):
            raise NotAllowed("the host is not on the public Internet")
    return found


def may_be_called(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Whether it is one of the public Internet, or of the networks allowed."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return may_be_called(address.ipv4_mapped, allowed)
        if address in NAT64:
            return may_be_called(IPv4Address(address.packed[-4:]), allowed)
    if any(address in network for network in allowed):
        return True
    if any(address in network for network in NOT_PUBLIC):
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return isinstance(address, IPv4Address) or address in PUBLIC_6


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Sequence[Network] = (),
    seconds: float = SECONDS,
    most: int = MOST,
) -> Answer:
    """Send it, and read what is answered. Raises NotSent, NotAllowed."""
    target = target_of(url)
    watch = _Watch(seconds)
    try:
        addresses = reachable(target, allowed=allowed, seconds=watch.left)
        connection = _connection(target, addresses, watch)
        try:
            answer = _answered(connection, target, body, headers, most)
            if watch.is_over:  # what was cut looks like an end
                raise TimeoutError
            return answer
        finally:
            connection.close()
    except NotSent:
        raise
    except Exception as error:
        raise NotSent(_words(error, watch, seconds)) from error
    finally:
        watch.end()


class _Watch:
    """Cuts the connection when the time is over, whatever is waited for then: a receiver that sends a byte a second
    never lets any single wait grow long."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.is_over = False
        self._held: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    @property
    def left(self) -> float:
        return max(0.01, self.until - time.monotonic())

    def hold(self, connected: socket.socket) -> None:
        """A second handle on the connection: encryption takes the first one over."""
        with self._lock:
            self._held = connected.dup()
            if self.is_over:
                self._shut()

    def end(self) -> None:
        self._timer.cancel()
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None

    def _cut(self) -> None:
        with self._lock:
            self.is_over = True
            self._shut()

    def _shut(self) -> None:
        if self._held is not None:
            with suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    """What the name says now. The system's resolver knows no limit of time, so it is asked aside."""
    found: list[str] = []
    wrong: list[Exception] = []

    def ask() -> None:
        try:
            found.extend(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            wrong.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if asking.is_alive():
        raise NotSent("the name of the host was not resolved in time")
    if wrong:
        raise NotSent("there is no such host")
    return found


def _connection(target: Target, addresses: Sequence[str], watch: _Watch) -> Any:
    """A connection of urllib3 that is made to these addresses alone; Host and the name that the certificate must have
    stay those of the target."""
    from urllib3.connection import HTTPConnection, HTTPSConnection

    def connected(_self: Any) -> socket.socket:
        trouble: OSError | None = None
        for number, address in enumerate(addresses):
            try:
                patience = watch.left / (len(addresses) - number)
                made = socket.create_connection((address, target.port), timeout=patience)
            except OSError as error:
                trouble = error
                continue
            made.settimeout(watch.left)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            watch.hold(made)
            return made
        raise trouble or OSError("no address")

    base: Any = HTTPSConnection if target.scheme == "https" else HTTPConnection
    pinned: Any = type("Pinned", (base,), {"_new_conn": connected})
    more: dict[str, Any] = {"ssl_context": _certificates()} if target.scheme == "https" else {}
    return pinned(target.host, target.port, timeout=watch.left, **more)


@cache
def _certificates() -> "ssl.SSLContext":
    """The authorities that this system trusts: reading them takes a while."""
    import ssl

    return ssl.create_default_context()


def _answered(connection: Any, target: Target, body: bytes, headers: Mapping[str, str], most: int) -> Answer:
    connection.request(
        "POST", target.path, body=body, headers=dict(headers), preload_content=False, decode_content=False
    )
    response = connection.getresponse()
    read = bytearray()
    while len(read) < most and (part := response.read1(most - len(read), decode_content=False)):
        read += part
    named = {str(name).lower(): str(value) for name, value in response.headers.items()}
    return Answer(int(response.status), named, bytes(read))


def _words(error: Exception, watch: _Watch, seconds: float) -> str:
    """What went wrong, for people who look after the receiver."""
    import ssl

    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    if watch.is_over or isinstance(error, TimeoutError):
        return f"no answer within {seconds:g} seconds"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"no encrypted connection: {error.reason or 'it was cut'}"
    known = next((words for sort, words in TROUBLES.items() if isinstance(error, sort)), "")
    return known or (error.strerror if isinstance(error, OSError) else "") or "what it answered is no HTTP"
