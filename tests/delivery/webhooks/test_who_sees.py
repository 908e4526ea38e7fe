"""Hooks hear only what a visitor, or a reader of their category, may see: when it happens and when it is sent."""

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.models import Hook
from portal.delivery.webhooks import running
from portal.delivery.webhooks.seeing import may_see
from portal.events.actions import record
from portal.people.models import Organisation, Person
from portal.people.viewer import Viewer
from portal.questions.actions import set_accepted
from portal.threads import actions as threads
from portal.threads.models import Category, Post, Thread
from tests.delivery.webhooks.kept import rows
from tests.delivery.webhooks.receiver import Receiver
from tests.factories import (
    make_category,
    make_hook,
    make_idea,
    make_person,
    make_reply,
    make_thread,
    viewer_of,
)

pytestmark = pytest.mark.usefixtures("calls_here")


class TestWhoSees:
    @pytest.mark.parametrize("visibility", ["members", "groups", "staff"])
    def test_what_a_visitor_may_not_see_is_not_written(self, hook: Hook, manager: Viewer, visibility: str) -> None:
        inner = make_category(visibility=visibility)
        make_reply(make_thread(manager, category=inner), manager)
        make_idea(manager, category=inner)
        assert rows() == []

    def test_a_private_question_is_nobodys(self, hook: Hook, receiver: Receiver, manager: Viewer) -> None:
        category = make_category()
        make_hook(receiver.url, category_id=category.id)
        question = make_thread(category=category, privacy="staff")
        make_reply(question, manager)
        assert rows() == []

    def test_a_hook_of_a_category_hears_of_that_one_whoever_may_read_it(
        self, app: Flask, receiver: Receiver, manager: Viewer
    ) -> None:
        inner = make_category("Inside", visibility="staff")
        make_hook(receiver.url, category_id=inner.id)
        make_thread()
        make_thread(manager, category=inner, title="Inner matters")
        running.deliver_due()
        assert [got.json["data"]["thread"]["title"] for got in receiver.got] == ["Inner matters"]

    def change(self, what: str, post: Post, manager: Viewer) -> None:
        moderator = viewer_of(make_person(role="moderator"))
        if what == "post hidden":
            write(threads.hide_post, moderator, post.id, on=True, reason="x")
        elif what == "post deleted":
            write(threads.delete_post, moderator, post.id, reason="x")
        elif what == "thread hidden":
            write(threads.set_hidden, moderator, post.thread_id, on=True, reason="x")
        elif what == "moved inside":
            category = make_category(visibility="staff")
            write(threads.move, moderator, post.thread_id, category_id=category.id, reason="x")
        elif what == "category closed":
            thread = db.session.get_one(Thread, post.thread_id)
            db.session.get_one(Category, thread.category_id).visibility = "members"
            db.session.commit()

    @pytest.mark.parametrize(
        "what", ["post hidden", "post deleted", "thread hidden", "moved inside", "category closed"]
    )
    def test_it_is_asked_again_when_it_is_sent(
        self, hook: Hook, receiver: Receiver, manager: Viewer, what: str
    ) -> None:
        hook.kinds = ["reply.created"]
        db.session.commit()
        post = make_reply(make_thread(), body="A secret by now")
        self.change(what, post, manager)
        running.deliver_due()
        assert receiver.got == []
        [row] = rows()
        assert (row.state, row.answer) == ("suppressed", "it may not be seen any more")
        assert row.request == ""

    def test_what_left_the_category_is_not_told(self, app: Flask, receiver: Receiver) -> None:
        category = make_category()
        make_hook(receiver.url, category_id=category.id, kinds=["thread.created"])
        thread = make_thread(category=category)
        moderator = viewer_of(make_person(role="moderator"))
        write(threads.move, moderator, thread.id, category_id=make_category().id, reason="x")
        running.deliver_due()
        assert rows()[0].answer == "it was moved into another category"
        assert receiver.got == []

    def test_where_someone_works_and_what_they_are_worth_is_not_said(self, hook: Hook, receiver: Receiver) -> None:
        firm = Organisation(name="Hidden Ltd", yearly_value=987654, plan="Platinum")
        db.session.add(firm)
        db.session.commit()
        ada = make_person("ada", organisation_id=firm.id, shows_organisation=False)
        make_idea(viewer_of(ada))
        running.deliver_due()
        for secret in (b"Hidden", b"987654", b"Platinum", b"ada@example.com"):
            assert secret not in receiver.got[0].body

    def test_who_left_has_no_name(self, hook: Hook, receiver: Receiver) -> None:
        ada = make_person("ada")
        make_thread(viewer_of(ada))
        db.session.get_one(Person, ada.id).erased_at = now()
        db.session.commit()
        running.deliver_due()
        assert receiver.got[0].json["data"]["post"]["author"] is None


@pytest.mark.parametrize(("privacy", "heard"), [("none", True), ("members", True), ("staff", False), ("groups", False)])
def test_a_category_is_heard_of_as_far_as_all_its_readers_see_it(app: Flask, privacy: str, heard: bool) -> None:
    category = make_category()
    thread, hook = make_thread(category=category), make_hook(category_id=category.id)
    db.session.get_one(Thread, thread.id).privacy = privacy
    db.session.commit()
    assert may_see(hook, thread.id) is heard


@pytest.mark.parametrize("state", ["hidden_event_id", "deleted_event_id"])
def test_a_category_is_heard_of_no_more_once_it_is_gone(app: Flask, state: str) -> None:
    category = make_category()
    thread, hook = make_thread(category=category), make_hook(category_id=category.id)
    setattr(db.session.get_one(Thread, thread.id), state, record("thread.hidden", actor_id=None).id)
    db.session.commit()
    assert not may_see(hook, thread.id)


def test_an_answer_that_is_not_the_accepted_one_any_more_is_not_told(
    app: Flask, receiver: Receiver, manager: Viewer
) -> None:
    make_hook(receiver.url, kinds=["answer.accepted"])
    post = make_reply(make_thread())
    for on in (True, False):
        write(set_accepted, manager, post.id, on=on)
    running.deliver_due()
    assert receiver.got == []
    assert rows()[0].answer == "it is not the accepted answer any more"
