"""Which messages no human wrote, and which of them say that a letter did not arrive."""

import re
from dataclasses import dataclass
from email.utils import parseaddr

from portal.delivery.receiving.messages import Mail, header

FROM_MACHINES = ("mailer-daemon", "postmaster", "mail-daemon", "maildaemon", "mail delivery system")
_AWAY = re.compile(
    r"(re:\s*|aw:\s*|sv:\s*)?(out of (the )?office|automatic reply|auto(matic)?[- ]?(reply|response)|autoreply"
    r"|abwesen|automatische (antwort|abwesenheits)|abwesenheits|fr[åa]nvaro|autosvar|automatiskt svar)",
    re.IGNORECASE,
)
_UNDELIVERED = re.compile(
    r"undeliver|returned mail|delivery (status|fail|incomplete)|mail delivery|failure notice|unzustellbar"
    r"|nicht zugestellt|kunde inte levereras|olevererbar",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b")
COMPLAINTS = ("abuse", "fraud", "opt-out", "opt-out-list")
FOR_NOW = ("2.2", "3", "4.5", "4.7", "5", "6", "7")
"""Parts of a status 5.x.x that say nothing of the address (RFC 3463): a full mailbox, a system in trouble, what was in
the letter, a policy. The third in a row ends it all the same."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A letter came back. `hard`: for good. `is_late`: not yet, it is still being tried."""

    hard: bool
    is_late: bool
    answer: str
    recipient: str = ""
    message_id: str = ""


def returned(mail: Mail, *, known: bool) -> Returned | None:
    """What came back, if that is what the message says. `known`: it came to the address of one of our letters, so a
    message by a machine is believed that is no report as RFC 3464 wants it."""
    message_id = next((found for each in mail.returned if (found := header(each, "Message-ID"))), "")
    for fields in mail.reports:
        action = header(fields, "Action").lower()
        if action in ("failed", "delayed"):
            status, said = header(fields, "Status"), header(fields, "Diagnostic-Code")
            recipient = header(fields, "Original-Recipient") or header(fields, "Final-Recipient")
            answer = f"{status} {said}".strip() or action
            return Returned(_is_hard(status), action == "delayed", answer, _address(recipient), message_id)
    if not (known and _is_by_a_machine(mail) and not mail.reports):
        return None
    words = "\n".join([*mail.texts, *mail.pages])[:20_000]
    code = _CODE.search(words)
    line = next((line.strip() for line in words.split("\n") if code and code[0] in line), "")
    return Returned(bool(code) and _is_hard(code[0] if code else ""), False, line[:500] or mail.header("Subject"))


def complained(mail: Mail) -> str:
    """What someone told their mail provider of a letter of ours, such as that it is spam; empty if nothing."""
    kinds = (header(fields, "Feedback-Type").lower() for fields in mail.complaints)
    return next((kind for kind in kinds if kind in COMPLAINTS), "")


def complained_of(mail: Mail) -> list[str]:
    """The addresses that a complaint names the letter by."""
    named = [header(fields, "Original-Mail-From") for fields in mail.complaints]
    named += [header(letter, name) for letter in mail.returned for name in ("Return-Path", "Reply-To")]
    return [parseaddr(each)[1] for each in named]


def why_ignored(mail: Mail) -> str:
    """Why nothing becomes of a message that no human wrote; empty where one may have."""
    submitted = mail.header("Auto-Submitted").lower().partition(";")[0].strip()
    precedence = mail.header("Precedence").lower()
    marks = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id", "List-Unsubscribe")
    causes = (
        (submitted not in ("", "no"), f"Auto-Submitted: {submitted}"),
        (precedence in ("bulk", "junk", "list", "auto_reply", "auto-reply"), f"Precedence: {precedence}"),
        (
            any(mail.header(name).lower() not in ("", "no") for name in marks),
            "it says that it is from a list, or automatic",
        ),
        (mail.message.get_content_type() == "multipart/report", "it is a report"),
        ("Return-Path" in mail.message and mail.header("Return-Path") in ("", "<>"), "its Return-Path is empty"),
        (bool(_AWAY.match(mail.header("Subject"))) or _is_from_a_machine(mail), "a machine wrote it"),
    )
    return next((cause for holds, cause in causes if holds), "")


def _is_hard(status: str) -> bool:
    """5.x.x is for good, as far as it is about the address."""
    kind, _dot, detail = (status.split() or [""])[0].partition(".")
    return kind == "5" and not any(f"{detail}.".startswith(f"{each}.") for each in FOR_NOW)


def _is_by_a_machine(mail: Mail) -> bool:
    """Not whoever is away: their machine answers with an empty Return-Path too."""
    if _AWAY.match(mail.header("Subject")):
        return False
    path = mail.header("Return-Path") in ("", "<>")
    return path and (_is_from_a_machine(mail) or _UNDELIVERED.search(mail.header("Subject")) is not None)


def _is_from_a_machine(mail: Mail) -> bool:
    name, address = parseaddr(mail.header("From"))
    return address.partition("@")[0].lower() in FROM_MACHINES or name.lower() in FROM_MACHINES


def _address(recipient: str) -> str:
    """`rfc822; ada@example.com`."""
    return recipient.rpartition(";")[2].strip().strip("<>")
