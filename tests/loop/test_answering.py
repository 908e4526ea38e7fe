"""Does it solve their need? Asked once, answered by a link, and answered again."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events.models import Event
from portal.ideas.models import Idea, IdeaSilence, Outcome
from portal.loop import links, tending
from portal.loop.actions import answer, reply_to_all, set_handled, settle
from portal.loop.actions.asking import ask_some, remind
from portal.loop.models import Confirmation, Debt, LoopReply
from portal.loop.queries import Choice, Patience, open_loops
from portal.loop.queries.asked import asked_of, who_answers
from portal.people.models import Organisation, Person, Suspension
from portal.people.viewer import Viewer
from portal.threads.models import Post, Thread
from tests.factories import (
    make_category,
    make_confirmation,
    make_debt,
    make_idea,
    make_outcome,
    make_person,
    make_reply,
    viewer_of,
)

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _in(app: Flask) -> None: ...


def due(outcome: Any, person: Person | None = None, **given: Any) -> Debt:
    """They were told a week ago."""
    return make_debt(outcome, person, **({"ask_at": now() - timedelta(hours=1)} | given))


def events(kind: str) -> list[Event]:
    return list(db.session.scalars(db.select(Event).filter_by(kind=kind).order_by(Event.id)))


def someone(debt: Debt) -> Viewer:
    found = who_answers(debt.person_id)
    assert found is not None
    return found


# Asking


def test_those_whose_time_has_come_are_asked_once_by_one_event():
    outcome = make_outcome(make_idea())
    ada = make_person()
    debts = [due(outcome, ada), due(make_outcome(make_idea()), ada), due(outcome)]
    later = due(outcome, ask_at=now() + WEEK)
    while write(ask_some):
        pass
    [event] = events("loop.asked")
    assert event.due_at is not None
    assert {debt.asked_at for debt in debts} == {event.at}
    assert later.asked_at is None
    assert write(ask_some) is False
    assert len(events("loop.asked")) == 1


def test_nobody_is_asked_where_a_human_writes_or_it_does_not_hold():
    idea, event = make_idea(), make_outcome(make_idea()).event_id
    outcome = make_outcome(idea)
    handled, silent, untold = due(outcome), due(outcome), due(outcome, state="undeliverable", cause="no-address")
    write(set_handled, viewer_of(make_person(role="agent")), handled.person_id, on=True)
    db.session.add(IdeaSilence(idea_id=idea.thread_id, person_id=silent.person_id, at=now()))
    by_hand = due(make_outcome(make_idea()))
    db.session.get_one(Idea, by_hand.idea_id).personal_event_id = event
    ended = due(make_outcome(make_idea(), ended_event_id=event))
    db.session.commit()
    write(ask_some)
    assert not events("loop.asked")
    assert {each.ask_at for each in (handled, silent, untold, by_hand, ended)} == {None}


def test_whose_idea_stands_by_itself_again_is_not_asked_about_the_other():
    outcome, merged, parted = make_outcome(make_idea()), make_idea(), make_idea()
    merged.status, merged.merged_into_id, merged.root_id = "duplicate", outcome.idea_id, outcome.idea_id
    db.session.commit()
    theirs, others = (due(outcome, reason="merged", asked_idea_id=idea.thread_id) for idea in (merged, parted))
    write(ask_some)
    assert theirs.asked_at is not None
    assert (others.asked_at, others.ask_at) == (None, None)


def test_rewording_what_was_shipped_asks_nobody_again_and_the_rest_of_it_does():
    idea, ada = make_idea(), make_person()
    part = due(make_outcome(idea, "partly-shipped"), ada)
    write(ask_some)
    again = due(make_outcome(idea, "partly-shipped", edits_id=part.outcome_id), ada)
    write(ask_some)
    assert again.asked_at is None
    whole = due(make_outcome(idea, "shipped"), ada)
    write(ask_some)
    assert whole.asked_at is not None
    assert [each.debt_id for each in asked_of(someone(whole))] == [whole.id], "the newest of an idea"


# Answering


def test_an_answer_is_recorded_changed_and_kept_to_its_person():
    debt = due(make_outcome(make_idea()), asked_at=now())
    person = someone(debt)
    write(answer, person, debt_id=debt.id, answer="no", cause="defect", comment=" It crashes.\r\n")
    kept = db.session.get_one(Confirmation, debt.id)
    assert (kept.answer, kept.cause, kept.comment, kept.idea_id) == ("no", "defect", "It crashes.", debt.idea_id)
    write(answer, person, debt_id=None, answer="solved", cause="defect")
    assert (kept.answer, kept.cause, kept.first_at < kept.at) == ("solved", "", True)
    with pytest.raises(NotFound):
        write(answer, viewer_of(make_person()), debt_id=debt.id, answer="solved")
    for wrong in ({"answer": "yes"}, {"answer": "no", "cause": "because"}, {"answer": "no", "comment": "x" * 2_001}):
        with pytest.raises(Invalid):
            write(answer, person, debt_id=debt.id, **wrong)


def test_an_answer_can_be_changed_for_thirty_days():
    debt = due(make_outcome(make_idea()), asked_at=now())
    person = someone(debt)
    write(answer, person, debt_id=debt.id, answer="no")
    with clock.standing(now() + timedelta(days=31)), pytest.raises(Forbidden):
        write(answer, person, debt_id=debt.id, answer="solved")


def test_changed_for_the_worse_it_is_open_again():
    debt = due(make_outcome(make_idea()), asked_at=now())
    person, staff = someone(debt), viewer_of(make_person(role="agent"))
    write(answer, person, debt_id=debt.id, answer="partly")
    write(settle, staff, debt.id)
    kept = db.session.get_one(Confirmation, debt.id)
    write(answer, person, debt_id=debt.id, answer="partly", comment="Well.")
    assert kept.settled_event_id is not None
    write(answer, person, debt_id=debt.id, answer="no")
    assert kept.settled_event_id is None


def test_what_someone_may_no_longer_see_they_are_not_asked_about():
    place, idea = make_category(), make_idea(title="Old secret")
    merged = make_idea(title="My own words", category=place)
    debt = due(make_outcome(idea), asked_at=now(), asked_idea_id=merged.thread_id)
    person = someone(debt)
    assert [each.title for each in asked_of(person)] == ["My own words"]
    place.visibility = "staff"
    db.session.commit()
    assert [each.title for each in asked_of(person)] == ["Old secret"]
    db.session.get_one(Thread, idea.thread_id).hidden_event_id = debt.event_id
    db.session.commit()
    assert asked_of(person) == []
    with pytest.raises(NotFound):
        write(answer, person, debt_id=debt.id, answer="no")


def test_what_was_taken_back_is_not_asked_about_any_more():
    debt = make_debt(make_outcome(make_idea()), asked_at=now())
    assert [each.debt_id for each in asked_of(someone(debt))] == [debt.id]
    taken_back = db.session.get_one(Outcome, debt.outcome_id)
    taken_back.ended_event_id = taken_back.event_id or debt.event_id
    db.session.commit()
    assert not asked_of(someone(debt))


def test_a_link_is_its_persons_and_nobody_elses():
    ada = make_person()
    token = links.answer_path(ada.id).removeprefix("/answer/")
    assert links.person_of(token) == ada.id
    other = links.answer_path(ada.id + 1).removeprefix("/answer/").partition(".")[0]
    assert links.person_of(f"{other}.{token.partition('.')[2]}") is None
    assert links.person_of(token.partition(".")[0]) is None
    assert links.person_of("x" * 5_000) is None
    assert who_answers(ada.id) is not None
    db.session.add(Suspension(person_id=ada.id, reason="", since=now()))
    db.session.commit()
    assert who_answers(ada.id) is None
    gone = make_person(erased_at=now())
    assert who_answers(gone.id) is None


# Answering those who say no


def test_who_wants_contact_gets_a_conversation_and_a_reply_of_staff_settles_it():
    place = make_category()
    debt = due(make_outcome(make_idea(category=place)), asked_at=now())
    person = someone(debt)
    write(answer, person, debt_id=debt.id, answer="no", comment="Call me.", contact=True)
    kept = db.session.get_one(Confirmation, debt.id)
    talk = db.session.get_one(Thread, kept.conversation_id)
    assert (talk.kind, talk.privacy, talk.author_id, talk.category_id) == ("question", "staff", person.id, place.id)
    write(answer, person, debt_id=debt.id, answer="no", comment="Still waiting.", contact=True)
    assert db.session.query(Post).filter_by(thread_id=talk.id).count() == 2
    assert kept.settled_event_id is None
    make_reply(talk, make_person(role="manager"), body="I called.")
    assert kept.settled_event_id is not None


def test_a_contact_without_account_is_talked_to_as_well():
    contact = make_person(kind="contact", email_confirmed_at=None)
    debt = due(make_outcome(make_idea()), contact, asked_at=now())
    write(answer, someone(debt), debt_id=debt.id, answer="partly", comment="Almost.", contact=True)
    assert db.session.get_one(Confirmation, debt.id).conversation_id is not None


def test_one_reply_answers_all_others():
    idea, manager = make_idea(), viewer_of(make_person(role="manager"))
    outcome = make_outcome(idea)
    plain = [make_confirmation(make_debt(outcome), answer) for answer in ("no", "partly")]
    happy = make_confirmation(make_debt(outcome), "solved")
    asked = due(outcome, asked_at=now())
    write(answer, someone(asked), debt_id=asked.id, answer="no", comment="Call me.", contact=True)
    assert write(reply_to_all, manager, idea.thread_id, body="A fix is *coming*.") == 2
    [event] = events("loop.replied")
    reply = db.session.scalars(db.select(LoopReply)).one()
    assert (event.data["reply_id"], event.thread_id, event.due_at is not None) == (reply.id, idea.thread_id, True)
    assert [each.settled_event_id for each in (*plain, happy)] == [event.id, event.id, None]
    assert db.session.get_one(Confirmation, asked.id).settled_event_id is None, "they have a conversation"
    with pytest.raises(Invalid):
        write(reply_to_all, manager, idea.thread_id, body="Once more.")
    with pytest.raises(Forbidden):
        write(reply_to_all, viewer_of(make_person(role="agent")), idea.thread_id, body="Me too.")
    with pytest.raises(NotFound):
        write(reply_to_all, viewer_of(make_person()), idea.thread_id, body="Me too.")


# Tending


def test_whoever_sees_to_what_shipped_is_reminded_once_to_announce_it():
    idea, owner = make_idea(), make_person(role="manager")
    idea.owner_id = owner.id
    make_outcome(idea, "shipped", tell="with-announcement", at=now() - timedelta(days=4))
    make_outcome(make_idea(), "shipped", tell="with-announcement", at=now() - timedelta(days=2))
    make_outcome(make_idea(), "shipped", at=now() - timedelta(days=4))
    write(remind, 3)
    write(remind, 3)
    [event] = events("loop.reminded")
    assert (event.thread_id, event.person_id, event.due_at is not None) == (idea.thread_id, owner.id, True)


def test_who_is_not_on_the_team_any_more_is_not_reminded():
    idea, manager = make_idea(), make_person(role="manager")
    idea.owner_id = make_person().id
    make_outcome(idea, "shipped", by=manager, tell="with-announcement", at=now() - timedelta(days=4))
    write(remind, 3)
    [event] = events("loop.reminded")
    assert event.person_id == manager.id


def test_what_an_idea_is_worth_is_counted_by_distinct_organisations():
    from portal.ideas.models import Supporter

    idea, acme = make_idea(), Organisation(name="Acme", yearly_value=5_000)
    db.session.add_all([acme, Organisation(name="Nobody's", yearly_value=9)])
    db.session.commit()
    people = [make_person(organisation_id=acme.id), make_person(organisation_id=acme.id), make_person()]
    db.session.add_all(Supporter(root_id=idea.thread_id, person_id=each.id) for each in people)
    db.session.get_one(Thread, idea.thread_id).created_at = now() - timedelta(days=30)
    db.session.commit()
    assert tending.count_worth() == 1
    assert tending.count_worth() == 0
    viewer = viewer_of(make_person(role="manager"))
    assert [row.value for row in open_loops(viewer, Choice(order="value"), Patience()).rows] == [5_000]
    acme.yearly_value = 6_000
    db.session.commit()
    tending.tend()
    assert open_loops(viewer, Choice(), Patience()).rows[0].value == 6_000
