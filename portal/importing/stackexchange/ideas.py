"""Feature requests: what was decided on them and when, and which answer says why."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from portal.importing.stackexchange.history import tag_names, versions
from portal.importing.stackexchange.reading import Row
from portal.importing.stackexchange.sorting import Contribution, Conversation
from portal.importing.stackexchange.statuses import STATUSES, statuses_in

IDEA = "feature-request"


@dataclass(frozen=True, slots=True)
class Decision:
    """A status, from when it held, and who set it (in `row`, if the dump tells)."""

    status: str
    reason: str
    at: datetime
    row: Row | None


def kind_of(question: Row) -> str:
    """What a question of the dump becomes here."""
    return "idea" if IDEA in tag_names(question.text("Tags")) else "question"


def decisions(question: Contribution) -> Iterator[Decision]:
    """All statuses that it ever had, in the order of time. A tag that was taken away leaves it open again.

    A dump without its history has the present one only, which it had at the latest when it was last edited."""
    row, held = question.row, ""
    tags: frozenset[str] = frozenset()
    at = row.needed_time("CreationDate")
    for version in versions(question.history):
        if version.tags is not None and (now := statuses_in(version.tags)) != tags:
            # A new tag says more than the ones that were left standing.
            chosen, tags, at = _first(now - tags) or _first(now), now, version.at
            if chosen != held:
                held = chosen
                yield _decision(chosen, at, version.row)
    now = statuses_in(tag_names(row.text("Tags")))
    chosen = _first(now - tags) or _first(now)
    if now != tags and chosen != held:
        yield _decision(chosen, max(at, row.time("LastEditDate") or at), None)


def _first(tags: Collection[str]) -> str:
    return next((tag for tag in STATUSES if tag in tags), "")


def _decision(tag: str, at: datetime, row: Row | None) -> Decision:
    status, reason = STATUSES[tag] if tag else ("open", "")
    return Decision(status, reason, at, row)


def response(conversation: Conversation, moderators: Collection[str]) -> Contribution | None:
    """The accepted answer, else the best one that a moderator wrote."""
    accepted = conversation.question.row.number("AcceptedAnswerId")
    theirs = [answer for answer in conversation.answers if answer.row.text("OwnerUserId") in moderators]
    best = max(theirs, key=lambda answer: answer.row.number("Score") or 0, default=None)
    return next((answer for answer in conversation.answers if answer.id == accepted), best)
