"""How a letter leaves the house: by SMTP, or into a folder where there is no mail server."""

import os
import re
import smtplib
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from portal.config import Settings
from portal.delivery.letters.envelopes import Letter

TIMEOUT = 20
"""Seconds that a server may take for each of its answers."""
PATIENCE = 100
"""Seconds that it may take to look at a whole letter: who hangs up sooner has it sent twice."""
CLOSING = 421
"""The server's last word before it hangs up."""
ENHANCED = re.compile(r"\b(5\.\d{1,3}\.\d{1,3})\b")
PORTS = {"smtp": 25, "smtps": 465}
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Refused(Exception):
    """The server will never take this letter (5xx); its words. `hard`: because there is no such address."""

    def __init__(self, words: str, *, hard: bool = False) -> None:
        super().__init__(words)
        self.hard = hard


class Later(Exception):
    """It did not work this time; why. `theirs`: the address was refused for now, not the letter, nor we."""

    def __init__(self, words: str, *, theirs: bool = False) -> None:
        super().__init__(words)
        self.theirs = theirs


class Unreachable(Later):
    """No letter gets through at the moment: the server, or what we are to sign in with, is the matter."""


class Mailer(Protocol):
    """Takes letters."""

    def send(self, message: Letter) -> str:
        """Send one letter, and return what was answered. Raises Refused, Later, Unreachable."""
        ...

    def reach(self) -> str:
        """See whether letters could be sent, and say where to. Raises Unreachable."""
        ...

    def close(self) -> None:
        """Say goodbye."""
        ...


Tell = Callable[[str], None]


def mailer(settings: Settings, *, tell: Tell = lambda words: None) -> Mailer:
    """The way out that the settings name. `tell` hears of each step in plain words."""
    if settings.mail_url:
        return Smtp(settings.mail_url, tell)
    return Outbox(settings.data_dir / "outbox", tell)


