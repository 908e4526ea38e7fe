"""The way out: encryption, sign-in, what is said when it fails, and the folder where there is no server."""

import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.smtp import AuthResult
from flask import Flask

from portal.config import Settings
from portal.delivery import mailing
from portal.delivery.letters import Drawn, envelope, fill
from portal.delivery.mailing import Later, Outbox, Smtp, Unreachable
from tests.delivery.conftest import AnyPort, MailServer
from tests.letters import text


def right(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"us:er", b"pass@word"), handled=False)


@pytest.fixture
def secure(certificate: Path) -> Iterator[MailServer]:
    """A server that wants encryption and a password."""
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(certificate)
    handler = MailServer()
    controller = AnyPort(
        handler, hostname="127.0.0.1", port=0, tls_context=trust, require_starttls=True, authenticator=right,
        auth_required=True,
    )  # fmt: skip
    controller.start()
    handler.port = controller.port
    yield handler
    controller.stop()


def letter(settings: Settings) -> Any:
    message = envelope(settings, "Räksmörgås AB", to="ada@exämple.se", message_id="<1@localhost>")
    fill(message, Drawn("Hello", "Hello.\n.a line that begins with a dot\n", "<p>Hello.</p>"))
    return message


@pytest.fixture
def message(app: Flask) -> Any:
    return letter(app.config["RONDO"])


def test_it_encrypts_and_signs_in(secure: MailServer, trusted: None, message: Any) -> None:
    steps: list[str] = []
    way = Smtp(f"smtp://us%3Aer:pass%40word@127.0.0.1:{secure.port}", steps.append)
    assert way.send(message).startswith("250")
    assert way.send(message).startswith("250"), "the connection is used again"
    way.close()
    assert len(secure.taken) == 2
    assert sum("Connecting" in step for step in steps) == 1
    assert "The connection is encrypted." in steps
    assert "pass@word" not in " ".join(steps)


def test_a_wrong_password_is_the_servers_matter_not_the_letters(
    secure: MailServer, trusted: None, message: Any
) -> None:
    with pytest.raises(Unreachable, match="535"):
        Smtp(f"smtp://user:wrong@127.0.0.1:{secure.port}", print).send(message)


def test_a_server_that_is_not_who_it_says_gets_nothing(secure: MailServer, message: Any) -> None:
    with pytest.raises(Unreachable, match=r"(?i)certificate"):
        Smtp(f"smtp://us%3Aer:pass%40word@127.0.0.1:{secure.port}", print).send(message)
    assert secure.taken == []


def test_a_password_is_not_sent_in_the_clear(
    mail_server: MailServer, message: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "LOOPBACK", ())
    with pytest.raises(Unreachable, match="no encryption"):
        Smtp(f"smtp://user:password@127.0.0.1:{mail_server.port}", print).send(message)


def test_from_and_to_are_written_as_servers_want_them(mail_server: MailServer, message: Any) -> None:
    with closing(Smtp(mail_server.url, print)) as way:
        way.send(message)
    [taken] = mail_server.taken
    assert mail_server.envelopes[0].rcpt_tos == ["ada@xn--exmple-cua.se"]
    assert taken["From"] == "Räksmörgås AB <noreply@localhost>"
    assert ".a line that begins with a dot" in text(cast(Any, taken))


def test_a_server_that_went_away_between_two_letters_is_called_again(mail_server: MailServer, message: Any) -> None:
    way = Smtp(mail_server.url, print)
    way.send(message)
    assert way.server is not None
    way.server.close()
    assert way.send(message).startswith("250")
    way.close()
    assert len(mail_server.taken) == 2


def test_a_sender_that_is_not_wanted_is_for_the_operator_to_mend(
    mail_server: MailServer, message: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no(_self: Any, *_rest: Any) -> str:
        return "553 5.7.1 Not your address"

    monkeypatch.setattr(MailServer, "handle_MAIL", no, raising=False)
    with closing(Smtp(mail_server.url, print)) as way, pytest.raises(Later, match="553"):
        way.send(message)


def test_the_outbox_keeps_a_letter_once_and_for_its_owner_alone(tmp_path: Path, message: Any) -> None:
    way = Outbox(tmp_path / "outbox", print)
    way.send(message)
    way.send(message)
    [path] = (tmp_path / "outbox").iterdir()
    assert path.name == "1.eml"
    assert path.stat().st_mode & 0o077 == 0


def test_an_outbox_that_cannot_be_written_to_says_so(tmp_path: Path, message: Any) -> None:
    (tmp_path / "outbox").write_text("a file")
    with pytest.raises(Unreachable, match="outbox"):
        Outbox(tmp_path / "outbox", print).send(message)


class TestTheCommand:
    """`flask mail test`: each step is said, and the one that fails by name."""

    @pytest.fixture
    def run(self, app: Flask) -> Iterator[Any]:
        settings = app.config["RONDO"]

        def run(url: str) -> tuple[int, str]:
            app.config["RONDO"] = settings.model_copy(update={"mail_url": url})
            done = app.test_cli_runner().invoke(args=["mail", "test", "ada@example.com"])
            return done.exit_code, done.output

        yield run
        app.config["RONDO"] = settings

    def test_what_works(self, run: Any, secure: MailServer, trusted: None) -> None:
        code, said = run(f"smtp://us%3Aer:pass%40word@127.0.0.1:{secure.port}")
        steps = ("Connecting", "STARTTLS", "encrypted", "Signing in", "Sending a letter", "Done: 250")
        assert code == 0
        assert [said.index(step) for step in steps] == sorted(said.index(step) for step in steps)
        assert "pass@word" not in said

    def test_a_password_that_is_refused(self, run: Any, secure: MailServer, trusted: None) -> None:
        code, said = run(f"smtp://user:wrong@127.0.0.1:{secure.port}")
        assert (code, "signing in failed: 535" in said, "Traceback" in said) == (1, True, False)

    def test_a_certificate_that_is_nobodys(self, run: Any, secure: MailServer) -> None:
        code, said = run(f"smtp://us%3Aer:pass%40word@127.0.0.1:{secure.port}")
        assert (code, "encrypting failed" in said) == (1, True)

    def test_an_address_that_is_refused(self, run: Any, mail_server: MailServer) -> None:
        mail_server.to_recipient = "550 5.1.1 No such person here"
        code, said = run(mail_server.url)
        assert (code, "will not take this letter: 550 5.1.1 No such person here" in said) == (1, True)

    def test_nobody_there(self, run: Any) -> None:
        code, said = run("smtp://127.0.0.1:1")
        assert (code, "connecting failed" in said) == (1, True)


def test_a_refusal_of_an_address_is_hard_only_where_there_is_none() -> None:
    hard = ("550 5.1.1 No such user", "550 no such user here", "553 unknown")
    soft = ("550 5.7.1 spam", "552 5.2.2 mailbox full", "550 relay not permitted", "554 5.7.1 no", "552 too big")
    assert [mailing.is_hard(words) for words in (*hard, *soft)] == [True] * 3 + [False] * 5
