"""Merging is a link: votes stay where they were cast, counts are of distinct people, and parting restores both."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events.models import Event
from portal.ideas.actions import decide, merge, set_vote, undo, unmerge
from portal.ideas.models import Idea, IdeaVote, Outcome, Supporter
from portal.ideas.queries import requesters
from portal.people.viewer import Viewer
from portal.threads import actions
from portal.threads.models import Thread, Watch
from tests.factories import make_category, make_idea, make_person, make_thread, viewer_of
from tests.ideas.conftest import Later

pytestmark = pytest.mark.usefixtures("proved")
ROWS = (Idea.status, Idea.merged_into_id, Idea.root_id, Idea.votes, Idea.supporters, Idea.wanted, Idea.rising)
SAID = (Idea.outcome_id, Idea.decided_at, Idea.first_decided_at, Idea.shipped_at, Idea.first_response_at)


def kept(*ids: int) -> list[object]:
    """All that these ideas keep, and who supports, voted for and follows them."""
    ideas = db.session.execute(
        select(Idea.thread_id, *ROWS, *SAID).where(Idea.thread_id.in_(ids)).order_by("thread_id")
    )
    rows = [tuple(row) for row in ideas]
    for table, column in ((Supporter, Supporter.root_id), (IdeaVote, IdeaVote.idea_id), (Watch, Watch.thread_id)):
        extra = (Watch.level, Watch.because) if table is Watch else ()
        query = select(column, table.person_id, *extra).where(column.in_(ids)).order_by(column, table.person_id)
        rows += [(table.__tablename__, *row) for row in db.session.execute(query)]
    return [*rows]


def counts(idea_id: int) -> tuple[int, int, int]:
    db.session.expire_all()
    idea = db.session.get_one(Idea, idea_id)
    return idea.votes, idea.supporters, idea.wanted


def voted(*who: Viewer) -> int:
    """An idea of the first of them, for which the others voted."""
    idea_id = make_idea(who[0]).thread_id
    for each in who[1:]:
        write(set_vote, each, idea_id, on=True)
    return idea_id


@pytest.fixture
def people(app: Flask) -> list[Viewer]:
    return [viewer_of(make_person()) for _ in range(6)]


def test_counts_are_of_distinct_people_and_the_report_says_so(manager: Viewer, people: list[Viewer]) -> None:
    first, second = voted(*people[:4]), voted(*people[2:])
    merged = write(merge, manager, first, into=second, reason="The same")
    assert (merged.into, merged.joined, merged.had_voted) == (second, 2, 2)
    assert (counts(first), counts(second)) == ((4, 0, 0), (4, 6, 6))
    idea = db.session.get_one(Idea, first)
    assert (idea.status, idea.merged_into_id, idea.root_id) == ("duplicate", second, second)
    assert idea.first_decided_at is None, "merging passes the question on"
    outcome = db.session.get_one(Outcome, idea.outcome_id)
    assert (outcome.into_id, outcome.reason) == (second, "The same")
    event = db.session.get_one(Event, outcome.event_id)
    assert (event.kind, event.data) == ("idea.merged", {"into": second, "outcome_id": outcome.id})


def test_parting_restores_both_exactly(manager: Viewer, people: list[Viewer], later: Later) -> None:
    first, second = voted(*people[:4]), voted(*people[2:])
    write(decide, manager, first, status="planned", target_on=now().date() + timedelta(days=9))
    before = kept(first, second)
    write(merge, manager, first, into=second, reason="The same")
    later(300)
    write(unmerge, manager, first)
    assert kept(first, second) == before


def test_a_into_b_and_b_into_c(manager: Viewer, people: list[Viewer]) -> None:
    ids = [voted(*people[:3]), voted(*people[2:4]), voted(people[4])]
    first, second, third = ids
    start = kept(*ids)
    write(merge, manager, first, into=second, reason="x")
    between = kept(*ids)
    merged = write(merge, manager, second, into=third, reason="y")
    assert (merged.joined, merged.had_voted) == (4, 0)
    assert [counts(each)[1] for each in ids] == [0, 0, 5]
    assert db.session.get_one(Idea, first).root_id == third
    write(unmerge, manager, second)
    assert kept(*ids) == between
    write(merge, manager, second, into=third, reason="y")
    write(unmerge, manager, first)
    assert [counts(each)[1] for each in ids] == [3, 0, 3]
    write(unmerge, manager, second)
    assert kept(*ids) == start


def test_several_duplicates_of_one(manager: Viewer, people: list[Viewer]) -> None:
    """A-B and then A-C: none is missed."""
    ids = [voted(person) for person in people]
    for each in ids[1:]:
        write(merge, manager, each, into=ids[0], reason="x")
    assert counts(ids[0]) == (1, 6, 6)
    owed = {row.person_id for row in db.session.execute(requesters(ids[0]))}
    assert owed == {person.id for person in people}


@pytest.mark.parametrize("status", ["shipped", "declined", "already-possible"])
def test_duplicates_keep_coming_when_it_is_closed(manager: Viewer, people: list[Viewer], status: str) -> None:
    first, second = voted(*people[:3]), voted(people[3])
    write(decide, manager, second, status=status, reason="So")
    said = db.session.get_one(Idea, second).outcome_id
    assert write(merge, manager, first, into=second, reason="x").joined == 3
    idea = db.session.get_one(Idea, second)
    assert (idea.status, idea.outcome_id, idea.supporters) == (status, said, 4), "its response is not overwritten"
    write(unmerge, manager, first)
    assert counts(second) == (1, 1, 1), "no vote is left behind"


def test_a_circle_oneself_and_what_is_merged_already_are_refused(manager: Viewer, people: list[Viewer]) -> None:
    ids = [voted(person) for person in people[:4]]
    write(merge, manager, ids[0], into=ids[1], reason="x")
    write(merge, manager, ids[1], into=ids[2], reason="x")
    before = kept(*ids)
    for source, target in ((ids[3], ids[3]), (ids[2], ids[0]), (ids[2], ids[1]), (ids[0], ids[3]), (ids[0], ids[0])):
        with pytest.raises(Invalid) as refused:
            write(merge, manager, source, into=target, reason="x")
        assert list(refused.value.fields) == ["into"]
        assert str(refused.value)
    with pytest.raises(Invalid) as refused:
        write(merge, manager, ids[3], into=ids[0], reason=" ")
    assert list(refused.value.fields) == ["reason"]
    with pytest.raises(Invalid):
        write(unmerge, manager, ids[3])
    assert kept(*ids) == before
    assert write(merge, manager, ids[3], into=ids[0], reason="x").into == ids[2], "into the root of what is merged"


def test_what_cannot_be_merged(manager: Viewer, people: list[Viewer]) -> None:
    first, second = voted(people[0]), voted(people[1])
    for other in (make_thread().id, 10**9):
        with pytest.raises(NotFound):
            write(merge, manager, first, into=other, reason="x")
        with pytest.raises(NotFound):
            write(merge, manager, other, into=first, reason="x")
    for role in ("member", "agent", "moderator"):
        who = viewer_of(make_person(role=role))
        with pytest.raises(Forbidden):
            write(merge, who, first, into=second, reason="x")
    staff_only = make_idea(manager, category=make_category(visibility="staff")).thread_id
    with pytest.raises(NotFound):
        write(merge, people[0], first, into=staff_only, reason="x")
    write(actions.delete_thread, viewer_of(make_person(role="moderator")), second, reason="Spam")
    for source, target in ((first, second), (second, first)):
        with pytest.raises(Forbidden):
            write(merge, manager, source, into=target, reason="x")


def test_a_merged_idea_takes_no_votes_and_no_decisions(manager: Viewer, people: list[Viewer]) -> None:
    first, second = voted(people[0]), voted(people[1])
    write(merge, manager, first, into=second, reason="x")
    with pytest.raises(Forbidden):
        write(set_vote, people[2], first, on=True)
    with pytest.raises(Invalid):
        write(decide, manager, first, status="planned")
    assert counts(second) == (1, 2, 2)


def test_the_one_button_stands_for_all_that_is_merged(manager: Viewer, people: list[Viewer]) -> None:
    """Whoever voted for the merged one supports the other; taking it back takes it back in both."""
    first, second = voted(*people[:2]), voted(people[2], people[1])
    write(merge, manager, first, into=second, reason="x")
    write(set_vote, people[0], second, on=False)
    assert (counts(first), counts(second)) == ((1, 0, 0), (2, 2, 2))
    write(set_vote, people[1], second, on=False)
    assert (counts(first), counts(second)) == ((0, 0, 0), (1, 1, 1))
    write(set_vote, people[1], second, on=True)
    assert counts(second) == (2, 2, 2)
    write(unmerge, manager, first)
    assert (counts(first), counts(second)) == ((0, 0, 0), (2, 2, 2))


def test_a_vote_for_both_counts_once(manager: Viewer, people: list[Viewer]) -> None:
    first, second = voted(people[0]), voted(people[1])
    write(merge, manager, first, into=second, reason="x")
    write(set_vote, people[0], second, on=True)
    assert counts(second) == (2, 2, 2)
    write(unmerge, manager, first)
    assert (counts(first), counts(second)) == ((1, 1, 1), (2, 2, 2))


def test_a_merged_idea_that_is_hidden_does_not_count(manager: Viewer, people: list[Viewer]) -> None:
    moderator = viewer_of(make_person(role="moderator"))
    first, second = voted(*people[:3]), voted(people[3])
    write(merge, manager, first, into=second, reason="x")
    write(actions.set_hidden, moderator, first, on=True, reason="Spam")
    assert counts(second) == (1, 1, 1)
    write(actions.set_hidden, moderator, first, on=False)
    assert counts(second) == (1, 4, 4)


def test_imported_votes_of_the_whole_are_wanted(manager: Viewer, people: list[Viewer]) -> None:
    first, second = voted(people[0]), voted(people[1])
    db.session.get_one(Idea, first).imported_votes = -3
    db.session.commit()
    with pytest.raises(Invalid):
        write(merge, manager, first, into=second, reason="")
    write(merge, manager, first, into=second, reason="x")
    assert (counts(first), counts(second)) == ((1, 0, 0), (1, 2, -1))
    write(unmerge, manager, first)
    assert (counts(first), counts(second)) == ((1, 1, -2), (1, 1, 1))


def level(idea_id: int, who: Viewer) -> str | None:
    return db.session.scalar(select(Watch.level).where(Watch.thread_id == idea_id, Watch.person_id == who.id))


def test_followers_come_along_and_go_again(manager: Viewer, people: list[Viewer]) -> None:
    follower, muted, chose = people[3:6]
    first, second, third = voted(people[0]), voted(people[1]), voted(people[2])
    write(actions.set_watch, follower, first, level="watch")
    write(actions.set_watch, muted, first, level="mute")
    write(actions.set_watch, chose, first, level="follow")
    write(actions.set_watch, chose, second, level="none")
    write(merge, manager, first, into=second, reason="x")
    assert [level(second, who) for who in (follower, muted, chose)] == ["watch", None, "none"]
    write(merge, manager, second, into=third, reason="x")
    assert [level(third, who) for who in (follower, people[0], people[1])] == ["watch", "watch", "watch"]
    write(unmerge, manager, first)
    assert [level(second, who) for who in (follower, muted, chose)] == [None, None, "none"]
    assert [level(third, who) for who in (follower, people[0], people[1])] == [None, None, "watch"]


def test_taking_back_a_merged_vote_ends_the_follow_that_came_along(manager: Viewer, people: list[Viewer]) -> None:
    first, second = voted(*people[:2]), voted(people[2])
    write(merge, manager, first, into=second, reason="x")
    assert level(second, people[1]) == "follow"
    write(set_vote, people[1], second, on=False)
    assert (level(first, people[1]), level(second, people[1])) == (None, None)
    assert level(second, people[0]) == "watch"


def events(idea_id: int) -> list[tuple[str, bool]]:
    kinds = ("idea.merged", "idea.unmerged", "idea.undone")
    query = select(Event.kind, Event.due_at).where(Event.thread_id == idea_id, Event.kind.in_(kinds))
    return [(row.kind, row.due_at is not None) for row in db.session.execute(query.order_by(Event.id))]


def test_undoing_a_merging_leaves_nothing(manager: Viewer, people: list[Viewer], later: Later) -> None:
    first, second = voted(*people[:3]), voted(*people[2:4])
    before = kept(first, second)
    write(merge, manager, first, into=second, reason="x")
    later(60)
    write(undo, manager, first)
    assert kept(first, second) == before
    assert events(first) == [("idea.merged", False), ("idea.undone", False)]
    assert db.session.scalars(select(Outcome.id)).all() == []


def test_parting_corrects_only_what_people_were_told(manager: Viewer, people: list[Viewer], later: Later) -> None:
    first, second = voted(people[0]), voted(people[1])
    write(merge, manager, first, into=second, reason="x")
    later(60)
    write(unmerge, manager, first)
    assert events(first) == [("idea.merged", False), ("idea.unmerged", False)], "nobody heard of it"
    write(merge, manager, first, into=second, reason="x")
    later(200)
    write(unmerge, manager, first)
    assert events(first)[2:] == [("idea.merged", True), ("idea.unmerged", True)]
    event = db.session.scalars(select(Event).where(Event.kind == "idea.unmerged").order_by(Event.id.desc())).first()
    assert event is not None
    ended = db.session.get_one(Outcome, event.data["outcome_id"])
    assert (event.data["was_into"], ended.ended_event_id) == (second, event.id)


def test_a_merged_idea_goes_on_when_its_thread_was_the_first(manager: Viewer, people: list[Viewer]) -> None:
    """The threads stay two: nothing that was written moves."""
    first, second = voted(people[0]), voted(people[1])
    write(merge, manager, first, into=second, reason="x")
    threads = db.session.scalars(select(Thread).where(Thread.id.in_((first, second)))).all()
    assert [each.deleted_event_id for each in threads] == [None, None]
