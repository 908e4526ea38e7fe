"""Who on the team sees to a question, and what is put off for a while."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.text import storable
from portal.events.actions import record
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.questions.actions.clocks import question_of
from portal.questions.models import Question
from portal.questions.policy import can_see_to
from portal.threads.models import Thread
from portal.threads.queries import get_visible

LONGEST_NOTE = 500
LONGEST_SNOOZE = timedelta(days=366)


def assign(viewer: Viewer, thread_id: int, *, to: int | None, note: str = "") -> None:
    """Give a question to someone on the team, to oneself, or (None) to nobody. Raises Invalid."""
    question = _held(viewer, thread_id)
    note = _checked(note)
    if to is not None:
        person = db.session.get(Person, to, populate_existing=True)
        if person is None or not person.is_staff:
            raise Invalid(fields={"to": _("Choose someone on the team.")})
    if to == question.assignee_id and not note:
        return
    kind = "question.assigned" if to is not None else "question.unassigned"
    event = record(kind, actor_id=viewer.id, thread_id=thread_id, person_id=to, reason=note)
    _put(thread_id, assignee_id=to, assigned_event_id=event.id if to is not None else None)


def snooze(viewer: Viewer, thread_id: int, *, until: datetime | None, note: str = "") -> None:
    """Put a question off until then, or (None) take it back. It comes back by itself when its asker writes."""
    question = _held(viewer, thread_id)
    note = _checked(note)
    now = clock.now()
    if until is not None and not now < until <= now + LONGEST_SNOOZE:
        raise Invalid(fields={"until": _("Choose a time to come, within a year.")})
    if until == question.snoozed_until:
        return
    kind = "question.snoozed" if until is not None else "question.woken"
    told: dict[str, Any] = {"until": until.isoformat()} if until is not None else {}
    event = record(kind, actor_id=viewer.id, thread_id=thread_id, reason=note, **told)
    _put(thread_id, snoozed_until=until, snoozed_event_id=event.id if until is not None else None)


def asker_wrote(thread_id: int) -> None:
    """What was put off comes back at once."""
    query = update(Question).where(Question.thread_id == thread_id, Question.snoozed_until.is_not(None))
    db.session.execute(query.values(snoozed_until=None, snoozed_event_id=None))


def forget_person(person: Person) -> None:
    """Who is erased sees to nothing any more."""
    mine = update(Question).where(Question.assignee_id == person.id)
    db.session.execute(mine.values(assignee_id=None, assigned_event_id=None))


def _held(viewer: Viewer, thread_id: int) -> Question:
    """The question, with its thread locked. Raises NotFound, for whatever is not theirs to see to as well."""
    if not can_see_to(viewer):
        raise NotFound
    thread: Thread = get_visible(viewer, thread_id, for_update=True)
    if thread.kind != "question":
        raise NotFound
    return question_of(thread)


def _checked(note: str) -> str:
    note = storable(note).strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": _("At most %(most)s characters.", most=LONGEST_NOTE)})
    return note


def _put(thread_id: int, **values: object) -> None:
    db.session.execute(update(Question).where(Question.thread_id == thread_id).values(values))
    db.session.expire_all()
