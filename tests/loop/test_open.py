"""Which loops are open, and in which order they are worked on."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from portal.announcements.models import Announcement, AnnouncementItem
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.ideas.models import Idea, Outcome, Supporter
from portal.loop.models import IdeaWorth
from portal.loop.queries import CAUSES, Choice, Patience, count_open, open_loops
from portal.people.models import Organisation, Person
from portal.threads.models import Category, Post, Thread
from tests.factories import (
    make_category,
    make_confirmation,
    make_debt,
    make_idea,
    make_outcome,
    make_person,
    make_reply,
    make_thread,
    viewer_of,
)

PATIENCE = Patience(respond=7, silence=60)
LONG = timedelta(days=100)


@pytest.fixture(autouse=True)
def _in(app: Flask) -> None: ...


@pytest.fixture
def places() -> Category:
    return make_category()


def old_idea(days: int = 100, by: Person | None = None, **given: Any) -> Idea:
    idea = make_idea(by, **given)
    at = now() - timedelta(days=days)
    db.session.execute(update(Thread).where(Thread.id == idea.thread_id).values(created_at=at))
    db.session.commit()
    return idea


def found(**choice: Any) -> list[tuple[str, int]]:
    """The causes and ideas, as an agent finds them; the counts agree."""
    viewer = viewer_of(make_person(role="agent"))
    rows = open_loops(viewer, Choice(**choice), PATIENCE).rows
    if not choice.get("cause"):
        counted = count_open(viewer, Choice(**choice), PATIENCE)
        assert counted == {cause: sum(row.cause == cause for row in rows) for cause in CAUSES}
    return [(row.cause, row.idea_id) for row in rows]


def test_nothing_is_open_before_its_time():
    make_idea()
    make_outcome(make_idea(), "planned", target_on=now().date() + timedelta(days=9))
    make_outcome(make_idea(), "deferred", revisit_on=now().date() + timedelta(days=9), reason="Later.")
    make_debt(make_outcome(make_idea()))
    assert found() == []


def test_nobody_responded():
    idea = old_idea()
    assert found() == [("no-response", idea.thread_id)]
    row = open_loops(viewer_of(make_person(role="manager")), Choice(), PATIENCE).rows[0]
    assert (row.people, (now() - row.since).days, row.value) == (1, 100, 0)
    make_outcome(idea, "under-review")
    assert found() == []


def test_a_merged_or_deleted_idea_is_no_open_loop():
    idea, other = old_idea(), old_idea(days=1)
    idea.merged_into_id = idea.root_id = other.thread_id
    idea.status = "duplicate"
    gone = old_idea()
    db.session.get_one(Thread, gone.thread_id).deleted_event_id = make_outcome(make_idea()).event_id
    db.session.commit()
    assert found() == []


def test_planned_and_silent_until_staff_say_something():
    idea = old_idea()
    make_outcome(idea, "planned", at=now() - LONG)
    assert found() == [("silent", idea.thread_id)]
    thread = db.session.get_one(Thread, idea.thread_id)
    thread.kind = "discussion"
    db.session.commit()
    reply = make_reply(thread, make_person(role="manager"), body="Still at it.")
    thread.kind = "idea"
    db.session.commit()
    assert found() == []
    db.session.execute(update(Post).where(Post.id == reply.id).values(created_at=now() - timedelta(days=70)))
    db.session.commit()
    row = open_loops(viewer_of(make_person(role="manager")), Choice(), PATIENCE).rows[0]
    assert (now() - row.since).days == 70, "since the last word"


def test_past_its_date_is_not_also_silent():
    idea, later = old_idea(), old_idea()
    make_outcome(idea, "in-progress", at=now() - LONG, target_on=(now() - timedelta(days=20)).date())
    make_outcome(later, "deferred", at=now() - LONG, revisit_on=now().date(), reason="Not now.")
    assert found(order="waiting") == [("late", idea.thread_id), ("revisit", later.thread_id)]


def test_shipped_waits_for_its_announcement():
    idea = make_idea()
    outcome = make_outcome(idea, "shipped", tell="with-announcement")
    assert found() == [("unannounced", idea.thread_id)]
    announce(outcome, "withdrawn")
    assert found() == [("unannounced", idea.thread_id)]
    debt = make_debt(outcome)
    assert found() == [], "people heard of it before that was withdrawn"
    db.session.delete(debt)
    announce(outcome, "published")
    assert found() == []


def announce(outcome: Outcome, state: str) -> None:
    id_ = make_thread().id
    db.session.add(Announcement(thread_id=id_, state=state, published_at=now()))
    db.session.flush()
    item = {"announcement_id": id_, "idea_id": outcome.idea_id, "outcome_id": outcome.id, "outcome": "shipped"}
    db.session.add(AnnouncementItem(**item))
    db.session.commit()


def test_people_who_could_not_be_told_until_something_newer_reached_them():
    idea = make_idea()
    planned = make_outcome(idea, "planned")
    bob = make_person()
    make_debt(planned, bob, state="undeliverable", cause="no-address")
    make_debt(planned, state="undeliverable", cause="muted")
    make_debt(planned, state="pending")
    assert found() == [("undeliverable", idea.thread_id)]
    assert open_loops(viewer_of(make_person(role="agent")), Choice(), PATIENCE).rows[0].people == 1
    make_debt(make_outcome(idea), bob)
    assert found() == []


def test_every_no_is_open_until_it_is_answered():
    outcome = make_outcome(make_idea())
    acme = Organisation(name="Acme", yearly_value=7_000)
    db.session.add(acme)
    db.session.commit()
    works_there = {"organisation_id": acme.id}
    make_confirmation(make_debt(outcome, make_person(**works_there)), "no", at=now() - timedelta(days=3))
    partly = make_confirmation(make_debt(outcome, make_person(**works_there)), "partly")
    make_confirmation(make_debt(outcome), "solved")
    make_confirmation(make_debt(outcome), "no", settled_event_id=outcome.event_id)
    row = open_loops(viewer_of(make_person(role="agent")), Choice(), PATIENCE).rows[0]
    assert (row.cause, row.people, row.value, (now() - row.since).days) == ("not-solved", 2, 7_000, 3)
    for each in (
        partly,
        db.session.scalars(db.select(type(partly)).filter_by(answer="no", settled_event_id=None)).one(),
    ):
        each.settled_event_id = outcome.event_id
    db.session.commit()
    assert found() == []


def test_narrowed_by_owner_category_and_organisation(places: Category):
    owner, acme = make_person(role="manager"), Organisation(name="Acme")
    db.session.add(acme)
    db.session.commit()
    mine, voted, plain = old_idea(category=places), old_idea(), old_idea()
    mine.owner_id = owner.id
    db.session.add(Supporter(root_id=voted.thread_id, person_id=make_person(organisation_id=acme.id).id))
    db.session.commit()
    ids = {"mine": mine.thread_id, "voted": voted.thread_id, "plain": plain.thread_id}
    assert found(owner=str(owner.id)) == [("no-response", ids["mine"])]
    assert {idea for _, idea in found(owner="nobody")} == {ids["voted"], ids["plain"]}
    assert found(owner="me") == []
    assert found(category_id=places.id) == [("no-response", ids["mine"])]
    assert found(organisation_id=acme.id) == [("no-response", ids["voted"])]
    assert found(cause="late") == []
    owner.role = "member"
    db.session.commit()
    assert {idea for _, idea in found(owner="nobody")} == set(ids.values())


def test_pages_follow_the_chosen_order():
    ideas = [old_idea(days=20 + n) for n in range(5)]
    for n, idea in enumerate(ideas):
        idea.supporters = 10 - n
        db.session.add(IdeaWorth(idea_id=idea.thread_id, organisations=1, value=1000 * (n + 1)))
    db.session.commit()
    viewer = viewer_of(make_person(role="agent", rows_per_list=2))
    for order, wanted in (("people", ideas), ("waiting", ideas[::-1]), ("value", ideas[::-1])):
        seen: list[int] = []
        cursor: str | None = None
        while True:
            page = open_loops(viewer, Choice(order=order), PATIENCE, cursor=cursor)
            seen += [row.idea_id for row in page.rows]
            cursor = page.older
            if not cursor:
                break
        assert seen == [idea.thread_id for idea in wanted]


def test_open_loops_are_for_staff():
    with pytest.raises(NotFound):
        open_loops(viewer_of(make_person()), Choice(), PATIENCE)
