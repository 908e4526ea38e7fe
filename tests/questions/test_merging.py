"""Merging threads and splitting replies off: places, addresses, answers, followers, and what is kept."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.people.viewer import VISITOR, Viewer
from portal.questions.actions import set_accepted, set_same
from portal.questions.models import Acceptance
from portal.questions.queries import proof as of_questions
from portal.questions.queries import question_part
from portal.threads import actions
from portal.threads.models import Post, Thread, Watch
from portal.threads.queries import get_visible, place_of, proof, thread_page, thread_place
from tests.factories import make_category, make_comment, make_person, make_reply, make_thread, viewer_of


def someone(role: str = "member") -> Viewer:
    return viewer_of(make_person(role=role))


def clean(*threads: Thread) -> bool:
    ids = [thread.id for thread in threads]
    return [*proof.differences(ids), *of_questions.differences(ids)] == []


def opening_of(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def merge(viewer: Viewer, source: Thread, into: Thread, keep: int | None = None) -> None:
    write(actions.merge, viewer, source.id, into=into.id, reason="The same", keep=keep)


def test_posts_keep_their_addresses_and_get_places_at_the_end(app: Flask) -> None:
    moderator, ada = someone("moderator"), someone()
    target = make_thread(title="Target")
    old = make_reply(target)
    source = make_thread(ada, title="Source")
    opening = opening_of(source)
    gone, reply = make_reply(source), make_reply(source)
    comment = make_comment(reply)
    write(actions.delete_post, moderator, gone.id, reason="x")
    merge(moderator, source, target)
    numbers = db.session.execute(select(Post.id, Post.number).where(Post.thread_id == target.id, Post.number > 1))
    assert [tuple(row) for row in numbers.all()] == [(old.id, 2), (opening.id, 3), (gone.id, 4), (reply.id, 5)]
    for post in (opening, reply, comment):
        assert place_of(VISITOR, post.id).path == target.path
    assert thread_place(VISITOR, source.id) == target.path
    with pytest.raises(NotFound):
        get_visible(VISITOR, source.id)
    page = thread_page(VISITOR, target.id)
    assert (page.replies, [post.is_stub for post in page.posts]) == (3, [False, False, False, True, False])
    assert [each.id for each in page.posts[4].comments] == [comment.id]
    assert clean(source, target)
    assert ("follow" if ada.id is None else "watch") in db.session.scalars(
        select(Watch.level).where(Watch.thread_id == target.id, Watch.person_id == ada.id)
    ).all()
    for viewer in (ada, moderator):
        with pytest.raises((Forbidden, NotFound)):
            write(actions.restore_thread, viewer, source.id)


def test_who_may_merge_and_what(app: Flask) -> None:
    ada, moderator = someone(), someone("moderator")
    one, two = make_thread(ada), make_thread(ada)
    private, other = make_thread(ada, privacy="staff"), make_thread(someone(), privacy="staff")
    for viewer in (VISITOR, ada, someone("agent"), someone("manager")):
        with pytest.raises(Forbidden):
            merge(viewer, one, two)
    for pair in ((private, one), (one, private), (private, other)):
        with pytest.raises(Forbidden):
            merge(moderator, *pair)
    with pytest.raises(Invalid):
        merge(moderator, one, one)
    with pytest.raises(Invalid):
        write(actions.merge, moderator, one.id, into=two.id)
    merge(moderator, private, make_thread(ada, privacy="staff"))


@pytest.mark.parametrize("keeps", ["source", "target", ""])
def test_two_accepted_answers_ask_which_one_stays(app: Flask, keeps: str) -> None:
    moderator = someone("moderator")
    chosen: dict[str, int] = {}
    threads: dict[str, Thread] = {}
    for name in ("source", "target"):
        ada = someone()
        threads[name] = make_thread(ada)
        chosen[name] = make_reply(threads[name]).id
        write(set_accepted, ada, chosen[name], on=True)
    if not keeps:
        with pytest.raises(Invalid) as caught:
            merge(moderator, threads["source"], threads["target"])
        assert set(caught.value.fields) == {"keep"}
        assert get_visible(VISITOR, threads["source"].id).accepted_post_id == chosen["source"]
        return
    merge(moderator, threads["source"], threads["target"], chosen[keeps])
    target = get_visible(VISITOR, threads["target"].id)
    assert target.accepted_post_id == chosen[keeps]
    held = db.session.scalars(select(Acceptance).where(Acceptance.ended_at.is_(None))).all()
    assert [(each.thread_id, each.post_id) for each in held] == [(target.id, chosen[keeps])]
    assert clean(*threads.values())


def test_one_accepted_answer_stays_but_not_in_a_discussion(app: Flask) -> None:
    moderator, ada = someone("moderator"), someone()
    source, talk = make_thread(ada), make_thread(kind="discussion")
    answer = make_reply(source)
    write(set_accepted, ada, answer.id, on=True)
    target = make_thread(title="Target")
    merge(moderator, source, target)
    part = question_part(VISITOR, target.id)
    assert part.accepted
    assert (part.accepted.post_id, part.accepted.by_id) == (answer.id, ada.id)
    merge(moderator, target, talk)
    assert get_visible(VISITOR, talk.id).accepted_post_id is None
    assert thread_place(VISITOR, source.id) == talk.path, "also two merges ago"
    assert clean(source, target, talk)


def test_who_had_the_one_has_the_other(app: Flask) -> None:
    moderator, ada, bob, eve = someone("moderator"), someone(), someone(), someone()
    source, target = make_thread(ada), make_thread(bob)
    for who in (bob, eve):
        write(set_same, who, source.id, on=True)
    write(set_same, eve, target.id, on=True)
    merge(moderator, source, target)
    assert question_part(ada, target.id).is_mine
    assert question_part(VISITOR, target.id).same == 2
    assert clean(source, target)


def test_replies_split_off_open_a_thread_of_their_own(app: Flask) -> None:
    moderator, ada, bob = someone("moderator"), someone(), someone()
    thread = make_thread(ada)
    stays, first, second = make_reply(thread), make_reply(thread, bob), make_reply(thread)
    comment = make_comment(first, ada)
    write(set_accepted, ada, first.id, on=True)
    write(actions.set_helpful, ada, first.id, on=True)
    given = {"title": "Another matter", "category_id": make_category().id, "reason": "Off topic"}
    new_id = write(actions.split, moderator, thread.id, post_ids=[second.id, first.id], **given)
    new = get_visible(VISITOR, new_id)
    assert (new.kind, new.author_id, new.slug, new.helpful) == ("question", bob.id, "another-matter", 1)
    page = thread_page(VISITOR, new_id)
    assert [(post.id, post.number) for post in page.posts] == [(first.id, 1), (second.id, 2)]
    assert [each.id for each in page.posts[0].comments] == [comment.id]
    assert place_of(VISITOR, second.id).path == new.path
    old = thread_page(VISITOR, thread.id)
    assert [post.id for post in old.posts] == [opening_of(thread).id, stays.id]
    assert (old.accepted_post_id, old.replies) == (None, 1)
    assert db.session.scalars(select(Acceptance.ended_because)).all() == ["moved"]
    assert make_reply(thread).number == 5, "numbers are never reused"
    assert clean(thread, new)


def test_what_can_be_split_off(app: Flask) -> None:
    moderator = someone("moderator")
    thread, private = make_thread(), make_thread(privacy="staff")
    reply, comment = make_reply(thread), make_comment(opening_of(thread))
    given = {"title": "Another", "category_id": make_category().id, "reason": "Off topic"}
    for wrong in ([], [opening_of(thread).id], [comment.id], [reply.id, 999_999], [opening_of(private).id]):
        with pytest.raises(Invalid) as caught:
            write(actions.split, moderator, thread.id, post_ids=wrong, **given)
        assert set(caught.value.fields) == {"posts"}
    with pytest.raises(Forbidden):
        write(actions.split, someone("agent"), thread.id, post_ids=[reply.id], **given)
    with pytest.raises(Forbidden):
        write(actions.split, moderator, private.id, post_ids=[reply.id], **given)
