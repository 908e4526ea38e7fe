"""An idea is decided on, and everyone who asked hears of it."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.events.models import Event
from portal.ideas.actions import link_question
from portal.ideas.models import IdeaQuestion, IdeaSilence, IdeaVote
from portal.loop.telling import people
from portal.people.models import Suspension
from portal.questions.actions import set_same
from portal.threads.models import Thread
from tests.factories import make_category, make_idea, make_person, make_thread, viewer_of
from tests.loop.told import (
    choose,
    contact,
    debt_of,
    decide,
    follow,
    letters_to,
    notices_of,
    said_to,
    states_of,
    vote,
    work,
)
from tests.web.reading import Reader


def test_everyone_who_asked_is_told_once_and_told_why(app: Flask) -> None:
    ada, ben, eve, agent, asker = (make_person() for _ in range(5))
    idea, question = make_idea(ada), make_thread(asker)
    vote(idea, ben)
    vote(idea, eve, by=agent)
    db.session.add(IdeaQuestion(question_id=question.id, idea_id=idea.thread_id, at=now()))
    outcome = decide(idea)
    work()
    assert said_to(ada) == [("outcome", "author")], "she voted for it too, and the first reason holds"
    assert said_to(ben) == [("outcome", "voter")]
    assert said_to(eve) == [("outcome", "on-behalf")]
    assert said_to(asker) == [("outcome", "linked")]
    assert said_to(agent) == []
    assert set(states_of(outcome).values()) == {"told"}
    assert len(states_of(outcome)) == 4
    debt = debt_of(outcome, ben)
    assert debt is not None
    assert debt.notice_id == notices_of(ben)[0].id
    assert len(letters_to(ben)) == 1
    assert work() == 0, "what is done is done"


def test_who_only_votes_is_told_without_following_and_after_unfollowing(app: Flask) -> None:
    """Being told about what one asked for does not hang on a subscription."""
    ben = make_person()
    idea = make_idea()
    vote(idea, ben)
    follow(ben, idea.thread_id, "none")
    decide(idea, "shipped")
    work()
    assert said_to(ben) == [("outcome", "voter")]


def test_who_follows_hears_too_and_is_owed_nothing(app: Flask) -> None:
    fan = make_person()
    idea = make_idea()
    follow(fan, idea.thread_id)
    outcome = decide(idea)
    work()
    assert said_to(fan) == [("outcome", "follower")]
    assert fan.id not in states_of(outcome)


def test_a_vote_taken_back_before_people_are_told_owes_nothing(app: Flask) -> None:
    ben = make_person()
    idea = make_idea()
    vote(idea, ben)
    outcome = decide(idea)
    db.session.execute(db.delete(IdeaVote).filter_by(person_id=ben.id))
    db.session.commit()
    work()
    assert ben.id not in states_of(outcome)
    assert said_to(ben) == []


def test_what_was_undone_or_ended_is_not_told(app: Flask) -> None:
    idea, other = make_idea(), make_idea()
    undone, ended = decide(idea), decide(other)
    idea.outcome_id = None
    ended.ended_event_id = ended.event_id
    db.session.flush()
    db.session.delete(undone)
    db.session.commit()
    work()
    assert db.session.scalar(db.text("SELECT count(*) FROM notice")) == 0


def test_nobody_hears_before_the_time_to_undo_is_over(app: Flask) -> None:
    ada = make_person()
    outcome = decide(make_idea(ada))
    event = db.session.get_one(Event, outcome.event_id)
    event.due_at = now() + timedelta(seconds=60)
    db.session.commit()
    work()
    assert said_to(ada) == []


def test_every_cause_shows_in_the_ledger(app: Flask) -> None:
    idea = make_idea()
    silent, muted, off, out, bare, nowhere = (make_person(f"p{n}") for n in range(6))
    unreached, entered, lone = contact(None), contact(), make_person(email=None, email_key=None)
    vote(idea, silent, muted, off, out, bare, nowhere, unreached, entered, lone)
    db.session.add(IdeaSilence(idea_id=idea.thread_id, person_id=silent.id, at=now()))
    follow(muted, idea.thread_id, "mute")
    choose(off, "requested", inbox=False, mail=False)
    choose(bare, "requested", inbox=False)
    bare.email_confirmed_at = None
    db.session.add(Suspension(person_id=out.id, reason="Spam", since=now()))
    db.session.commit()
    outcome = decide(idea)
    work()
    found = states_of(outcome)
    assert found[silent.id] == "opted-out"
    assert found[muted.id] == "muted"
    assert found[off.id] == "opted-out"
    assert found[out.id] == "suspended"
    assert found[bare.id] == "no-address", "they only want letters, and their address is not confirmed"
    assert found[unreached.id] == "no-address"
    assert found[entered.id] == "pending", "told once the mail server took the letter"
    assert found[nowhere.id] == found[lone.id] == "told", "it lies in the inbox"
    assert [len(letters_to(each)) for each in (entered, nowhere, lone, silent)] == [1, 1, 0, 0]
    assert not notices_of(silent)


def test_who_lost_access_is_not_told(app: Flask) -> None:
    ben, agent = make_person(), make_person(role="agent")
    idea = make_idea()
    vote(idea, ben, agent)
    thread = db.session.get_one(Thread, idea.thread_id)
    outcome = decide(idea)
    thread.category_id = make_category(visibility="staff").id
    db.session.commit()
    work()
    assert states_of(outcome)[ben.id] == "no-access"
    assert said_to(ben) == []
    assert said_to(agent) == [("outcome", "voter")]


def test_only_by_letter_is_told_once_that_was_taken(app: Flask) -> None:
    ben = make_person()
    idea = make_idea()
    vote(idea, ben)
    choose(ben, "requested", inbox=False)
    outcome = decide(idea)
    work()
    assert states_of(outcome)[ben.id] == "pending"
    assert notices_of(ben)[0].read_at is not None, "it does not count as unread"


def test_many_are_told_in_steps_and_none_twice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "STEP", 3)
    idea = make_idea()
    voters = [make_person() for _ in range(10)]
    fans = [make_person() for _ in range(5)]
    vote(idea, *voters)
    for fan in fans:
        follow(fan, idea.thread_id)
    outcome = decide(idea)
    work()
    assert len(states_of(outcome)) == 11
    assert all(len(said_to(each)) == 1 for each in (*voters, *fans))


def test_when_to_ask_whether_it_solves_their_need(app: Flask) -> None:
    ada, asker = make_person(), make_person()
    shipped, planned = make_idea(ada), make_idea(ada)
    db.session.add(IdeaQuestion(question_id=make_thread(asker).id, idea_id=shipped.thread_id, at=now()))
    first, second = decide(shipped, "shipped"), decide(planned, "planned")
    work()
    debt, other, linked = debt_of(first, ada), debt_of(second, ada), debt_of(first, asker)
    assert debt is not None
    assert other is not None
    assert linked is not None
    assert debt.told_at is not None
    assert debt.ask_at == debt.told_at + timedelta(days=7)
    assert other.ask_at is None
    assert linked.ask_at is None


def test_whose_question_is_linked_to_what_has_shipped_is_told_that_once(app: Flask) -> None:
    agent, asker, same = make_person(role="agent"), make_person(), make_person()
    idea, question = make_idea(), make_thread(asker)
    write(set_same, viewer_of(same), question.id, on=True)
    outcome = decide(idea, "shipped")
    work()
    write(link_question, viewer_of(agent), question.id, idea_id=idea.thread_id)
    work()
    assert said_to(asker) == [("offered", "asked")]
    [notice] = notices_of(asker)
    debt = debt_of(outcome, asker)
    assert debt is not None
    assert (debt.state, debt.reason, debt.notice_id, debt.ask_at) == ("told", "linked", notice.id, None)
    page = Reader(app, asker).read("/inbox")
    assert "You asked a question that led to" in page.get_text()
    assert "you will hear what becomes of it" not in page.get_text()
    assert "vote for it" not in Reader(app, same).read("/inbox").get_text()
    write(link_question, viewer_of(agent), question.id, idea_id=None)
    write(link_question, viewer_of(agent), question.id, idea_id=idea.thread_id)
    work()
    assert len(states_of(outcome)) == 2, "the author and the asker, and each owed once"
