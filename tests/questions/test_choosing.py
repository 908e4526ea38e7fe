"""Accepted and verified answers: who, what, one at a time, and when they end."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events.models import Event
from portal.people.models import Person
from portal.people.viewer import VISITOR, Viewer
from portal.questions.actions import set_accepted, set_choice_locked, set_verified
from portal.questions.models import Acceptance, Verification
from portal.questions.queries import question_part, solutions_given
from portal.threads import actions
from portal.threads.models import Post, Thread
from portal.threads.queries import thread_page
from tests.factories import make_category, make_comment, make_person, make_reply, make_thread, viewer_of

ROLES = ("visitor", "member", "author", "answerer", "agent", "manager", "moderator", "admin")
STAFF = ("agent", "manager", "moderator", "admin")


def someone(role: str) -> Viewer:
    return viewer_of(make_person(role=role if role in STAFF else "member")) if role != "visitor" else VISITOR


def accepted(thread: Thread) -> int | None:
    """What is accepted, in the thread's row and in the table of acceptances alike."""
    db.session.refresh(thread)
    rows = db.session.scalars(
        select(Acceptance.post_id).where(Acceptance.thread_id == thread.id, Acceptance.ended_at.is_(None))
    ).all()
    assert list(rows) == ([thread.accepted_post_id] if thread.accepted_post_id else [])
    return thread.accepted_post_id


def ends(table: Any = Acceptance) -> list[str]:
    return list(db.session.scalars(select(table.ended_because).order_by(table.id)))


