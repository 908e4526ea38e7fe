"""Messages are handed in by a mail server, or fetched from a mailbox; each is done with only once it is taken in."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from portal import worker
from portal.cli import doctor, receiving
from portal.config import BadSetting
from portal.core.errors import Busy
from portal.delivery.receiving import fetching
from tests.conftest import settings_for
from tests.delivery.receiving.coming import answer, received, report, told
from tests.factories import make_person


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server with one mailbox, as much of IMAP (RFC 3501) as a client needs to read it."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.messages: list[bytes] = []
        self.flags: dict[int, set[str]] = {}
        self.password = "right"

    @property
    def url(self) -> str:
        return f"imap://forum:right@127.0.0.1:{self.server_address[1]}/INBOX"


class Conversation(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _space, rest = line.partition(" ")
            verb = rest.upper().removeprefix("UID ").split(" ")[0].replace('"', "")
            getattr(self, f"do_{verb.lower()}", self.no)(tag, rest)
            if verb == "LOGOUT":
                break

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def no(self, tag: str, _rest: str) -> None:
        self.say(f"{tag} BAD what?")

    def do_capability(self, tag: str, _rest: str) -> None:
        self.say("* CAPABILITY IMAP4rev1")
        self.say(f"{tag} OK done")

    def do_login(self, tag: str, rest: str) -> None:
        self.say(f"{tag} OK done" if f'"{self.server.password}"' in rest else f"{tag} NO who are you?")

    def do_select(self, tag: str, _rest: str) -> None:
        self.say(f"* {len(self.server.messages)} EXISTS")
        self.say(f"{tag} OK [READ-WRITE]")

    def do_search(self, tag: str, _rest: str) -> None:
        unseen = [n for n in range(1, len(self.server.messages) + 1) if "\\Seen" not in self.server.flags.get(n, set())]
        self.say("* SEARCH " + " ".join(map(str, unseen)))
        self.say(f"{tag} OK done")

    def do_fetch(self, tag: str, rest: str) -> None:
        number = int(rest.split(" ")[2])
        raw = self.server.messages[number - 1]
        self.wfile.write(f"* {number} FETCH (UID {number} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        self.say(f"{tag} OK done")

    def do_store(self, tag: str, rest: str) -> None:
        number = int(rest.split(" ")[2])
        self.server.flags.setdefault(number, set()).update(re.findall(r"\\\w+", rest))
        self.say(f"{tag} OK done")

    def do_logout(self, tag: str, _rest: str) -> None:
        self.say("* BYE for now")
        self.say(f"{tag} OK done")


@pytest.fixture
def mailbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    server = Mailbox()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    monkeypatch.setattr(app.config["RONDO"], "imap_url", server.url)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_what_lies_in_the_mailbox_is_taken_in_and_marked(app: Flask, mailbox: Mailbox) -> None:
    letter = told(make_person())
    mailbox.messages += [answer(letter).as_bytes(), report(letter), b"nothing of ours"]
    worker.run_once()
    assert [row.what for row in received()] == ["reply", "bounce", "ignored"]
    assert mailbox.flags == {n: {"\\Seen"} for n in (1, 2, 3)}
    assert fetching.fetch() == 0


def test_one_that_is_fetched_twice_is_taken_in_once(app: Flask, mailbox: Mailbox) -> None:
    mailbox.messages.append(answer(told(make_person())).as_bytes())
    fetching.fetch()
    mailbox.flags.clear()
    assert fetching.fetch() == 1
    assert [row.what for row in received()] == ["reply"]


def test_nothing_is_marked_while_the_database_is_away(
    app: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_raw: bytes) -> None:
        raise Busy

    mailbox.messages.append(answer(told(make_person())).as_bytes())
    monkeypatch.setattr(fetching, "receive", away)
    assert fetching.fetch() == 0
    assert mailbox.flags == {}


def test_one_that_cannot_be_taken_in_does_not_keep_the_others(
    app: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = fetching.receive

    def fails(raw: bytes) -> tuple[str, str]:
        if b"bad" in raw:
            raise ZeroDivisionError
        return taken(raw)

    monkeypatch.setattr(fetching, "receive", fails)
    mailbox.messages += [b"Subject: bad\n\nbad", answer(told(make_person())).as_bytes()]
    for _time in range(fetching.TRIES):
        fetching.fetch()
    assert mailbox.flags == {1: {"\\Seen", "\\Flagged"}, 2: {"\\Seen"}}


def test_a_mailbox_that_cannot_be_opened_stops_nobody(app: Flask, mailbox: Mailbox) -> None:
    mailbox.password = "other"
    assert fetching.fetch() == 0
    mailbox.server_close()
    assert fetching.fetch() == 0


def handed_in(app: Flask, monkeypatch: pytest.MonkeyPatch, raw: bytes, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["mail", "receive", *words], input=raw)
    return result.exit_code, result.output


def test_a_mail_server_hands_it_in(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = told(make_person())
    code, said = handed_in(app, monkeypatch, answer(letter).as_bytes())
    assert (code, said.splitlines()[-1]) == (0, "reply")
    assert handed_in(app, monkeypatch, answer(letter).as_bytes())[0] == 0
    assert handed_in(app, monkeypatch, b"")[0] == 0
    other = answer(letter, To="undisclosed@example.com", Message_ID="<2@example.com>")
    assert handed_in(app, monkeypatch, other.as_bytes(), "--to", str(answer(letter)["To"]))[0] == 0
    assert [row.what for row in received()] == ["reply", "ignored", "reply"]


def test_a_database_that_is_away_is_said_in_one_line(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise OperationalError("x", {}, Exception("connection refused\nIs the server running?"))

    monkeypatch.setattr(receiving, "take_in", fails)
    code, said = handed_in(app, monkeypatch, b"Subject: x\n\nx")
    assert (code, said.strip()) == (75, "Not now: the database: connection refused")
    assert caplog.records == []


@pytest.mark.parametrize("trouble", [Busy(), ZeroDivisionError()], ids=repr)
def test_what_goes_wrong_is_tried_again_by_the_mail_server(
    app: Flask, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def fails(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(receiving, "take_in", fails)
    code, said = handed_in(app, monkeypatch, b"Subject: x\n\nx")
    assert code == 75
    assert f"Not now: {type(trouble).__name__}" in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"imap_url": "imaps://a:b@host"}, "IMAP_URL needs MAIL_REPLIES"),
        ({"imap_url": "pop3://a:b@host", "mail_replies": "r@example.com"}, "must be an address such as imaps://"),
        ({"imap_url": "imaps://host", "mail_replies": "r@example.com"}, "names nobody to sign in as"),
    ],
)
def test_a_setting_that_cannot_be_is_named(tmp_path: Path, given: dict[str, str], said: str) -> None:
    with pytest.raises(BadSetting) as trouble:
        settings_for("", tmp_path, **given)
    assert "IMAP_URL" in trouble.value.line
    assert said in trouble.value.line
    assert "\n" not in trouble.value.line


def test_a_server_is_believed_by_its_certificate_alone(
    app: Flask, mailbox: Mailbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever sits between reads the password."""
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(certificate)
    mailbox.socket = trust.wrap_socket(mailbox.socket, server_side=True, do_handshake_on_connect=False)
    monkeypatch.setattr(app.config["RONDO"], "imap_url", mailbox.url.replace("imap:", "imaps:"))
    [found] = doctor.check_replies(app.config["RONDO"])
    assert (found.state, "its certificate is not good: self-signed" in found.words) == ("wrong", True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    assert [each.state for each in doctor.check_replies(app.config["RONDO"])] == ["ok"]


def test_the_doctor_says_how_mail_comes_in(app: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def says() -> list[tuple[str, str]]:
        return [(found.state, found.words) for found in doctor.check_replies(app.config["RONDO"])]

    mailbox.messages.append(b"Subject: x\n\nx")
    assert says() == [("ok", "reply@forum.example: in the mailbox wait messages: 1")]
    assert mailbox.flags == {}
    mailbox.password = "other"
    assert says() == [("wrong", "the mailbox of IMAP_URL: it answered NO: who are you?")]
    monkeypatch.setattr(app.config["RONDO"], "imap_url", "")
    assert says()[0][0] == "ok"
    monkeypatch.setattr(app.config["RONDO"], "mail_replies", "")
    assert says()[0][0] == "look"
