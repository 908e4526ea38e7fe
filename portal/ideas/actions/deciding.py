"""Decide on an idea: an outcome with a public reason, and when people hear of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from portal.config import in_force
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden, Invalid
from portal.core.text import storable
from portal.events.actions import record
from portal.events.models import Event
from portal.ideas.actions.holding import hold_idea
from portal.ideas.actions.outcomes import record_outcome
from portal.ideas.models import REASON_NEEDED, STATUSES, TELLS, Idea, Outcome
from portal.ideas.policy import ANNOUNCED, REVISITED, TARGETED, can_decide
from portal.people.viewer import Viewer
from portal.threads.models import Thread
from portal.threads.policy import stands

LONGEST_REASON = 10_000
FURTHEST = timedelta(days=20 * 366)


@dataclass(frozen=True, slots=True)
class Word:
    """What a manager says, checked."""

    status: str
    reason: str
    target_on: date | None
    revisit_on: date | None
    tell: str


def decide(
    viewer: Viewer,
    idea_id: int,
    *,
    status: str,
    reason: str = "",
    target_on: date | None = None,
    revisit_on: date | None = None,
    tell: str = "now",
) -> int:
    """Record what was decided; returns the outcome's id. The status that it has already is an edit of it.

    Raises Invalid with every field that cannot be taken, Forbidden, NotFound.
    """
    _thread, idea = _held(viewer, idea_id)
    if idea.outcome_id is not None and idea.status == status:
        return amend(viewer, idea_id, reason=reason, target_on=target_on, revisit_on=revisit_on, tell=tell)
    if status == idea.status:
        raise Invalid(fields={"status": _("It has this status already.")})
    word = _checked(status, reason, target_on, revisit_on, tell, before=None)
    event = _event(viewer, idea, "idea.decided", word)
    return _recorded(viewer, idea, word, event).id


def amend(
    viewer: Viewer,
    idea_id: int,
    *,
    reason: str = "",
    target_on: date | None = None,
    revisit_on: date | None = None,
    tell: str = "now",
) -> int:
    """Change the date or the words of what was decided; returns the outcome's id: the old one's, if nothing changed.

    `tell`: a quiet correction is no news; and what waited for an announcement waits for it still.
    """
    _thread, idea = _held(viewer, idea_id)
    if idea.outcome_id is None:
        raise Invalid(fields={"status": _("Nothing was decided yet.")})
    old = db.session.get_one(Outcome, idea.outcome_id, populate_existing=True)
    word = _checked(old.status, reason, target_on, revisit_on, tell, before=old)
    waits = old.tell == "with-announcement"
    if word.tell == "quiet" and waits:
        word = Word(word.status, word.reason, word.target_on, word.revisit_on, old.tell)
    is_same = (word.reason, word.target_on, word.revisit_on) == (old.reason, old.target_on, old.revisit_on)
    if is_same and (old.tell in (word.tell, "now") or word.tell == "quiet"):
        return old.id
    event = _event(viewer, idea, "idea.amended", word)
    # Of the decision itself, however often it was edited: whoever was told of that was told.
    return _recorded(viewer, idea, word, event, edits_id=old.edits_id or old.id).id


def due_at(tell: str) -> datetime | None:
    """When what is said now leaves, unless it is undone before."""
    return clock.now() + timedelta(seconds=in_force().undo_seconds) if tell == "now" else None


def check_reason(reason: str, *, needed: bool) -> str:
    """The public reason as it is stored. Raises Invalid."""
    reason = storable(reason).replace("\r\n", "\n").strip()
    if needed and not reason:
        raise Invalid(fields={"reason": _("Give a reason: everyone who asked will read it.")})
    if len(reason) > LONGEST_REASON:
        raise Invalid(fields={"reason": _("A reason has at most %(count)s characters.", count=LONGEST_REASON)})
    return reason


def _held(viewer: Viewer, idea_id: int) -> tuple[Thread, Idea]:
    thread, idea = hold_idea(viewer, idea_id)
    if not can_decide(viewer) or not stands(thread):
        raise Forbidden
    if idea.merged_into_id is not None:
        raise Invalid(fields={"status": _("This was merged into another idea: decide on that one.")})
    return thread, idea


def _event(viewer: Viewer, idea: Idea, kind: str, word: Word) -> Event:
    said: dict[str, Any] = {"status": word.status, "tell": word.tell}
    return record(kind, actor_id=viewer.id, thread_id=idea.thread_id, logged=True, due_at=due_at(word.tell), **said)


def _recorded(viewer: Viewer, idea: Idea, word: Word, event: Event, *, edits_id: int | None = None) -> Outcome:
    outcome = record_outcome(
        viewer,
        idea,
        status=word.status,
        reason=word.reason,
        target_on=word.target_on,
        revisit_on=word.revisit_on,
        tell=word.tell,
        event=event,
        edits_id=edits_id,
    )
    event.data = {**event.data, "outcome_id": outcome.id}
    db.session.flush()
    return outcome


def _checked(
    status: str, reason: str, target_on: date | None, revisit_on: date | None, tell: str, *, before: Outcome | None
) -> Word:
    """Every field is looked at, so that a form shows all that is wrong with it at once. A date that the status has no
    use for is left out: the form has fields for all."""
    wrong: dict[str, object] = {}
    if status not in STATUSES or status == "duplicate":
        wrong["status"] = _("Choose one of the list.")
    if tell not in TELLS:
        wrong["tell"] = _("Choose one of the list.")
    elif tell == "with-announcement" and status not in ANNOUNCED:
        wrong["tell"] = _("An announcement can tell of what shipped, was deferred or was declined.")
    try:
        reason = check_reason(reason, needed=status in REASON_NEEDED)
    except Invalid as error:
        wrong |= error.fields
    dates = {
        "target_on": target_on if status in TARGETED else None,
        "revisit_on": revisit_on if status in REVISITED else None,
    }
    for name, day in dates.items():
        if day is not None and (before is None or day != getattr(before, name)) and not _can_come(day):
            wrong[name] = _("Choose a day to come.")
    if wrong:
        raise Invalid(fields=wrong)
    return Word(status, reason, dates["target_on"], dates["revisit_on"], tell)


def _can_come(day: date) -> bool:
    """Today, wherever that is already or still, or later."""
    today = clock.now().date()
    return today - timedelta(days=1) <= day <= today + FURTHEST
