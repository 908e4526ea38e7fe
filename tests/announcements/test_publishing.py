"""Publishing: outcomes recorded once, word owed once, undone without a trace, and as cheap for many as for few."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.announcements import actions, queries
from portal.announcements.models import AnnouncementItem
from portal.core import clock
from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.ideas.models import Idea, IdeaVote
from portal.people.models import Group, Membership, Person
from portal.people.viewer import VISITOR, Viewer
from portal.threads import queries as threads
from portal.threads.models import Mention, Thread
from tests.announcements.making import drafted, events, idea, manager, outcomes, state_of, status_of, written
from tests.factories import make_outcome, make_person, viewer_of


def published(boss: Viewer, *pairs: tuple[Idea, str], **more: object) -> int:
    made = drafted(boss, *pairs, **more)
    assert write(actions.publish, boss, made) == "published"
    return made


def test_everyone_reads_it_and_each_idea_has_its_outcome(app: Flask):
    boss, shipped, partly = manager(), idea("CSV"), idea("PDF")
    made = published(boss, (shipped, "shipped"), (partly, "partly-shipped"))
    assert threads.get_visible(VISITOR, made).privacy == "none"
    assert (status_of(shipped), status_of(partly)) == ("shipped", "partly-shipped")
    [event] = events("announcement.published")
    assert event.thread_id == made
    assert event.due_at is not None
    assert event.due_at > now()
    for wish in (shipped, partly):
        [outcome] = outcomes(wish)
        assert (outcome.event_id, outcome.by_id, outcome.tell) == (event.id, boss.id, "with-announcement")


def test_an_idea_that_has_the_status_already_gets_no_second_outcome(app: Flask):
    boss, wish = manager(), idea()
    had = make_outcome(wish, "shipped", tell="with-announcement")
    made = published(boss, (wish, "shipped"))
    assert [each.id for each in outcomes(wish)] == [had.id]
    item = db.session.scalars(db.select(AnnouncementItem)).one()
    assert (item.outcome_id, item.recorded, item.event_id) == (had.id, False, events("announcement.published")[0].id)
    write(actions.undo, boss, made)
    assert [each.id for each in outcomes(wish)] == [had.id]
    assert status_of(wish) == "shipped"


def test_what_is_deferred_or_declined_needs_a_reason(app: Flask):
    boss, wish = manager(), idea("CSV")
    made = drafted(boss, (wish, "declined"))
    with pytest.raises(Invalid, match="CSV"):
        write(actions.publish, boss, made)
    assert (state_of(made), status_of(wish), outcomes(wish)) == ("draft", "open", [])


def test_the_sentence_is_the_reason(app: Flask):
    boss, wish = manager(), idea()
    said = written((wish, "deferred")).items[0]
    made = drafted(boss, items=(type(said)(wish.thread_id, "deferred", "Too *early*."),))
    write(actions.publish, boss, made)
    [outcome] = outcomes(wish)
    assert outcome.reason == "Too *early*."
    assert "<em>early</em>" in outcome.reason_html


def test_an_idea_merged_since_it_was_written_is_not_announced(app: Flask):
    boss, root, wish = manager(), idea("CSV"), idea("Also CSV")
    made = drafted(boss, (wish, "shipped"))
    wish.merged_into_id, wish.root_id, wish.status = root.thread_id, root.thread_id, "duplicate"
    db.session.commit()
    with pytest.raises(Invalid, match="Also CSV"):
        write(actions.publish, boss, made)


def test_only_managers_publish_and_only_once(app: Flask):
    boss = manager()
    made = drafted(boss)
    with pytest.raises(Forbidden):
        write(actions.publish, viewer_of(make_person(role="agent")), made)
    with pytest.raises(NotFound):
        write(actions.publish, viewer_of(make_person()), made)
    write(actions.publish, boss, made)
    assert write(actions.publish, boss, made) == "published"
    with pytest.raises(Forbidden):
        write(actions.discard, boss, made)
    with pytest.raises(Conflict):
        write(actions.unschedule, boss, made)
    assert len(events("announcement.published")) == 1


def test_it_is_as_old_as_its_publishing(app: Flask):
    boss = manager()
    with clock.standing(now() - timedelta(days=30)):
        made = drafted(boss)
    write(actions.publish, boss, made)
    thread = db.session.get_one(Thread, made)
    assert now() - thread.created_at < timedelta(minutes=1)
    assert now() - thread.last_activity_at < timedelta(minutes=1)


def test_for_members_and_for_groups(app: Flask):
    boss, member, tester = manager(), make_person(), make_person()
    group = Group(name="Testers")
    db.session.add(group)
    db.session.commit()
    db.session.add(Membership(group_id=group.id, person_id=tester.id, since=now()))
    db.session.commit()
    inside = published(boss, audience="members")
    chosen = published(boss, audience="groups", group_ids=(group.id,))
    seen = {
        name: [entry.id for entry in queries.changelog(viewer).rows]
        for name, viewer in (("visitor", VISITOR), ("member", viewer_of(member)), ("tester", viewer_of(tester)))
    }
    assert seen == {"visitor": [], "member": [inside], "tester": [chosen, inside]}
    write(actions.undo, boss, chosen)
    with pytest.raises(NotFound):
        threads.get_visible(viewer_of(tester), chosen)


def test_undone_in_time_it_leaves_no_trace(app: Flask):
    boss, fresh, planned = manager(), idea("CSV"), idea("PDF")
    had = make_outcome(planned, "planned", target_on=now().date())
    made = published(boss, (fresh, "shipped"), (planned, "shipped"))
    write(actions.undo, boss, made)
    assert state_of(made) == "draft"
    assert (status_of(fresh), outcomes(fresh)) == ("open", [])
    assert (status_of(planned), [each.id for each in outcomes(planned)]) == ("planned", [had.id])
    db.session.expire_all()
    assert db.session.get_one(Idea, planned.thread_id).target_on == had.target_on
    assert events("announcement.published")[0].due_at is None
    with pytest.raises(NotFound):
        threads.get_visible(VISITOR, made)
    assert write(actions.publish, boss, made) == "published"
    assert [each.status for each in outcomes(fresh)] == ["shipped"]


@pytest.mark.parametrize("why", ["late", "begun", "done"])
def test_what_people_are_being_told_of_is_not_undone(app: Flask, why: str):
    boss, wish = manager(), idea()
    made = published(boss, (wish, "shipped"))
    [event] = events("announcement.published")
    if why == "begun":
        event.reached = 7
    elif why == "done":
        event.done_at = now()
    db.session.commit()
    at = now() + (timedelta(hours=1) if why == "late" else timedelta())
    with clock.standing(at), pytest.raises(Conflict):
        write(actions.undo, boss, made)
    assert (state_of(made), status_of(wish)) == ("published", "shipped")


def test_an_outcome_that_was_amended_meanwhile_only_ends(app: Flask):
    from portal.ideas.actions import decide

    boss, wish = manager(), idea()
    made = published(boss, (wish, "shipped"))
    write(decide, boss, wish.thread_id, status="shipped", reason="In the menu.", tell="quiet")
    write(actions.undo, boss, made)
    assert status_of(wish) == "open"
    assert all(each.ended_event_id for each in outcomes(wish))


def test_whom_it_calls_is_looked_up_once_they_may_read_it(app: Flask):
    boss, called = manager(), make_person("karin")
    made = drafted(boss, body="Thanks, @karin.")
    assert db.session.scalars(db.select(Mention.person_id)).all() == []
    write(actions.publish, boss, made)
    assert db.session.scalars(db.select(Mention.person_id)).all() == [called.id]


def test_publishing_costs_the_same_for_few_and_for_many(app: Flask, statements: list[str]):
    boss = manager()
    counted = []
    for people in (5, 2_000):
        wishes = [idea(f"Wish {number} of {people}") for number in range(3)]
        ask_for(wishes, people)
        made = drafted(boss, *((wish, "shipped") for wish in wishes))
        db.session.commit()
        statements.clear()
        write(actions.publish, boss, made)
        counted.append(len(statements))
    assert counted[0] == counted[1]
    assert counted[0] < 120


def ask_for(wishes: list[Idea], people: int) -> None:
    """So many people vote for each of these."""
    names = [f"asker{people}x{number}" for number in range(people)]
    rows = [{"username": name, "username_key": name, "name": name, "created_at": now()} for name in names]
    ids = list(db.session.scalars(db.insert(Person).returning(Person.id), rows))
    votes = [{"idea_id": wish.thread_id, "person_id": id_, "at": now()} for wish in wishes for id_ in ids]
    db.session.execute(db.insert(IdeaVote), votes)
    db.session.commit()
