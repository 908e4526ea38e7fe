"""Announcements for later: published in their time by the worker, unless something changed meanwhile."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.announcements import actions, queries
from portal.announcements.models import Announcement
from portal.announcements.tending import publish_due
from portal.core import clock
from portal.core.clock import now
from portal.core.db import db, write
from portal.ideas.models import Idea
from portal.people.models import Person
from portal.people.viewer import Viewer
from tests.announcements.making import drafted, events, idea, manager, outcomes, state_of, status_of, written
from tests.factories import make_outcome, make_person, viewer_of

LATER = timedelta(days=3)


def scheduled(boss: Viewer, *pairs: tuple[Idea, str]) -> int:
    made = drafted(boss, *pairs, publish_at=now() + LATER)
    assert write(actions.publish, boss, made) == "scheduled"
    return made


def test_scheduled_it_is_published_by_the_worker_in_its_time(app: Flask):
    boss, wish, planned = manager(), idea(), idea("PDF")
    before = make_outcome(planned, "planned")
    made = scheduled(boss, (wish, "shipped"), (planned, "shipped"))
    assert publish_due() == 0
    assert (state_of(made), outcomes(wish)) == ("scheduled", [])
    with clock.standing(now() + LATER + timedelta(minutes=1)):
        assert publish_due() == 1
        assert publish_due() == 0
    assert (state_of(made), status_of(wish)) == ("published", "shipped")
    assert db.session.get_one(Announcement, made).published_by_id == boss.id
    assert [each.by_id for each in outcomes(wish)] == [boss.id]
    assert [each.id for each in outcomes(planned)][:1] == [before.id]
    assert status_of(planned) == "shipped", "it is what it was when this was scheduled"


@pytest.mark.parametrize("change", ["decided", "same", "merged", "hidden", "demoted", "suspended"])
def test_it_waits_where_an_idea_or_its_publisher_changed(app: Flask, change: str):
    boss, wish, other = manager(), idea("CSV"), idea("PDF")
    made = scheduled(boss, (wish, "shipped"), (other, "shipped"))
    if change in ("decided", "same"):
        make_outcome(wish, "shipped" if change == "same" else "declined", reason="No.")
    elif change == "merged":
        wish.merged_into_id, wish.root_id, wish.status = other.thread_id, other.thread_id, "duplicate"
        db.session.commit()
    elif change == "hidden":
        hide(wish)
    else:
        shut_out(boss, change)
    with clock.standing(now() + LATER + timedelta(minutes=1)):
        assert publish_due() == 0
    assert (state_of(made), status_of(other)) == ("waiting", "open")
    [asked] = events("announcement.waiting")
    assert (asked.person_id, asked.thread_id) == (boss.id, made)
    assert asked.due_at is not None


def hide(wish: Idea) -> None:
    from portal.threads.actions import set_hidden

    write(set_hidden, viewer_of(make_person(role="moderator")), wish.thread_id, on=True, reason="Spam.")


def shut_out(boss: Viewer, how: str) -> None:
    from portal.people.models import Suspension

    if how == "demoted":
        db.session.get_one(Person, boss.id).role = "agent"
    else:
        db.session.add(Suspension(person_id=boss.id or 0, by_id=boss.id, reason="Left.", since=now()))
    db.session.commit()


def test_what_waits_names_what_changed_and_is_published_all_the_same(app: Flask):
    boss, wish, other = manager(), idea("CSV"), idea("PDF")
    made = scheduled(boss, (wish, "shipped"), (other, "shipped"))
    make_outcome(wish, "planned")
    with clock.standing(now() + LATER + timedelta(minutes=1)):
        publish_due()
        part = queries.announcement_part(boss, made)
        assert [(each.title, each.status) for each in part.changed] == [("CSV", "planned")]
        assert write(actions.publish, boss, made) == "published"
    assert status_of(wish) == "shipped"


def test_a_change_or_taking_it_back_ends_the_schedule(app: Flask):
    boss = manager()
    for act in ("change", "unschedule"):
        made = scheduled(boss)
        if act == "change":
            write(actions.change_draft, boss, made, written(title="Other", publish_at=now() + LATER), revision=1)
        else:
            write(actions.unschedule, boss, made)
        with clock.standing(now() + 2 * LATER):
            assert publish_due() == 0
        assert state_of(made) == "draft"


def test_it_can_be_published_before_its_time(app: Flask):
    boss = manager()
    made = scheduled(boss)
    assert write(actions.publish, boss, made, at_once=True) == "published"