class Outbox:
    """A folder of .eml files, named after the letter: one that is written twice is still one."""

    def __init__(self, folder: Path, tell: Tell) -> None:
        self.folder, self.tell = folder, tell

    def send(self, message: Letter) -> str:
        """Write the file, whole or not at all, and readable by its owner alone: links in letters open accounts."""
        name = message.message_id.strip("<>").partition("@")[0]
        path = self.folder / f"{name}.eml"
        draft = path.with_suffix(f".{os.getpid()}.part")
        self.tell(f"There is no MAIL_URL, so the letter is written to {path}.")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
                file.write(message.as_bytes())
            draft.replace(path)
        except OSError as error:
            raise Unreachable(f"{path}: {error.strerror}") from error
        return f"written to {path}"

    def reach(self) -> str:
        """The folder, if it can be written to."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                return f"no MAIL_URL: letters go to {self.folder}"
        except OSError as error:
            raise Unreachable(f"{self.folder}: {error.strerror}") from error

    def close(self) -> None:
        """Nothing is open."""


class Smtp:
    """A mail server: encrypted if it offers that (smtp://), or from the first byte (smtps://)."""

    def __init__(self, url: str, tell: Tell) -> None:
        parts = urlsplit(url)
        self.scheme, self.host = parts.scheme, parts.hostname or ""
        self.port = parts.port or PORTS[parts.scheme]
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.tell = tell
        self.server: smtplib.SMTP | None = None
        self.step = ""
        """What is under way while a connection is made: where it fails, that is said."""

    def send(self, message: Letter) -> str:
        """Send it over the connection there is, or a new one."""
        to, sender = message.to, message.comes_back_to or message.sender
        try:
            server = self._begun(sender)
            self.tell(f"Sending a letter from {sender} to {to}.")
            return self._handed_over(server, to, message)
        except smtplib.SMTPServerDisconnected as error:
            self.close()
            raise Later(f"the server hung up: {_words(error)}") from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Later(_words(error)) from error

    def reach(self) -> str:
        """Connect and sign in, and send nothing."""
        if self.server is None:
            self._connection()
        return f"{self.host}:{self.port} answers"

    def _begun(self, sender: str) -> smtplib.SMTP:
        """A connection on which the letter's sender was said. One that was open and is closed by now, as servers do
        after a while or after some letters, is opened anew: nothing was handed over. Raises Unreachable: who does not
        let us send at all does not refuse this letter, and that is for the operator to mend."""
        if self.server is not None:
            try:
                if self.server.mail(sender)[0] // 100 == 2:
                    return self.server
            except (smtplib.SMTPException, OSError):
                pass
            self.close()
        server = self._connection()
        code, said = server.mail(sender)
        if code // 100 != 2:
            self.close()
            raise Unreachable(f"it takes no letters from {sender}: {code} {_text(said)}")
        return server

    def _handed_over(self, server: smtplib.SMTP, to: str, message: Letter) -> str:
        """The rest of the conversation, step by step: so we know which step an answer is about."""
        try:
            self._expect(server.rcpt(to), about_address=True)
            _patience(server, PATIENCE)
            try:
                answer = server.data(message.as_bytes())
            except smtplib.SMTPDataError as error:
                answer = error.smtp_code, error.smtp_error
            _patience(server, TIMEOUT)
            return self._expect(answer)
        except (Refused, Later):
            if self.server is not None:
                server.rset()
            raise

    def _expect(self, answer: tuple[int, bytes | str], *, about_address: bool = False) -> str:
        """The answer as a line, if it says yes. Raises Later for a 4xx, and Refused for a 5xx."""
        code, said = answer
        words = f"{code} {_text(said)}"
        if code // 100 == 2:
            return words
        if code == CLOSING:
            self.close()
        if code // 100 == 5:
            raise Refused(words, hard=about_address and is_hard(words))
        raise Later(words, theirs=about_address)

    def _connection(self) -> smtplib.SMTP:
        try:
            self.server = self._connected()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Unreachable(f"{self.host}:{self.port}: {self.step}: {_words(error)}") from error
        return self.server

    def _connected(self) -> smtplib.SMTP:
        self.tell(f"Connecting to {self.host}, port {self.port}.")
        self.step = "connecting failed"
        trust = ssl.create_default_context()
        if self.scheme == "smtps":
            self.step = "connecting with encryption failed"
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=trust)
            encrypted = True
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
            encrypted = self._encrypted(server, trust)
        self.server = server
        server.ehlo_or_helo_if_needed()
        self.tell("The connection is encrypted." if encrypted else "The connection is not encrypted.")
        if self.user:
            if not encrypted and self.host not in LOOPBACK:
                raise smtplib.SMTPException("it offers no encryption, so the password is not sent to it")
            self.tell(f"Signing in as {self.user}.")
            self.step = "signing in failed"
            server.login(self.user, self.password)
        return server

    def _encrypted(self, server: smtplib.SMTP, trust: ssl.SSLContext) -> bool:
        server.ehlo_or_helo_if_needed()
        if not server.has_extn("starttls"):
            return False
        self.tell("The server offers encryption (STARTTLS).")
        self.step = "encrypting failed"
        server.starttls(context=trust)
        return True

    def close(self) -> None:
        """Say goodbye; a server that is gone already is none the worse."""
        if self.server is not None:
            try:
                self.server.quit()
            except (smtplib.SMTPException, OSError):
                self.server.close()
            self.server = None


def is_hard(words: str) -> bool:
    """Whether a refusal of an address says that there is no such one, as against one that is full or not let in.
    By the enhanced code (RFC 3463), or, where there is none, by that of RFC 5321 unless it is about relaying."""
    found = ENHANCED.search(words)
    if found:
        return found[1] in ("5.2.1", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")
    return words.startswith(("550", "551", "553")) and "relay" not in words.lower()


def _patience(server: smtplib.SMTP, seconds: int) -> None:
    """How long to wait for each answer from now on."""
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    if isinstance(error, TimeoutError):
        return f"no answer within {TIMEOUT} seconds"
    return str(error) or type(error).__name__


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:500]
