"""A question or a discussion becomes an idea and back, with everything and everybody."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.ideas.actions import decide, merge, set_vote, turn, vote_for
from portal.ideas.models import Idea, IdeaVote
from portal.people.viewer import Viewer
from portal.questions.actions import set_accepted, set_same
from portal.questions.models import Question, SameQuestion
from portal.questions.queries import proof as of_questions
from portal.threads import actions
from portal.threads.models import Post, Thread, Watch
from tests.factories import make_category, make_idea, make_person, make_reply, make_thread, viewer_of

pytestmark = pytest.mark.usefixtures("proved")


@pytest.fixture
def moderator(app: Flask) -> Viewer:
    return viewer_of(make_person(role="moderator"))


def wrong(thread_id: int) -> list[str]:
    db.session.expire_all()
    return [str(each) for each in of_questions.differences([thread_id])]


def voters(thread_id: int) -> set[int]:
    return set(db.session.scalars(select(IdeaVote.person_id).where(IdeaVote.idea_id == thread_id)))


def same(thread_id: int) -> set[int]:
    return set(db.session.scalars(select(SameQuestion.person_id).where(SameQuestion.thread_id == thread_id)))


def test_who_has_a_question_too_votes_for_the_idea_and_back(member: Viewer, moderator: Viewer) -> None:
    others = [viewer_of(make_person()) for _ in range(3)]
    thread = make_thread(member)
    thread_id = thread.id
    for each in others[:2]:
        write(set_same, each, thread_id, on=True)
    answer = make_reply(thread, moderator).id
    write(set_accepted, moderator, answer, on=True)
    write(turn, moderator, thread_id, kind="idea")
    idea = db.session.get_one(Idea, thread_id)
    assert (idea.votes, idea.supporters, idea.status) == (3, 3, "open")
    assert voters(thread_id) == {member.id, others[0].id, others[1].id}
    assert idea.first_response_at is not None
    assert same(thread_id) == set()
    waits = db.session.get_one(Question, thread_id)
    assert (waits.waiting_since, waits.due_at, waits.first_reply_due_at) == (None, None, None)
    write(set_vote, others[0], thread_id, on=False)
    assert db.session.get(Watch, (thread_id, others[0].id)) is None, "the follow that having it too began ends"
    write(set_vote, others[2], thread_id, on=True)
    write(turn, moderator, thread_id, kind="question")
    assert same(thread_id) == {others[1].id, others[2].id}
    assert voters(thread_id) == set()
    thread = db.session.get_one(Thread, thread_id)
    assert (thread.kind, thread.accepted_post_id) == ("question", answer)
    assert wrong(thread_id) == []
    posts = db.session.scalars(select(Post.number).where(Post.thread_id == thread_id).order_by(Post.number)).all()
    assert list(posts) == [1, 2]


def test_an_answer_that_went_meanwhile_is_accepted_no_longer(member: Viewer, moderator: Viewer) -> None:
    thread = make_thread(member)
    answer = make_reply(thread).id
    write(set_accepted, member, answer, on=True)
    write(turn, moderator, thread.id, kind="idea")
    write(actions.delete_post, moderator, answer, reason="Spam")
    write(turn, moderator, thread.id, kind="question")
    assert wrong(thread.id) == []
    db.session.expire_all()
    assert db.session.get_one(Thread, thread.id).accepted_post_id is None


def test_what_only_an_idea_has_waits_until_it_is_one_again(member: Viewer, manager: Viewer) -> None:
    thread_id = make_idea(member).thread_id
    write(vote_for, manager, thread_id, email="kim@corp.example")
    write(decide, manager, thread_id, status="planned")
    write(turn, manager, thread_id, kind="discussion")
    idea = db.session.get_one(Idea, thread_id)
    assert (idea.votes, idea.supporters, idea.wanted) == (2, 0, 0)
    with pytest.raises(NotFound):
        write(set_vote, viewer_of(make_person()), thread_id, on=True)
    make_reply(db.session.get_one(Thread, thread_id), manager)
    write(turn, manager, thread_id, kind="question")
    assert wrong(thread_id) == []
    write(turn, manager, thread_id, kind="idea")
    db.session.expire_all()
    assert (idea.votes, idea.supporters, idea.status) == (2, 2, "planned")


def test_the_category_must_take_the_kind(member: Viewer, moderator: Viewer) -> None:
    narrow, wide = make_category(kinds=["question"]), make_category()
    thread = make_thread(member, category=narrow)
    with pytest.raises(Invalid) as refused:
        write(turn, moderator, thread.id, kind="idea")
    assert list(refused.value.fields) == ["category"]
    write(turn, moderator, thread.id, kind="idea", category_id=wide.id)
    db.session.expire_all()
    assert (thread.kind, thread.category_id) == ("idea", wide.id)


def test_what_cannot_be_turned(member: Viewer, moderator: Viewer, manager: Viewer) -> None:
    private, first, second = make_thread(member, privacy="staff").id, make_idea().thread_id, make_idea().thread_id
    write(merge, manager, first, into=second, reason="x")
    for thread_id, kind in ((private, "idea"), (first, "question"), (second, "discussion"), (private, "announcement")):
        with pytest.raises(Invalid) as refused:
            write(turn, moderator, thread_id, kind=kind)
        assert list(refused.value.fields) == ["kind"]
    for who in (member, viewer_of(make_person(role="agent"))):
        with pytest.raises(Forbidden):
            write(turn, who, make_thread(member).id, kind="idea")
