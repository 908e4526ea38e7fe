"""Many people at once on one thread: nobody sees an error, and what is kept is what the rows say."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from portal.core.db import db, write
from portal.people.viewer import Viewer
from portal.questions.actions import set_accepted, set_same
from portal.questions.models import Acceptance, SameQuestion
from portal.questions.queries import proof as of_questions
from portal.threads import actions
from portal.threads.models import Post, PostVote, Thread
from portal.threads.queries import proof
from tests.factories import make_person, make_reply, make_thread, viewer_of

AT_ONCE = 50


def at_once(app: Flask, acts: list[Callable[[], object]]) -> list[object]:
    """Do all of these at the same moment, each with a session of its own. An exception in one fails the test."""
    ready = threading.Barrier(len(acts))

    def act(one: Callable[[], object]) -> object:
        with app.app_context():
            ready.wait()
            return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(act, one) for one in acts]]


def wrong(thread_id: int) -> list[str]:
    return [str(each) for each in (*proof.differences([thread_id]), *of_questions.differences([thread_id]))]


def test_accepting_and_finding_helpful_at_once(own_app: Flask) -> None:
    with own_app.app_context():
        asker = viewer_of(make_person())
        agents = [viewer_of(make_person(role="agent")) for _ in range(4)]
        voters = [viewer_of(make_person()) for _ in range(8)]
        thread_id = make_thread(asker).id
        thread = db.session.get_one(Thread, thread_id)
        answers = [make_reply(thread).id for _ in range(5)]
        opening = db.session.scalars(select(Post.id).where(Post.thread_id == thread_id, Post.number == 1)).one()
    chance = random.Random(7)
    acts: list[Callable[[], object]] = []
    for number in range(AT_ONCE):
        chooser, voter = chance.choice([asker, *agents]), chance.choice(voters)
        acts.append(partial(write, set_accepted, chooser, chance.choice(answers), on=number % 5 != 0))
        acts.append(partial(write, actions.set_helpful, voter, chance.choice([*answers, opening]), on=number % 4 != 0))
    at_once(own_app, acts)
    with own_app.app_context():
        assert wrong(thread_id) == []
        held = db.session.scalars(select(Acceptance.post_id).where(Acceptance.ended_at.is_(None))).all()
        accepted = db.session.scalar(select(Thread.accepted_post_id).where(Thread.id == thread_id))
        assert list(held) == ([accepted] if accepted else [])
        votes = db.session.scalar(select(func.count()).select_from(PostVote))
        assert votes == db.session.scalar(select(func.sum(Post.helpful)))


def test_replying_at_once_gives_dense_numbers(own_app: Flask) -> None:
    with own_app.app_context():
        writers = [viewer_of(make_person()) for _ in range(10)]
        thread_id = make_thread().id
    acts: list[Callable[[], object]] = [
        partial(write, actions.reply, who, thread_id, body="Me", form_key=f"key{form}")
        for who in writers
        for form in (1, 1, 2)
    ]
    made = at_once(own_app, acts)
    with own_app.app_context():
        numbers = db.session.scalars(select(Post.number).where(Post.thread_id == thread_id).order_by(Post.number)).all()
        assert numbers == list(range(1, 22)), "the same form twice is one post"
        assert len(set(made)) == 20
        assert wrong(thread_id) == []


def test_the_same_form_and_the_first_question_at_once(own_app: Flask) -> None:
    with own_app.app_context():
        ada = viewer_of(make_person())
        category_id = make_thread().category_id

    def start() -> int:
        given = {"kind": "question", "title": "Why?", "body": "So", "tags": ["new-one"], "form_key": "k"}
        return write(actions.start_thread, ada, category_id=category_id, **given)

    assert len(set(at_once(own_app, [start] * 8))) == 1


def test_new_tags_of_several_people_at_once(own_app: Flask) -> None:
    with own_app.app_context():
        people = [viewer_of(make_person()) for _ in range(8)]
        category_id = make_thread().category_id

    def start(who: Viewer) -> int:
        given = {"kind": "question", "title": "Why?", "body": "So", "tags": ["b", "a"]}
        return write(actions.start_thread, who, category_id=category_id, **given)

    assert len(set(at_once(own_app, [partial(start, who) for who in people]))) == 8


def test_having_it_too_and_deleting_at_once(own_app: Flask) -> None:
    with own_app.app_context():
        people = [viewer_of(make_person()) for _ in range(10)]
        moderator = viewer_of(make_person(role="moderator"))
        thread = make_thread()
        thread_id, posts = thread.id, [make_reply(thread, who).id for who in people]
    acts: list[Callable[[], object]] = []
    for who, post in zip(people, posts, strict=True):
        acts += [
            partial(write, set_same, who, thread_id, on=True),
            partial(write, actions.comment, who, post, body="More"),
            partial(write, set_accepted, moderator, post, on=True),
        ]
    at_once(own_app, acts)
    at_once(
        own_app,
        [
            lambda who=who, post=post: write(actions.delete_post, who, post)
            for who, post in zip(people, posts, strict=True)
        ],
    )
    with own_app.app_context():
        assert wrong(thread_id) == []
        assert db.session.scalar(select(func.count()).select_from(SameQuestion)) == 10
        thread = db.session.get_one(Thread, thread_id)
        assert (thread.replies, thread.accepted_post_id) == (0, None)
