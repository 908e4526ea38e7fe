"""Messages are fetched from a mailbox (IMAP_URL), for who cannot let their mail server hand them in.

A message counts as seen there only after the transaction that took it in. One that is fetched again meanwhile, by this
worker or by another, is known by its key.
"""

import contextlib
import ssl
import threading
from collections import Counter
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from flask import Flask

from portal.config import Settings, in_force
from portal.core.db import db
from portal.core.errors import Busy
from portal.delivery.receiving.taking import receive

EVERY = 60.0
"""Seconds between two looks."""
TIMEOUT = 20.0
"""Seconds that the server may take for an answer."""
MOST = 50
"""Messages of one look."""
TRIES = 3
"""So often a message is tried that something goes wrong with; then it is marked, for someone to look at."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")

log = structlog.stdlib.get_logger(__name__)
_failed: Counter[str] = Counter()


def begin(app: Flask, stop: threading.Event) -> threading.Thread | None:
    """Fetch until `stop` is set, in a thread of its own: a mailbox that is slow keeps no letter waiting."""
    with app.app_context():
        if not in_force().imap_url:
            return None
    thread = threading.Thread(target=_run, args=(app, stop), name="fetching", daemon=True)
    thread.start()
    return thread


def _run(app: Flask, stop: threading.Event) -> None:
    while not stop.is_set():
        with app.app_context():
            fetch()
        stop.wait(EVERY)


def fetch() -> int:
    """Take in what is new, and return how many messages that was. Raises nothing: what fails is tried again."""
    settings = in_force()
    if not settings.imap_url:
        return 0
    try:
        mailbox = opened(settings)
    except Exception as trouble:  # the library has many ways to say that it does not work
        log.warning("the mailbox cannot be opened", error=words(trouble))
        return 0
    try:
        return _taken(mailbox)
    except Busy as trouble:
        log.warning("messages wait for the database", error=str(trouble))
    except Exception as trouble:
        log.warning("the mailbox failed", error=words(trouble))
    finally:
        db.session.rollback()
        close(mailbox)
    return 0


def opened(settings: Settings) -> Any:
    """The folder of the setting, signed in: encrypted from the first byte (imaps://), or as soon as there is a
    connection (imap://); plain only on this machine. The library's own way would believe any certificate."""
    import imap_tools  # only who fetches needs it

    trust = ssl.create_default_context()

    parts = urlsplit(settings.imap_url)
    host, user, password = parts.hostname or "", unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme == "imaps":
        mailbox: Any = imap_tools.MailBox(host, parts.port or 993, timeout=TIMEOUT, ssl_context=trust)
    elif host in LOOPBACK:
        mailbox = imap_tools.MailBoxUnencrypted(host, parts.port or 143, timeout=TIMEOUT)
    else:
        mailbox = imap_tools.MailBoxStartTls(host, parts.port or 143, timeout=TIMEOUT, ssl_context=trust)
    try:
        mailbox.login(user, password, initial_folder=unquote(parts.path.strip("/")) or "INBOX")
    except Exception:
        close(mailbox)
        raise
    return mailbox


def look(settings: Settings) -> str:
    """How much waits in the mailbox; nothing is taken. Raises what the library raises."""
    mailbox = opened(settings)
    try:
        return f"in the mailbox wait messages: {len(waiting(mailbox))}"
    finally:
        close(mailbox)


def waiting(mailbox: Any) -> list[str]:
    """The ids of the messages that nobody has taken in yet, the oldest first."""
    return mailbox.uids("UNSEEN")


def words(trouble: Exception) -> str:
    """What went wrong, on one line."""
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {trouble.verify_message}"
    match getattr(trouble, "command_result", None):
        case (state, [bytes(said), *_]):
            return f"it answered {state}: {said.decode(errors='replace')}"[:300]
        case _:
            pass
    return " ".join(str(trouble).split())[:300] or type(trouble).__name__


def _taken(mailbox: Any) -> int:
    count = 0
    for uid in waiting(mailbox)[:MOST]:
        count += _take_one(mailbox, uid)
    return count


def _take_one(mailbox: Any, uid: str) -> int:
    raw = _raw(mailbox, uid)
    if raw is None:
        return 0
    try:
        what, why = receive(raw)
    except Busy:
        raise
    except Exception:
        db.session.rollback()
        log.exception("a message could not be taken in", uid=uid)
        _failed[uid] += 1
        if _failed[uid] >= TRIES:
            _mark(mailbox, uid, "\\Seen \\Flagged")
        return 0
    log.info("message taken in", uid=uid, what=what, why=why)
    _mark(mailbox, uid, "\\Seen")
    _failed.pop(uid, None)
    return 1


def _raw(mailbox: Any, uid: str) -> bytes | None:
    """The message as it is, still unseen."""
    answer: list[Any] = mailbox.client.uid("FETCH", uid, "(BODY.PEEK[])")[1] or []
    return next((bytes(part[1]) for part in answer if len(part) == 2 and not isinstance(part, bytes)), None)


def _mark(mailbox: Any, uid: str, flags: str) -> None:
    """Not by the library, which would also throw away for good what others have marked so."""
    state, answer = mailbox.client.uid("STORE", uid, "+FLAGS", f"({flags})")
    if state != "OK":
        raise OSError(f"a message could not be marked: {answer}")


def close(mailbox: Any) -> None:
    """Say goodbye, and hang up whatever is answered."""
    try:
        mailbox.logout()
    except Exception as trouble:  # it was said goodbye to
        log.debug("the mailbox did not answer", error=words(trouble))
        with contextlib.suppress(Exception):
            mailbox.client.shutdown()
