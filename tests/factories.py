"""Rows for tests, made the short way. Each commits, and returns a row that can be read."""

import itertools
from typing import Any

from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.models import Hook
from portal.delivery.webhooks.kinds import KINDS
from portal.delivery.webhooks.signing import new_secret
from portal.events.actions import record
from portal.ideas.models import DECIDED, Idea, Outcome
from portal.loop.models import Confirmation, Debt
from portal.people.models import Membership, Person
from portal.people.viewer import Viewer
from portal.threads import actions
from portal.threads.models import Category, Post, Thread

_numbers = itertools.count(1)


def _saved(row: Any) -> Any:
    db.session.add(row)
    db.session.commit()
    return row


def make_person(username: str = "", **given: Any) -> Person:
    """Someone with an account and a confirmed address."""
    username = username or f"person{next(_numbers)}"
    values: dict[str, Any] = {
        "username": username,
        "username_key": username.casefold(),
        "name": username.title(),
        "email": f"{username}@example.com",
        "email_key": f"{username}@example.com",
        "email_confirmed_at": now(),
        "created_at": now(),
    }
    person: Person = _saved(Person(**(values | given)))
    return person


def make_category(name: str = "", **given: Any) -> Category:
    """A category that everyone may see."""
    name = name or f"Category {next(_numbers)}"
    category: Category = _saved(Category(name=name, slug=name.lower().replace(" ", "-"), **given))
    return category


def viewer_of(person: Person) -> Viewer:
    """How queries and policies see this person."""
    groups = db.session.scalars(db.select(Membership.group_id).filter_by(person_id=person.id))
    return Viewer(
        id=person.id,
        role=person.role,
        username=person.username or "",
        name=person.name,
        is_confirmed=person.is_confirmed,
        organisation_id=person.organisation_id,
        group_ids=frozenset(groups),
        language=person.language,
        time_zone=person.time_zone,
        colour_scheme=person.colour_scheme,
        rows_per_list=person.rows_per_list,
        read_since=person.read_since or person.created_at,
        is_welcomed=person.welcomed_at is not None,
    )


def _viewer(by: Person | Viewer | None) -> Viewer:
    return by if isinstance(by, Viewer) else viewer_of(by or make_person())


def make_thread(by: Person | Viewer | None = None, *, category: Category | None = None, **given: Any) -> Thread:
    """A question, begun as people begin one, in a category that everyone may see."""
    values: dict[str, Any] = {"kind": "question", "title": "How do I print a label?", "body": "It prints *nothing*."}
    category_id = (category or make_category()).id
    thread_id = write(actions.start_thread, _viewer(by), category_id=category_id, **(values | given))
    return db.session.get_one(Thread, thread_id)


def make_reply(thread: Thread, by: Person | Viewer | None = None, *, body: str = "Turn it off and on.") -> Post:
    """A reply, written as people write one."""
    post_id = write(actions.reply, _viewer(by), thread.id, body=body)
    return db.session.get_one(Post, post_id)


def make_comment(post: Post, by: Person | Viewer | None = None, *, body: str = "Which one?") -> Post:
    """A comment under a post."""
    post_id = write(actions.comment, _viewer(by), post.id, body=body)
    return db.session.get_one(Post, post_id)


def make_idea(by: Person | Viewer | None = None, **given: Any) -> Idea:
    """An idea, suggested as people suggest one: its author votes for it."""
    values: dict[str, Any] = {"kind": "idea", "title": "Print labels in colour", "body": "We have *brands*."}
    return db.session.get_one(Idea, make_thread(by, **(values | given)).id)


def make_outcome(idea: Idea, status: str = "shipped", by: Person | None = None, **given: Any) -> Outcome:
    """What was decided on an idea, as if it had been long enough ago to be told of; the idea's own columns follow."""
    values: dict[str, Any] = {"at": now(), "by_id": by.id if by else None, "reason": "", "tell": "now"}
    event = record("idea.decided", actor_id=values["by_id"], thread_id=idea.thread_id)
    outcome: Outcome = _saved(Outcome(idea_id=idea.thread_id, status=status, event_id=event.id, **(values | given)))
    idea.status, idea.outcome_id, idea.decided_at = status, outcome.id, outcome.at
    idea.target_on, idea.revisit_on = outcome.target_on, outcome.revisit_on
    idea.first_response_at = idea.first_response_at or outcome.at
    if status in DECIDED:
        idea.first_decided_at = idea.first_decided_at or outcome.at
    idea.shipped_at = (idea.shipped_at or outcome.at) if status == "shipped" else None
    db.session.commit()
    return outcome


def make_debt(outcome: Outcome, person: Person | None = None, **given: Any) -> Debt:
    """Word of an outcome is owed to someone; they have been told, unless it says otherwise."""
    values: dict[str, Any] = {"reason": "voter", "state": "told", "at": outcome.at, "asked_idea_id": outcome.idea_id}
    values |= given
    if values["state"] == "told":
        values = {"told_at": outcome.at} | values
    of = {"outcome_id": outcome.id, "idea_id": outcome.idea_id, "event_id": outcome.event_id}
    debt: Debt = _saved(Debt(person_id=(person or make_person()).id, **of, **values))
    return debt


def make_confirmation(debt: Debt, answer: str = "solved", **given: Any) -> Confirmation:
    """What someone answered when they were asked whether it solves their need."""
    debt.asked_at = debt.asked_at or now()
    values: dict[str, Any] = {"first_at": now(), "at": now()}
    return _saved(Confirmation(debt_id=debt.id, idea_id=debt.idea_id, answer=answer, **(values | given)))


def make_hook(url: str = "https://example.com/hook", **given: Any) -> Hook:
    """A hook that hears of everything that a visitor may see."""
    values: dict[str, Any] = {"name": "Chat", "kinds": list(KINDS), "secret": new_secret(), "created_at": now()}
    return _saved(Hook(url=url, **(values | given)))
