"""The page of a thread: its posts in order, what is gone, what may be done, and at what cost."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Forbidden, NotFound
from portal.core.markup import RENDERER
from portal.events.actions import record
from portal.people.models import Organisation
from portal.people.viewer import VISITOR
from portal.threads.models import Post, Thread, ThreadLink
from portal.threads.queries import editing, history, links, place_of, preview, quotation, thread_page, thread_place
from tests.factories import make_comment, make_person, make_reply, make_thread, viewer_of


def opening_of(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def fill(thread: Thread, replies: int, comments: int = 0) -> None:
    """Replies made fast, from the numbers that come next; comments under the opening post."""
    person = make_person()

    def post(**given: object) -> Post:
        thread.activity += 1
        values = {"thread_id": thread.id, "author_id": person.id, "activity": thread.activity, "source": "x"}
        return Post(**(values | {"html": "<p>x</p>", "renderer": RENDERER, "created_at": now()} | given))

    for _ in range(replies):
        thread.last_number += 1
        thread.replies += 1
        db.session.add(post(number=thread.last_number))
    opening = opening_of(thread)
    db.session.add_all(post(parent_id=opening.id) for _ in range(comments))
    db.session.commit()


def test_posts_stand_in_order_with_their_comments(app: Flask) -> None:
    ada, bob = make_person("ada"), make_person("bob", role="agent")
    thread = make_thread(ada, tags=["b", "a"])
    reply = make_reply(thread, bob, body="*Yes*")
    one, two = make_comment(reply, ada, body="One"), make_comment(reply, bob, body="Two")
    page = thread_page(VISITOR, thread.id)
    assert (page.title, page.path, page.tags, page.replies) == (thread.title, thread.path, ("a", "b"), 1)
    assert [post.number for post in page.posts] == [1, 2]
    opening, shown = page.posts
    assert opening.is_asker
    assert (shown.author_name, shown.author_username, shown.author_is_staff, shown.is_asker) == (
        "Bob",
        "bob",
        True,
        False,
    )
    assert "<em>Yes</em>" in shown.html
    assert [comment.id for comment in shown.comments] == [one.id, two.id]
    assert shown.comments[0].is_asker


def test_twenty_a_page_wherever_one_came_from(app: Flask) -> None:
    thread = make_thread()
    fill(thread, 40)
    numbers = [[post.number for post in thread_page(VISITOR, thread.id, page).posts] for page in (1, 2, 3)]
    assert numbers == [[*range(1, 21)], [*range(21, 41)], [41]]
    assert thread_page(VISITOR, thread.id).last_page == 3
    for page in (0, -1, 4, 10**12):
        with pytest.raises(NotFound):
            thread_page(VISITOR, thread.id, page)
    post = db.session.scalars(select(Post).where(Post.number == 21)).one()
    comment = make_comment(post)
    for post_id in (post.id, comment.id):
        place = place_of(VISITOR, post_id)
        assert (place.path, place.page) == (thread.path, 2)
    assert thread_place(VISITOR, thread.id) == thread.path


def test_what_is_gone_leaves_its_place(app: Flask) -> None:
    ada, bob, staff = (viewer_of(make_person(role=role)) for role in ("member", "member", "moderator"))
    thread = make_thread()
    hidden, deleted = make_reply(thread, ada, body="Hidden one"), make_reply(thread, ada, body="Deleted one")
    make_comment(hidden, bob, body="Under hidden")
    hidden.hidden_event_id = record("post.hidden", actor_id=staff.id, reason="Rude").id
    deleted.deleted_event_id = record("post.deleted", actor_id=ada.id).id
    db.session.commit()
    for viewer in (VISITOR, bob):
        _, one, two = thread_page(viewer, thread.id).posts
        for stub in (one, two):
            assert (stub.is_stub, stub.html, stub.author_name, stub.comments, stub.can_vote) == (
                True,
                "",
                "",
                (),
                False,
            )
        assert one.hidden
        assert (one.hidden.reason, one.hidden.by_name) == ("", "")
        assert two.deleted
        assert two.deleted.by_author
    _, one, two = thread_page(ada, thread.id).posts
    assert (one.is_stub, two.is_stub) == (True, False)
    assert one.hidden
    assert one.hidden.reason == "Rude", "its author is told why"
    assert "Deleted one" in two.html
    assert two.can_restore
    _, one, two = thread_page(staff, thread.id).posts
    assert "Hidden one" in one.html
    assert len(one.comments) == 1
    assert not one.comments[0].can_vote, "nothing is done under what is gone"
    for post in (hidden, deleted):
        assert place_of(VISITOR, post.id).path == thread.path
        for read in (quotation, history, editing):
            with pytest.raises(NotFound):
                read(bob, post.id)


def test_buttons_follow_the_policy(app: Flask) -> None:
    ada, bob = (viewer_of(make_person()) for _ in range(2))
    unconfirmed = viewer_of(make_person(email_confirmed_at=None))
    thread = make_thread(ada)
    make_reply(thread, bob)
    page = thread_page(ada, thread.id)
    assert (page.can_close, page.can_delete, page.can_edit, page.can_moderate) == (True, False, True, False)
    opening, reply = page.posts
    assert (opening.can_edit, opening.can_vote, opening.can_delete) == (True, False, False)
    assert (reply.can_edit, reply.can_vote, reply.can_delete, reply.can_comment) == (False, True, False, True)
    visitor = thread_page(VISITOR, thread.id)
    assert visitor.can_reply
    assert visitor.watch == ""
    assert visitor.posts[1].can_vote
    assert not visitor.can_close
    page = thread_page(unconfirmed, thread.id)
    assert (page.can_reply, page.why_no_reply, page.posts[0].can_vote) == (True, "", True)


def test_where_someone_works_is_theirs_to_show(app: Flask) -> None:
    company = Organisation(name="Acme")
    db.session.add(company)
    db.session.commit()
    shy = make_person(organisation_id=company.id)
    open_ = make_person(organisation_id=company.id, shows_organisation=True)
    thread = make_thread(shy)
    make_reply(thread, open_)
    shown = [post.author.organisation for post in thread_page(VISITOR, thread.id).posts]
    assert shown == ["", "Acme"]
    agent = viewer_of(make_person(role="agent"))
    assert [post.author.organisation for post in thread_page(agent, thread.id).posts] == ["Acme", "Acme"]


def test_links_show_where_both_may_be_seen(app: Flask) -> None:
    one, two, secret = make_thread(title="One"), make_thread(title="Two"), make_thread(title="Secret", privacy="staff")
    db.session.add_all(
        [
            ThreadLink(from_id=one.id, to_id=two.id, kind="duplicate", at=now()),
            ThreadLink(from_id=secret.id, to_id=one.id, kind="linked", at=now()),
        ]
    )
    db.session.commit()
    assert [(link.kind, link.is_back, link.title) for link in links(VISITOR, one.id)] == [("duplicate", False, "Two")]
    assert [(link.kind, link.is_back, link.title) for link in links(VISITOR, two.id)] == [("duplicate", True, "One")]
    agent = viewer_of(make_person(role="agent"))
    assert len(thread_page(agent, one.id).links) == 2


def test_what_a_form_begins_with(app: Flask) -> None:
    ada = viewer_of(make_person("ada"))
    thread = make_thread(ada, title="Why?", tags=["x"], body="Because\n\nof this")
    opening = opening_of(thread)
    form = editing(ada, opening.id)
    assert (form.title, form.tags, form.source, form.revision) == ("Why?", ("x",), "Because\n\nof this", 1)
    with pytest.raises(Forbidden):
        editing(viewer_of(make_person()), opening.id)
    thread_id, quote = quotation(VISITOR, opening.id)
    assert thread_id == thread.id
    assert quote.startswith(f"> [Ada](/posts/{opening.id}):\n")
    assert "<strong>" in preview(VISITOR, "**so**")


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_page_costs_the_same_whatever_is_on_it(app: Flask, statements: list[str], signed_in: bool) -> None:
    viewer = viewer_of(make_person()) if signed_in else VISITOR
    thread = make_thread(tags=["x"])
    thread_id = thread.id
    fill(thread, 2, 2)
    cost = []
    for more in (0, 300):
        fill(thread, more, more)
        statements.clear()
        page = thread_page(viewer, thread_id)
        cost.append(len(statements))
    assert len(page.posts[0].comments) == 302
    assert cost[0] == cost[1] == 3
