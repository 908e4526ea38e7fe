"""Beginning a thread, replying and commenting."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events.models import Event
from portal.people.viewer import VISITOR
from portal.threads import actions
from portal.threads.models import Mention, Post, Tag, Thread, ThreadTag, Watch
from portal.threads.queries import tags_of
from tests.factories import make_category, make_comment, make_person, make_reply, make_thread, viewer_of


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def start(viewer, **given):
    values = {"kind": "question", "title": "Why?", "body": "Because.", "category_id": 0}
    return write(actions.start_thread, viewer, **(values | given))


def test_a_thread_begins_with_its_opening_post(app: Flask) -> None:
    ada = make_person("ada", language="sv")
    thread = make_thread(ada, title="  Wie\u202e geht's?  ", body="So *schnell*!", tags=["Mail Merge", "c++"])
    assert (thread.title, thread.slug, thread.language) == ("Wie geht's?", "wie-geht-s", "sv")
    assert thread.path == f"/questions/{thread.id}-wie-geht-s"
    post = db.session.scalars(select(Post)).one()
    assert (post.number, post.activity, post.author_id, post.by_staff) == (1, 1, ada.id, False)
    assert "<em>schnell</em>" in post.html
    assert set(tags_of(thread.id)) == {"mail-merge", "c++"}
    assert (thread.replies, thread.last_number, thread.activity, thread.first_reply_at) == (0, 1, 1, None)
    watch = db.session.scalars(select(Watch)).one()
    assert (watch.person_id, watch.level, watch.chosen, watch.because) == (ada.id, "watch", False, "started")


def test_replies_are_numbered_and_comments_are_not(app: Flask) -> None:
    ada, bob = make_person("ada"), make_person("bob")
    thread = make_thread(ada)
    own = make_reply(thread, ada)
    assert thread.first_reply_at is None
    comment = make_comment(own, bob)
    first = make_reply(thread, bob)
    assert [(post.number, post.activity) for post in (own, comment, first)] == [(2, 2), (None, 3), (3, 4)]
    assert comment.parent_id == own.id
    assert (thread.replies, thread.last_number, thread.activity) == (2, 3, 4)
    assert (thread.first_reply_at, thread.last_activity_at) == (first.created_at, first.created_at)
    assert thread.last_poster_id == bob.id
    second = make_reply(thread, make_person("eve"))
    assert thread.first_reply_at == first.created_at < second.created_at


def test_only_one_level_of_comments(app: Flask) -> None:
    comment = make_comment(make_reply(make_thread()))
    with pytest.raises(Forbidden):
        make_comment(comment)


def test_a_comment_is_short(app: Flask) -> None:
    reply = make_reply(make_thread())
    with pytest.raises(Invalid) as caught:
        make_comment(reply, body="x" * 2_001)
    assert "body" in caught.value.fields


def test_a_form_shows_all_that_is_wrong_at_once(app: Flask) -> None:
    with pytest.raises(Invalid) as caught:
        start(
            viewer_of(make_person()),
            title=" \u200b ",
            body=" ",
            tags=list("abcdef"),
            privacy="organisation",
            language="?",
        )
    assert set(caught.value.fields) == {"title", "body", "tags", "category", "privacy", "language"}
    assert count(Thread) == count(Post) == count(Tag) == 0


@pytest.mark.parametrize("body", ["", "  \n ", "<!-- -->"[:0], "\0", "&#8203;"[:0]])
def test_nothing_is_not_a_post(app: Flask, body: str) -> None:
    with pytest.raises(Invalid):
        make_reply(make_thread(), body=body)


def test_a_title_is_at_most_200_characters(app: Flask) -> None:
    assert len(make_thread(title="x" * 200).title) == 200
    with pytest.raises(Invalid) as caught:
        make_thread(title="x" * 201)
    assert set(caught.value.fields) == {"title"}


def test_too_much_text_is_refused_with_a_sentence(app: Flask) -> None:
    for body in ("x" * 33_000, ">" * 2_000 + "x"):
        with pytest.raises(Invalid) as caught:
            make_reply(make_thread(), body=body)
        assert str(caught.value.fields["body"])


def test_a_category_must_be_seen_and_take_the_kind(app: Flask) -> None:
    viewer = viewer_of(make_person())
    for category in (make_category(visibility="staff"), make_category(kinds=["discussion"])):
        with pytest.raises(Invalid) as caught:
            start(viewer, category_id=category.id)
        assert set(caught.value.fields) == {"category"}
    with pytest.raises(Forbidden):
        start(viewer, category_id=category.id, kind="announcement")


def test_a_visitor_signs_in_first(app: Flask) -> None:
    reply = make_reply(make_thread())
    with pytest.raises(Forbidden):
        start(VISITOR, category_id=make_category().id)
    with pytest.raises(Forbidden):
        make_reply(reply.thread_id and db.session.get_one(Thread, reply.thread_id), VISITOR)
    with pytest.raises(Forbidden):
        make_comment(reply, VISITOR)


def test_before_confirming_one_question_and_a_few_replies(app: Flask) -> None:
    unconfirmed = viewer_of(make_person(email_confirmed_at=None))
    category, other = make_category(), make_thread()
    with pytest.raises(Forbidden):
        start(unconfirmed, kind="discussion", category_id=category.id)
    for _ in range(3):
        make_reply(other, unconfirmed)
    with pytest.raises(Forbidden, match="confirm your address"):
        make_reply(other, unconfirmed)
    thread = db.session.get_one(Thread, start(unconfirmed, category_id=category.id))
    make_comment(make_reply(thread), unconfirmed)
    make_reply(thread, unconfirmed)
    with pytest.raises(Forbidden) as caught:
        start(unconfirmed, category_id=category.id)
    assert "Confirm" in str(caught.value)


def test_what_may_not_be_seen_cannot_be_answered(app: Flask) -> None:
    secret = make_thread(privacy="staff")
    opening = db.session.scalars(select(Post).where(Post.thread_id == secret.id)).one()
    with pytest.raises(NotFound):
        make_reply(secret)
    with pytest.raises(NotFound):
        make_comment(opening)


# A form sent twice


def test_a_form_sent_twice_makes_one(app: Flask) -> None:
    ada = viewer_of(make_person())
    category = make_category()
    one, two = (start(ada, category_id=category.id, form_key="k1") for _ in range(2))
    assert one == two
    assert count(Thread) == 1
    replies = {write(actions.reply, ada, one, body="Yes", form_key="k2") for _ in range(2)}
    assert len(replies) == 1
    post_id = replies.pop()
    assert len({write(actions.comment, ada, post_id, body="Yes", form_key="k3") for _ in range(2)}) == 1
    assert db.session.get_one(Thread, one).replies == 1
    assert count(Post) == 3


def test_the_same_key_with_another_text_keeps_it(app: Flask) -> None:
    ada, thread = viewer_of(make_person()), make_thread()
    write(actions.reply, ada, thread.id, body="One", form_key="k")
    with pytest.raises(Conflict) as caught:
        write(actions.reply, ada, thread.id, body="Two", form_key="k")
    assert caught.value.typed == {"body": "Two"}
    assert thread.replies == 1


def test_a_key_is_its_writers_own(app: Flask) -> None:
    thread = make_thread()
    for _ in range(2):
        write(actions.reply, viewer_of(make_person()), thread.id, body="Same", form_key="k")
    assert thread.replies == 2


# Mentions


def unreached(post: Post) -> list[str]:
    data = db.session.scalars(select(Event.data).where(Event.post_id == post.id).order_by(Event.id.desc())).first()
    return (data or {})["unreached"]


def test_those_are_recorded_who_may_read_it(app: Flask) -> None:
    ada, bob = make_person("ada", created_at=now() - timedelta(days=30)), make_person("bob")
    agent = make_person("agent", role="agent")
    public = make_thread(ada)
    post = make_reply(public, ada, body="@bob and @agent, not @nobody, nor @ada")
    people = set(db.session.scalars(select(Mention.person_id).where(Mention.post_id == post.id)))
    assert people == {bob.id, agent.id}
    assert unreached(post) == []
    private = make_thread(ada, privacy="staff", body="@bob and @agent")
    opening = db.session.scalars(select(Post).where(Post.thread_id == private.id)).one()
    assert list(db.session.scalars(select(Mention.person_id).where(Mention.post_id == opening.id))) == [agent.id]
    assert unreached(opening) == ["bob"]


def test_ten_mentions_a_post_two_for_a_new_member(app: Flask) -> None:
    names = [make_person(f"friend{n}").username for n in range(11)]
    old, new = make_person(created_at=now() - timedelta(days=30)), make_person()
    agent = make_person(role="agent")
    thread = make_thread(old)

    def calls(count: int) -> str:
        return " ".join(f"@{name}" for name in names[:count])

    make_reply(thread, old, body=calls(10))
    make_reply(thread, new, body=calls(2))
    make_reply(thread, agent, body=calls(10))
    for by, number in ((old, 11), (new, 3), (agent, 11)):
        with pytest.raises(Invalid) as caught:
            make_reply(thread, by, body=calls(number))
        assert set(caught.value.fields) == {"body"}


# Tags


def test_a_tag_is_written_in_one_way(app: Flask) -> None:
    written = actions.split_tags("Mail  Merge, mail_merge , C++, .NET, -, <b>, Größe, mail-merge")
    assert written == ("mail-merge", "c++", ".net", "b", "grösse")
    assert actions.split_tags("one Two  three") == ("one", "two", "three")


def test_two_new_tags_at_most_and_as_many_known_ones_as_fit(app: Flask) -> None:
    ada = make_person()
    make_thread(ada, tags=["a", "b"])
    make_thread(ada, tags=["a", "b", "c", "d"])
    with pytest.raises(Invalid):
        make_thread(ada, tags=["x", "y", "z"])
    make_thread(make_person(role="agent"), tags=["x", "y", "z"])
    make_thread(ada, tags=["x", "y", "z"])
    assert db.session.scalar(select(func.count()).select_from(ThreadTag)) == 12


def test_a_tag_of_a_private_thread_is_not_given_away(app: Flask) -> None:
    make_thread(make_person(role="agent"), tags=["p", "q", "r"], privacy="staff")
    with pytest.raises(Invalid) as caught:
        make_thread(tags=["p", "q", "r"])
    assert "p, q, r" in str(caught.value.fields["tags"])


# Following


def test_what_one_does_makes_one_follow_unless_one_chose(app: Flask) -> None:
    ada, bob = make_person(), viewer_of(make_person())
    thread = make_thread(ada)

    def watch() -> tuple[str, bool, str]:
        row = db.session.scalars(select(Watch).where(Watch.person_id == bob.id)).one()
        return row.level, row.chosen, row.because

    reply = make_reply(thread, ada)
    make_comment(reply, bob)
    assert watch() == ("follow", False, "commented")
    make_reply(thread, bob)
    assert watch() == ("follow", False, "answered")
    make_comment(reply, bob)
    assert watch() == ("follow", False, "answered")
    write(actions.set_watch, bob, thread.id, level="none")
    make_reply(thread, bob)
    assert watch() == ("none", True, "chosen")
    with pytest.raises(Invalid):
        write(actions.set_watch, bob, thread.id, level="everything")
    with pytest.raises(Forbidden):
        write(actions.set_watch, VISITOR, thread.id, level="watch")
