"""Who is owed word about an idea."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import db
from portal.events.models import Event
from portal.ideas.models import Idea, IdeaQuestion, IdeaVote
from portal.ideas.policy import REASONS
from portal.ideas.queries import requesters
from portal.loop.models import REASONS as OF_DEBTS
from portal.people.models import Person
from portal.threads.models import Thread
from tests.factories import make_idea, make_person, make_thread

Found = set[tuple[int, str, int]]


def found(idea_id: int, **between: int) -> Found:
    rows = db.session.execute(requesters(idea_id, **between)).all()
    return {(row.person_id, REASONS[row.rank], row.asked_idea_id) for row in rows}


def vote(idea_id: int, person: Person, by: Person | None = None) -> None:
    db.session.add(IdeaVote(idea_id=idea_id, person_id=person.id, at=now(), by_id=by.id if by else None))
    db.session.commit()


def point(source: int, target: int, root: int) -> None:
    """The rows of a merging."""
    merged = update(Idea).where(Idea.thread_id == source)
    db.session.execute(merged.values(merged_into_id=target, root_id=root, status="duplicate"))
    db.session.commit()


def test_the_reasons_are_those_of_the_ledger() -> None:
    assert REASONS == OF_DEBTS


def test_author_voters_those_voted_for_and_who_asked_a_linked_question(app: Flask) -> None:
    author, voter, customer, asker, agent = (make_person() for _ in range(5))
    idea = make_idea(author).thread_id
    vote(idea, voter)
    vote(idea, customer, by=agent)
    question = make_thread(asker)
    db.session.add(IdeaQuestion(question_id=question.id, idea_id=idea, by_id=agent.id, at=now()))
    db.session.commit()
    make_idea(make_person())
    assert found(idea) == {
        (author.id, "author", idea),
        (author.id, "voter", idea),
        (voter.id, "voter", idea),
        (customer.id, "on-behalf", idea),
        (asker.id, "linked", idea),
    }


def test_those_of_all_that_is_merged_into_it_however_far(app: Flask) -> None:
    people = [make_person() for _ in range(4)]
    first, second, third = (make_idea(person).thread_id for person in people[:3])
    vote(first, people[3])
    point(first, second, third)
    point(second, third, third)
    assert found(third) == {
        (people[2].id, "author", third),
        (people[2].id, "voter", third),
        (people[1].id, "merged", second),
        (people[0].id, "merged", first),
        (people[3].id, "merged", first),
    }
    assert {person for person, _, _ in found(first)} == {people[0].id, people[3].id}


def test_only_people_between_two_ids(app: Flask) -> None:
    idea = make_idea(make_person()).thread_id
    voters = [make_person() for _ in range(5)]
    for each in voters:
        vote(idea, each)
    ids = sorted(each.id for each in voters)
    assert {person for person, _, _ in found(idea, above=ids[0], up_to=ids[3])} == set(ids[1:4])


def test_nobody_who_left_and_not_the_system(app: Flask) -> None:
    gone, system, contact = make_person(), make_person(kind="system"), make_person(kind="contact")
    idea = make_idea(gone).thread_id
    vote(idea, system)
    vote(idea, contact)
    gone.erased_at = now()
    db.session.commit()
    assert found(idea) == {(contact.id, "voter", idea)}


@pytest.mark.parametrize("column", ["hidden_event_id", "deleted_event_id"])
def test_nobody_is_owed_anything_by_what_is_gone(app: Flask, column: str) -> None:
    kept, gone = make_idea(make_person()), make_idea(make_person())
    author = db.session.scalars(select(Thread.author_id).where(Thread.id == kept.thread_id)).one()
    point(gone.thread_id, kept.thread_id, kept.thread_id)
    event = Event(kind="thread.hidden", at=now())
    db.session.add(event)
    db.session.flush()
    db.session.execute(update(Thread).where(Thread.id == gone.thread_id).values({column: event.id}))
    db.session.commit()
    assert {person for person, _, _ in found(kept.thread_id)} == {author}
    db.session.execute(update(Thread).where(Thread.id == kept.thread_id).values({column: event.id}))
    db.session.commit()
    assert found(kept.thread_id) == set()
