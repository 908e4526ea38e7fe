"""People are told: ideas decided on, merged and announced the short way, and what of it reached whom."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from portal.announcements.models import Announcement, AnnouncementItem
from portal.core.clock import now
from portal.core.db import db
from portal.delivery.models import Delivery
from portal.events.actions import record
from portal.events.models import Event
from portal.ideas.models import Idea, IdeaVote, Outcome
from portal.loop.models import Debt
from portal.notices.models import Notice, NoticeChoice
from portal.notices.telling import steps
from portal.people.models import Person
from portal.threads.models import Category, Thread, Watch
from tests.factories import make_category, make_outcome, make_person, make_thread


def vote(idea: Idea, *people: Person, by: Person | None = None) -> None:
    """They vote for it, or staff do for them."""
    for person in people:
        db.session.add(IdeaVote(idea_id=idea.thread_id, person_id=person.id, at=now(), by_id=by.id if by else None))
    db.session.commit()


def contact(email: str | None = "contact@example.com", **given: Any) -> Person:
    """Someone without an account, as staff enter one."""
    values: dict[str, Any] = {"kind": "contact", "username": None, "username_key": None, "email_confirmed_at": None}
    return make_person(**(values | {"email": email, "email_key": email} | given))


def follow(person: Person, thread_id: int, level: str = "follow") -> None:
    db.session.merge(Watch(thread_id=thread_id, person_id=person.id, level=level, chosen=True, at=now()))
    db.session.commit()


def choose(person: Person, sort: str, *, inbox: bool = True, mail: bool = True) -> None:
    db.session.merge(NoticeChoice(person_id=person.id, sort=sort, inbox=inbox, mail=mail))
    db.session.commit()


def decide(idea: Idea, status: str = "planned", by: Person | None = None, **given: Any) -> Outcome:
    """Decided long enough ago to be told of."""
    outcome = make_outcome(idea, status, by, **given)
    _due(outcome.event_id, outcome_id=outcome.id)
    return outcome


def merge(idea: Idea, into: Idea) -> Outcome:
    """A link from the one to the other."""
    event = record("idea.merged", actor_id=None, thread_id=idea.thread_id)
    outcome = Outcome(
        idea_id=idea.thread_id, status="duplicate", at=now(), reason="Same", into_id=into.thread_id, event_id=event.id
    )
    db.session.add(outcome)
    db.session.flush()
    idea.status, idea.outcome_id, idea.merged_into_id = "duplicate", outcome.id, into.thread_id
    idea.root_id = into.root_id
    db.session.commit()
    _due(event.id, outcome_id=outcome.id, into=into.thread_id)
    return outcome


def unmerge(idea: Idea, outcome: Outcome) -> Event:
    into = idea.merged_into_id
    event = record("idea.unmerged", actor_id=None, thread_id=idea.thread_id)
    outcome.ended_event_id = event.id
    idea.status, idea.outcome_id, idea.merged_into_id, idea.root_id = "open", None, None, idea.thread_id
    db.session.commit()
    return _due(event.id, outcome_id=outcome.id, was_into=into)


def announce(*outcomes: Outcome, by: Person | None = None, category: Category | None = None, **given: Any) -> Thread:
    """Published long enough ago, naming these outcomes."""
    manager = by or make_person(role="manager")
    thread = make_thread(manager, category=category or make_category(), title="Version 4", kind="discussion")
    thread.kind = "announcement"
    for name, value in given.items():
        setattr(thread, name, value)
    event = record("announcement.published", actor_id=manager.id, thread_id=thread.id)
    announcement = Announcement(thread_id=thread.id, state="published", published_at=now(), event_id=event.id)
    db.session.add(announcement)
    db.session.flush()
    add_items(thread, event, *outcomes)
    _due(event.id)
    return thread


def extend(thread: Thread, *outcomes: Outcome) -> None:
    event = record("announcement.extended", actor_id=None, thread_id=thread.id)
    add_items(thread, event, *outcomes)
    _due(event.id)


def add_items(thread: Thread, event: Event, *outcomes: Outcome, **given: Any) -> None:
    for outcome in outcomes:
        item = AnnouncementItem(
            announcement_id=thread.id, idea_id=outcome.idea_id, outcome="shipped", outcome_id=outcome.id, **given
        )
        item.event_id = event.id
        db.session.add(item)
    db.session.commit()


def withdraw(thread: Thread, kind: str = "announcement.withdrawn") -> None:
    event = record(kind, actor_id=None, thread_id=thread.id, said="Not in this version after all.")
    if kind == "announcement.withdrawn":
        announcement = db.session.get_one(Announcement, thread.id)
        announcement.state, announcement.withdrawn_event_id = "withdrawn", event.id
    _due(event.id)


def _due(event_id: int | None, **data: Any) -> Event:
    event = db.session.get_one(Event, event_id)
    event.due_at, event.data = now() - timedelta(seconds=1), event.data | data
    db.session.commit()
    return event


def work() -> int:
    """What a worker does, but for sending."""
    finished = steps.tell_due()
    assert_accounts_balance()
    return finished


def assert_accounts_balance() -> None:
    """owed = told + undeliverable + pending, and whoever was told has one notice that says so."""
    states = db.session.scalars(select(Debt.state).distinct()).all()
    assert set(states) <= {"told", "undeliverable", "pending"}
    orphans = select(func.count()).select_from(Debt).where(Debt.state != "undeliverable", Debt.notice_id.is_(None))
    assert db.session.scalar(orphans) == 0


def debt_of(outcome: Outcome, person: Person) -> Debt | None:
    query = select(Debt).filter_by(outcome_id=outcome.id, person_id=person.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def states_of(outcome: Outcome) -> dict[int, str]:
    """By person: the state, or the cause of what cannot be told."""
    rows = db.session.execute(select(Debt.person_id, Debt.state, Debt.cause).filter_by(outcome_id=outcome.id))
    return {row.person_id: row.cause or row.state for row in rows}


def notices_of(person: Person) -> list[Notice]:
    query = select(Notice).filter_by(person_id=person.id).order_by(Notice.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def said_to(person: Person) -> list[tuple[str, str]]:
    """Kind and reason of every notice."""
    return [(notice.kind, notice.reason) for notice in notices_of(person)]


def letters_to(person: Person) -> list[Delivery]:
    return list(db.session.scalars(select(Delivery).filter_by(person_id=person.id, kind="notice")))
