"""One vote per person and idea: the wanted state, counted once."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.ideas.actions import decide, set_silence, set_vote
from portal.ideas.actions.counting import rebuild
from portal.ideas.models import Idea, IdeaSilence, IdeaVote, Supporter
from portal.ideas.queries import requesters
from portal.people import hooks as people_hooks
from portal.people.actions.erasing import anonymise
from portal.people.models import Person
from portal.people.viewer import VISITOR, Viewer
from portal.threads import actions
from portal.threads.models import Thread, Watch
from tests.factories import make_category, make_idea, make_person, make_reply, make_thread, viewer_of

pytestmark = pytest.mark.usefixtures("proved")


def counted(idea_id: int) -> tuple[int, int, int]:
    db.session.expire_all()
    idea = db.session.get_one(Idea, idea_id)
    return idea.votes, idea.supporters, idea.wanted


def level(idea_id: int, who: Viewer) -> str | None:
    return db.session.scalar(select(Watch.level).where(Watch.thread_id == idea_id, Watch.person_id == who.id))


def test_whoever_suggests_an_idea_votes_for_it(app: Flask) -> None:
    idea = make_idea()
    assert counted(idea.thread_id) == (1, 1, 1)
    assert (idea.status, idea.root_id, idea.rising > 0) == ("open", idea.thread_id, True)


def test_an_idea_cannot_be_suggested_privately(app: Flask, member: Viewer) -> None:
    for privacy in ("staff", "organisation", "members", "groups"):
        with pytest.raises(Invalid) as refused:
            make_idea(member, privacy=privacy)
        assert list(refused.value.fields) == ["privacy"]


def test_a_vote_is_the_state_that_was_asked_for(app: Flask, member: Viewer) -> None:
    """Not a toggle: a double click adds one vote, and taking back twice takes away one."""
    idea_id = make_idea().thread_id
    for on, votes in ((True, 2), (True, 2), (False, 1), (False, 1), (True, 2)):
        write(set_vote, member, idea_id, on=on)
        assert counted(idea_id) == (votes, votes, votes)


def test_the_weight_of_rising_follows_the_votes(app: Flask) -> None:
    idea = make_idea()
    before = idea.rising
    write(set_vote, viewer_of(make_person()), idea.thread_id, on=True)
    db.session.refresh(idea)
    assert idea.rising == before + 1, "twice as wanted"


@pytest.mark.parametrize("status", ["shipped", "declined", "already-possible"])
def test_what_is_settled_is_closed_to_votes(app: Flask, manager: Viewer, member: Viewer, status: str) -> None:
    idea_id = make_idea().thread_id
    write(set_vote, member, idea_id, on=True)
    write(decide, manager, idea_id, status=status, reason="So it is.")
    for who, on in ((member, False), (viewer_of(make_person()), True)):
        with pytest.raises(Forbidden) as refused:
            write(set_vote, who, idea_id, on=on)
        assert "closed" in str(refused.value)
    assert counted(idea_id) == (2, 2, 2)
    write(decide, manager, idea_id, status="under-review")
    write(set_vote, member, idea_id, on=False)
    assert counted(idea_id) == (1, 1, 1)


@pytest.mark.parametrize("status", ["under-review", "planned", "in-progress", "partly-shipped", "deferred"])
def test_what_may_still_come_is_open_to_votes(app: Flask, manager: Viewer, member: Viewer, status: str) -> None:
    idea_id = make_idea().thread_id
    write(decide, manager, idea_id, status=status, reason="So it is.")
    write(set_vote, member, idea_id, on=True)
    assert counted(idea_id) == (2, 2, 2)


def test_who_may_not_vote(app: Flask, member: Viewer) -> None:
    idea_id = make_idea().thread_id
    with pytest.raises(Forbidden):
        write(set_vote, VISITOR, idea_id, on=True)
    with pytest.raises(NotFound):
        write(set_vote, member, make_thread().id, on=True)
    hidden = make_idea(viewer_of(make_person(role="agent")), category=make_category(visibility="staff")).thread_id
    with pytest.raises(NotFound):
        write(set_vote, member, hidden, on=True)
    moderator = viewer_of(make_person(role="moderator"))
    write(actions.set_locked, moderator, idea_id, on=True, reason="Heated")
    with pytest.raises(Forbidden):
        write(set_vote, member, idea_id, on=True)
    write(set_vote, moderator, idea_id, on=True)


def test_a_vote_follows_and_taking_it_back_ends_that_follow_alone(app: Flask, member: Viewer) -> None:
    idea_id = make_idea().thread_id
    write(set_vote, member, idea_id, on=True)
    assert level(idea_id, member) == "follow"
    write(set_vote, member, idea_id, on=False)
    assert level(idea_id, member) is None
    write(set_vote, member, idea_id, on=True)
    make_reply(db.session.get_one(Thread, idea_id), member)
    write(set_vote, member, idea_id, on=False)
    assert level(idea_id, member) == "follow", "they answered too"


def test_who_stopped_following_does_not_follow_again_by_a_later_vote(app: Flask, member: Viewer) -> None:
    idea_id = make_idea().thread_id
    write(set_vote, member, idea_id, on=True)
    write(actions.set_watch, member, idea_id, level="none")
    write(set_vote, member, idea_id, on=False)
    write(set_vote, member, idea_id, on=True)
    assert level(idea_id, member) == "none"
    owed = {row.person_id for row in db.session.execute(requesters(idea_id))}
    assert member.id in owed, "following is about the talk; what becomes of it is owed still"


def test_dont_tell_me_is_remembered_and_taken_back(app: Flask, member: Viewer) -> None:
    idea_id = make_idea().thread_id
    for on in (True, True, False, False, True):
        write(set_silence, member, idea_id, on=on)
        held = db.session.scalars(select(IdeaSilence.person_id).where(IdeaSilence.idea_id == idea_id)).all()
        assert list(held) == ([member.id] if on else [])
    with pytest.raises(Forbidden):
        write(set_silence, VISITOR, idea_id, on=True)


@pytest.mark.parametrize("gone", ["hidden", "deleted"])
def test_what_is_gone_does_not_count_until_it_is_back(app: Flask, member: Viewer, gone: str) -> None:
    moderator = viewer_of(make_person(role="moderator"))
    idea_id = make_idea().thread_id
    write(set_vote, member, idea_id, on=True)
    if gone == "hidden":
        write(actions.set_hidden, moderator, idea_id, on=True, reason="Spam")
    else:
        write(actions.delete_thread, moderator, idea_id, reason="Spam")
    assert counted(idea_id) == (2, 0, 0)
    with pytest.raises((Forbidden, NotFound)):
        write(set_vote, member, idea_id, on=False)
    if gone == "hidden":
        write(actions.set_hidden, moderator, idea_id, on=False)
    else:
        write(actions.restore_thread, moderator, idea_id)
    assert counted(idea_id) == (2, 2, 2)


def test_the_votes_of_someone_erased_stay_and_they_are_owed_nothing(app: Flask, member: Viewer) -> None:
    idea_id = make_idea().thread_id
    write(set_vote, member, idea_id, on=True)

    def erase() -> None:
        anonymise(db.session.get_one(Person, member.id))

    assert people_hooks.erased
    write(erase)
    assert counted(idea_id) == (2, 2, 2)
    assert member.id not in {row.person_id for row in db.session.execute(requesters(idea_id))}


def test_a_vote_costs_few_statements(app: Flask, member: Viewer, statements: list[str]) -> None:
    """One of them looks whether there is a webhook that wants to hear of it."""
    idea_id = make_idea().thread_id
    for _ in range(30):
        write(set_vote, viewer_of(make_person()), idea_id, on=True)
    for on, most in ((True, 9), (False, 8), (False, 3)):
        statements.clear()
        write(set_vote, member, idea_id, on=on)
        assert len(statements) <= most, statements


def test_imported_votes_are_a_number_and_not_people(app: Flask, member: Viewer) -> None:
    idea = make_idea()
    idea.imported_votes = -7
    db.session.commit()
    write(rebuild, idea.thread_id)
    write(set_vote, member, idea.thread_id, on=True)
    assert counted(idea.thread_id) == (2, 2, -5)


def rows_of(table: Any, idea_id: int) -> int:
    column = table.root_id if table is Supporter else table.idea_id
    return db.session.scalar(select(func.count()).select_from(table).where(column == idea_id)) or 0


def test_the_rows_are_as_many_as_the_counts(app: Flask) -> None:
    idea_id = make_idea().thread_id
    for _ in range(5):
        write(set_vote, viewer_of(make_person()), idea_id, on=True)
    assert rows_of(IdeaVote, idea_id) == rows_of(Supporter, idea_id) == 6
