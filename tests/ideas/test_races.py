"""Many people at once: nobody sees an error, each has one vote, and the counts are what the rows say."""

import contextlib
import random
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid
from portal.ideas.actions import merge, set_vote, unmerge, vote_for
from portal.ideas.models import Idea, IdeaVote, Supporter
from portal.ideas.queries import proof
from portal.people.models import Person
from portal.people.viewer import Viewer
from tests.factories import make_idea, make_person, viewer_of
from tests.threads.test_races import at_once

Act = Callable[[], object]


def people(count: int) -> list[Viewer]:
    """Members, entered at once."""
    first = make_person()
    keys = [f"{first.username_key}x{number}" for number in range(count)]
    db.session.add_all(Person(username=key, username_key=key, created_at=first.created_at) for key in keys)
    db.session.commit()
    made = db.session.scalars(select(Person).where(Person.username_key.in_(keys)).order_by(Person.id)).all()
    return [Viewer(id=person.id, role="member", username=person.username or "") for person in made]


def act(fn: Callable[..., object], *args: Any, **given: Any) -> Act:
    return lambda: write(fn, *args, **given)


def wrong() -> list[str]:
    return [str(each) for each in proof.differences(proof.every_id())]


def rows(idea_id: int) -> tuple[int, int, int]:
    """Votes by the rows, votes as kept, supporters as kept."""
    votes = db.session.scalar(select(func.count()).select_from(IdeaVote).where(IdeaVote.idea_id == idea_id))
    idea = db.session.get_one(Idea, idea_id, populate_existing=True)
    return votes or 0, idea.votes, idea.supporters


def test_fifty_requests_of_one_person_are_one_vote(own_app: Flask) -> None:
    with own_app.app_context():
        idea_id, (voter,) = make_idea().thread_id, people(1)
    at_once(own_app, [act(set_vote, voter, idea_id, on=True)] * 50)
    with own_app.app_context():
        assert (rows(idea_id), wrong()) == ((2, 2, 2), [])
    at_once(own_app, [act(set_vote, voter, idea_id, on=False)] * 50)
    with own_app.app_context():
        assert (rows(idea_id), wrong()) == ((1, 1, 1), [])


def test_two_hundred_people_vote_at_once(own_app: Flask) -> None:
    with own_app.app_context():
        idea_id, voters = make_idea().thread_id, people(200)
    # More at once than a server has threads: others only wait in its queue.
    for some in (voters[:50], voters[50:100], voters[100:150], voters[150:]):
        at_once(own_app, [act(set_vote, who, idea_id, on=True) for who in some])
    with own_app.app_context():
        assert (rows(idea_id), wrong()) == ((201, 201, 201), [])


def test_votes_come_and_go_while_two_ideas_are_merged_and_parted(own_app: Flask) -> None:
    """200 people, five votes and un-votes each, on either idea. What a merged idea refuses is said in a sentence."""
    with own_app.app_context():
        first, second, voters = make_idea().thread_id, make_idea().thread_id, people(200)
        manager = viewer_of(make_person(role="manager"))
    chance = random.Random(11)

    def vote(who: Viewer, wishes: list[tuple[int, bool]]) -> None:
        for idea_id, on in wishes:
            try:
                write(set_vote, who, idea_id, on=on)
            except Forbidden:
                assert idea_id == first, "only what is merged is closed"

    def join_and_part() -> None:
        for _ in range(5):
            write(merge, manager, first, into=second, reason="x")
            write(unmerge, manager, first)
        write(merge, manager, first, into=second, reason="x")

    wishes = [[(chance.choice((first, second)), chance.random() < 0.7) for _ in range(5)] for _ in voters]
    for start in range(0, 200, 40):
        acts: list[Act] = [partial(vote, who, wishes[n]) for n, who in enumerate(voters) if start <= n < start + 40]
        at_once(own_app, [*acts, join_and_part])
        with own_app.app_context():
            assert wrong() == []
            write(unmerge, manager, first)
            assert wrong() == []
    with own_app.app_context():
        for idea_id in (first, second):
            votes, kept, supporters = rows(idea_id)
            assert votes == kept == supporters


def test_a_circle_cannot_be_made_by_two_at_once(own_app: Flask) -> None:
    with own_app.app_context():
        ids = [make_idea().thread_id for _ in range(3)]
        managers = [viewer_of(make_person(role="manager")) for _ in range(6)]

    def join(who: Viewer, source: int, target: int) -> None:
        with contextlib.suppress(Invalid):
            write(merge, who, source, into=target, reason="x")

    pairs = [(ids[a], ids[b]) for a in range(3) for b in range(3) if a != b]
    at_once(own_app, [partial(join, who, *pair) for who, pair in zip(managers, pairs, strict=True)])
    with own_app.app_context():
        roots = db.session.scalars(select(Idea.thread_id).where(Idea.merged_into_id.is_(None))).all()
        assert (len(roots), wrong()) == (1, [])
        supporters = select(func.count()).select_from(Supporter).where(Supporter.root_id == roots[0])
        assert db.session.scalar(supporters) == 3


def test_staff_and_the_customer_vote_at_once(own_app: Flask) -> None:
    with own_app.app_context():
        idea_id, (customer,) = make_idea().thread_id, people(1)
        agents = [viewer_of(make_person(role="agent")) for _ in range(8)]
    acts: list[Act] = [act(vote_for, agent, idea_id, person=customer.username) for agent in agents]
    at_once(own_app, [*acts, *[act(set_vote, customer, idea_id, on=True)] * 8])
    with own_app.app_context():
        assert (rows(idea_id), wrong()) == ((2, 2, 2), [])