def opening_of(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


@pytest.mark.parametrize("role", ROLES)
def test_who_may_accept_verify_and_lock(app: Flask, role: str) -> None:
    viewer = someone(role)
    thread = make_thread(viewer if role == "author" else None)
    answer = make_reply(thread, viewer if role == "answerer" else None)
    part, shown = question_part(viewer, thread.id), thread_page(viewer, thread.id).posts[1]
    may_accept, may_verify = role in ("author", *STAFF), role in STAFF
    buttons = (part.may_accept(shown), part.may_verify(shown), part.can_lock_choice)
    assert buttons == (may_accept, may_verify, may_verify)
    attempts: list[tuple[bool, Callable[[], None]]] = [
        (may_accept, lambda: write(set_accepted, viewer, answer.id, on=True)),
        (may_accept, lambda: write(set_accepted, viewer, answer.id, on=False)),
        (may_verify, lambda: write(set_verified, viewer, answer.id, on=True)),
        (may_verify, lambda: write(set_choice_locked, viewer, thread.id, on=True, reason="Settled")),
    ]
    for may, attempt in attempts:
        if may:
            attempt()
        else:
            with pytest.raises(Forbidden):
                attempt()


def test_it_is_recorded_who_and_when(app: Flask) -> None:
    ada = make_person("ada")
    thread = make_thread(ada)
    answer = make_reply(thread, make_person("bob"), body="Press the *red* button &amp; wait.")
    before = now()
    write(set_accepted, viewer_of(ada), answer.id, on=True)
    chosen = question_part(VISITOR, thread.id).accepted
    assert chosen
    assert (chosen.post_id, chosen.author_name, chosen.by_name, chosen.page) == (answer.id, "Bob", "Ada", 1)
    assert before <= chosen.at <= now()
    assert chosen.excerpt == "Press the red button & wait."
    page = thread_page(VISITOR, thread.id)
    assert page.accepted_post_id == answer.id
    assert [post.number for post in page.posts] == [1, 2], "it stays in its place"


def test_what_can_be_accepted(app: Flask) -> None:
    ada, agent, moderator = someone("member"), someone("agent"), someone("moderator")
    thread = make_thread(ada)
    reply = make_reply(thread)
    wrong = [opening_of(thread), make_comment(reply)]
    discussion = make_thread(ada, kind="discussion")
    wrong.append(make_reply(discussion))
    for post in wrong:
        for act in (set_accepted, set_verified):
            with pytest.raises(Forbidden):
                write(act, agent, post.id, on=True)
    hidden, deleted = make_reply(thread), make_reply(thread)
    write(actions.hide_post, moderator, hidden.id, on=True, reason="Rude")
    write(actions.delete_post, moderator, deleted.id, reason="Spam")
    for post in (hidden, deleted):
        with pytest.raises(NotFound):
            write(set_accepted, ada, post.id, on=True)
        with pytest.raises(Forbidden):
            write(set_accepted, agent, post.id, on=True)
    secret = make_reply(make_thread(agent, category=make_category(visibility="staff")), agent)
    with pytest.raises(NotFound):
        write(set_accepted, ada, secret.id, on=True)
    with pytest.raises(NotFound):
        write(set_accepted, ada, 999_999, on=True)
    assert accepted(thread) is None


def test_saying_it_twice_changes_nothing(app: Flask) -> None:
    ada = someone("member")
    thread = make_thread(ada)
    answer = make_reply(thread)
    for _ in range(2):
        write(set_accepted, ada, answer.id, on=True)
    assert ends() == [""]
    for _ in range(2):
        write(set_accepted, ada, answer.id, on=False)
    assert (accepted(thread), ends()) == (None, ["cleared"])


def test_changing_it_is_one_replacement(app: Flask) -> None:
    ada, agent = someone("member"), someone("agent")
    thread = make_thread(ada)
    one, two = make_reply(thread), make_reply(thread)
    write(set_accepted, ada, one.id, on=True)
    write(set_accepted, agent, two.id, on=True)
    assert (accepted(thread), ends()) == (two.id, ["changed", ""])
    write(set_accepted, ada, one.id, on=False)
    assert accepted(thread) == two.id, "taking back what is not accepted changes nothing"


def test_the_asker_only_while_it_is_open(app: Flask) -> None:
    ada, moderator = someone("member"), someone("moderator")
    thread = make_thread(ada)
    answer = make_reply(thread)
    write(actions.set_closed, ada, thread.id, on=True)
    with pytest.raises(Forbidden):
        write(set_accepted, ada, answer.id, on=True)
    write(actions.set_closed, ada, thread.id, on=False)
    write(actions.set_locked, moderator, thread.id, on=True, reason="Heated")
    with pytest.raises(Forbidden):
        write(set_accepted, ada, answer.id, on=True)
    write(set_accepted, moderator, answer.id, on=True)
    assert accepted(thread) == answer.id


def test_staff_lock_the_choice(app: Flask) -> None:
    ada, agent = someone("member"), someone("agent")
    thread = make_thread(ada)
    one, two = make_reply(thread), make_reply(thread)
    write(set_accepted, agent, one.id, on=True)
    with pytest.raises(Invalid):
        write(set_choice_locked, agent, thread.id, on=True)
    for _ in range(2):
        write(set_choice_locked, agent, thread.id, on=True, reason="The other one is dangerous")
    assert db.session.scalars(select(Event.kind).where(Event.kind == "choice.locked")).all() == ["choice.locked"]
    for on, post in ((True, two), (False, one)):
        with pytest.raises(Forbidden):
            write(set_accepted, ada, post.id, on=on)
    locked = question_part(ada, thread.id).choice_locked
    assert locked
    assert locked.reason == "The other one is dangerous"
    write(set_choice_locked, agent, thread.id, on=False)
    write(set_accepted, ada, two.id, on=True)
    assert accepted(thread) == two.id


@pytest.mark.parametrize("goes", ["deleted", "hidden"])
def test_the_accepted_answer_goes_and_is_no_longer_accepted(app: Flask, goes: str) -> None:
    ada, moderator = someone("member"), someone("moderator")
    thread = make_thread(ada)
    answer, other = make_reply(thread), make_reply(thread)
    write(set_accepted, ada, answer.id, on=True)
    write(set_verified, moderator, answer.id, on=True)
    write(actions.delete_post, moderator, other.id, reason="Spam")
    assert accepted(thread) == answer.id, "another one's going does not touch it"
    if goes == "deleted":
        write(actions.delete_post, moderator, answer.id, reason="Wrong")
        write(actions.restore_post, moderator, answer.id)
    else:
        write(actions.hide_post, moderator, answer.id, on=True, reason="Wrong")
        write(actions.hide_post, moderator, answer.id, on=False)
    assert accepted(thread) is None, "and does not come back accepted"
    assert (thread.verified_post_id, ends(), ends(Verification)) == (None, [goes], [goes])


def test_deleting_the_thread_and_restoring_it_keeps_the_choice(app: Flask) -> None:
    ada, moderator = someone("member"), someone("moderator")
    thread = make_thread(ada)
    answer = make_reply(thread)
    write(set_accepted, ada, answer.id, on=True)
    write(actions.delete_thread, moderator, thread.id, reason="Spam")
    write(actions.restore_thread, moderator, thread.id)
    assert accepted(thread) == answer.id


def test_an_author_who_is_erased_leaves_the_answer_and_its_mark(app: Flask) -> None:
    ada, bob = someone("member"), make_person("bob")
    thread = make_thread(ada)
    answer = make_reply(thread, bob)
    write(set_accepted, ada, answer.id, on=True)
    person = db.session.get_one(Person, bob.id)
    person.erased_at, person.name, person.username, person.username_key, person.kind = now(), "", None, None, "contact"
    db.session.commit()
    chosen = question_part(VISITOR, thread.id).accepted
    assert chosen
    assert (chosen.post_id, chosen.author_name) == (answer.id, "")
    assert accepted(thread) == answer.id


def test_credit_is_counted_from_what_holds(app: Flask) -> None:
    ada, bob, agent = make_person(), make_person(), make_person(role="agent")
    moderator = someone("moderator")
    ids = [ada.id, bob.id, agent.id]

    def solved(by: Person, asker: Person, chooser: Person, **given: Any) -> Post:
        thread = make_thread(asker, **given)
        answer = make_reply(thread, by)
        write(set_accepted, viewer_of(chooser), answer.id, on=True)
        return answer

    solved(bob, ada, ada)
    gone = solved(bob, ada, agent)
    solved(ada, ada, ada)  # one's own question
    solved(ada, ada, agent)  # ... whoever accepted it
    solved(agent, ada, agent)  # one's own answer, accepted by oneself
    solved(agent, ada, ada, privacy="staff")
    assert solutions_given(VISITOR, ids) == {bob.id: 2}
    assert solutions_given(moderator, ids) == {bob.id: 2, agent.id: 1}
    write(actions.delete_post, moderator, gone.id, reason="Wrong")
    assert solutions_given(VISITOR, ids) == {bob.id: 1}
    assert solutions_given(VISITOR, []) == {}
