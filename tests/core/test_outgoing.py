"""The way out to addresses that people typed: never into our own network, never for long, never too much."""

import ipaddress
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.core import outgoing
from portal.core.outgoing import NotAllowed, NotSent, may_be_called, post, target_of
from tests.delivery.webhooks.receiver import Receiver, drips, drips_body, drops, receiving

HERE = [ipaddress.ip_network("127.0.0.1/32")]

NOT_PUBLIC = (
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "192.168.1.1"),
    *("192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::127.0.0.1"),
    *("64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:0808:0808::"),
    *("3fff::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "ff0e::1"),
)  # fmt: skip
PUBLIC = ("1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def send(url: str, **given: Any) -> outgoing.Answer:
    return post(url, b"{}", {"Content-Type": "application/json"}, **({"allowed": HERE} | given))


def resolves_to(monkeypatch: pytest.MonkeyPatch, *turns: str) -> list[str]:
    """The resolver says the one after the other, the last for ever; returns what it was asked."""
    asked: list[str] = []
    left = list(turns)

    def resolver(host: str, port: int, *_args: Any, **_given: Any) -> list[Any]:
        asked.append(host)
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return asked


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_of_the_public_internet_is_refused(address: str) -> None:
    assert not may_be_called(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_may_be_called(address: str) -> None:
    assert may_be_called(ipaddress.ip_address(address))


def test_a_network_that_the_operator_allows_and_no_other() -> None:
    allowed = [ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd12::/16")]
    for good in ("10.1.2.3", "fd12::1", "::ffff:10.1.2.3"):
        assert may_be_called(ipaddress.ip_address(good), allowed)
    for bad in ("10.2.0.1", "fd13::1", "127.0.0.1"):
        assert not may_be_called(ipaddress.ip_address(bad), allowed)


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://example.com/", "file:///etc/passwd", "gopher://x/", "//example.com/", "example.com", "http://", ""),
        *("http://ada:secret@example.com/", "http://example.com:22/", "http://example.com:99999/", "http://a b/"),
        *("http://example.com/\r\nX: y", "http://[::1", "http://exämple.com/", "https://example.com:0/"),
    ],
)
def test_what_is_no_address_that_is_called(url: str) -> None:
    with pytest.raises(NotAllowed):
        target_of(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_however_this_machine_is_written_it_is_not_called(receiver: Receiver, host: str) -> None:
    with pytest.raises(NotAllowed):
        send(f"http://{host}:{receiver.port}/", allowed=())
    assert receiver.got == []


def test_one_bad_address_among_good_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(socket.AF_INET, 1, 6, "", (each, 80)) for each in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_given: rows)
    with pytest.raises(NotAllowed):
        send("http://example.com/", allowed=())


def test_a_name_that_changes_after_the_look_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    """The resolver is asked once, and the connection goes to what was checked; Host stays the name."""
    asked = resolves_to(monkeypatch, "127.0.0.1", "10.9.9.9")
    connected: list[Any] = []

    def connect(address: Any, *args: Any, **given: Any) -> socket.socket:
        connected.append(address[0])
        made = socket.socket()
        made.settimeout(5)
        made.connect(address)
        return made

    monkeypatch.setattr(socket, "create_connection", connect)
    answer = send(f"http://rebinding.example:{receiver.port}/x?y=1")
    assert (answer.status, asked, connected) == (204, ["rebinding.example"], ["127.0.0.1"])
    assert receiver.got[0].headers["host"] == f"rebinding.example:{receiver.port}"
    assert receiver.got[0].path == "/x?y=1"


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": "http://169.254.169.254/latest/meta-data/"}
    assert send(receiver.url).status == 302
    assert len(receiver.got) == 1


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert send(receiver.url).status == 204


@pytest.mark.parametrize("plan", [drips, drips_body, lambda _got, _connection: time.sleep(1.5)])
def test_however_slow_it_answers_it_ends_in_time(receiver: Receiver, plan: Any) -> None:
    receiver.plan = plan
    began = time.monotonic()
    with pytest.raises(NotSent, match="no answer within 0"):
        send(receiver.url, seconds=0.4)
    assert time.monotonic() - began < 1.2


def test_of_a_huge_answer_the_beginning_is_read(receiver: Receiver) -> None:
    receiver.status, receiver.body = 200, b"x" * 5_000_000
    answer = send(receiver.url)
    assert (answer.status, len(answer.body)) == (200, outgoing.MOST)


def test_what_went_wrong_is_said_without_the_address(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver.plan = drops
    with pytest.raises(NotSent, match="hung up"):
        send(receiver.url)
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    with pytest.raises(NotSent, match="refused the connection"):
        send(f"http://127.0.0.1:{port}/secret")
    receiver.plan = lambda _got, connection: connection.sendall(b"SSH-2.0-x\r\n")
    with pytest.raises(NotSent, match="no HTTP"):
        send(receiver.url)
    monkeypatch.setattr(socket, "getaddrinfo", _no_such_host)
    with pytest.raises(NotSent, match="no such host"):
        send("http://nowhere.example/")


def _no_such_host(*_args: Any, **_given: Any) -> Any:
    raise socket.gaierror(-2, "Name or service not known")


class TestEncrypted:
    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Path:
        """Of hook.example, signed by itself."""
        made = ["-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem", "-days", "2", "-nodes"]
        named = ["-subj", "/CN=hook.example", "-addext", "subjectAltName=DNS:hook.example"]
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                *map(str, made),
                *named,
            ],
            check=True,
            capture_output=True,
        )
        return tmp_path

    @pytest.fixture
    def encrypted(self, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        trusted = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
        monkeypatch.setattr(outgoing, "_certificates", lambda: trusted)
        with receiving(context) as made:
            yield made

    def test_the_certificate_is_of_the_name_though_the_address_is_pinned(
        self, encrypted: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resolves_to(monkeypatch, "127.0.0.1")
        assert send(f"https://hook.example:{encrypted.port}/").status == 204
        with pytest.raises(NotSent, match="its certificate is not good"):
            send(f"https://other.example:{encrypted.port}/")

    def test_one_that_nobody_vouches_for(self, encrypted: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
        resolves_to(monkeypatch, "127.0.0.1")
        monkeypatch.setattr(outgoing, "_certificates", ssl.create_default_context)
        with pytest.raises(NotSent, match="its certificate is not good"):
            send(f"https://hook.example:{encrypted.port}/")
        assert encrypted.got == []
