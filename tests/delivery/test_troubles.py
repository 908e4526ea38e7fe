"""Addresses that letters come back from."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, write
from portal.delivery import recording, sending, troubles
from portal.delivery.actions import send_letter
from portal.delivery.leasing import Leased
from portal.delivery.models import Delivery, MailTrouble
from portal.loop.models import Debt
from portal.notices.models import Notice
from portal.people.actions.confirming import confirm
from portal.people.actions.tokens import make_token
from portal.people.models import Person
from portal.people.queries import by_username
from tests.factories import make_debt, make_idea, make_outcome, make_person
from tests.loop.told import assert_accounts_balance, contact, decide, letters_to, vote, work
from tests.loop.told import states_of as owed_states


def letter_to(person: Person, kind: str = "password") -> Delivery:
    person_id = person.id
    made = write(lambda: send_letter(kind, db.session.get_one(Person, person_id)))
    assert made is not None
    return made


def bounce(letter: Delivery, *, hard: bool = False) -> None:
    letter_id = letter.id
    write(lambda: troubles.bounced(db.session.get_one(Delivery, letter_id), hard=hard, answer="550 5.1.1 Nobody here"))


def stopped(person: Person) -> bool:
    return db.session.get_one(Person, person.id, populate_existing=True).mail_stopped_at is not None


def test_one_hard_or_three_soft_ones_stop_letters(app: Flask) -> None:
    ada, bob = make_person("ada"), make_person("bob")
    bounce(letter_to(ada), hard=True)
    assert stopped(ada)
    assert troubles.suppressed("ADA@example.com")
    for number in range(3):
        assert stopped(bob) is (number == 3)
        bounce(letter_to(bob))
    assert stopped(bob)
    trouble = db.session.get_one(MailTrouble, "bob@example.com")
    assert (trouble.soft, trouble.answer) == (3, "550 5.1.1 Nobody here")


def test_the_same_letter_that_comes_back_twice_counts_once(app: Flask) -> None:
    letter = letter_to(make_person("ada"))
    for _ in range(4):
        bounce(letter)
    assert db.session.get_one(MailTrouble, "ada@example.com").soft == 1
    assert not troubles.suppressed("ada@example.com")


def test_what_came_back_long_ago_is_forgotten_once_letters_arrive(app: Flask) -> None:
    ada, bob = make_person("ada"), make_person("bob")
    bounce(letter_to(ada))
    bounce(letter_to(bob), hard=True)
    for days, known in ((0, {"ada@example.com", "bob@example.com"}), (15, {"bob@example.com"})):
        with clock.standing(clock.now() + timedelta(days=days)):
            letter_to(ada)
            letter_to(bob, "confirm")
            assert sending.deliver_due() == 2
        assert set(db.session.scalars(sa.select(MailTrouble.address_key))) == known, "at once it may still come back"
    assert troubles.suppressed("bob@example.com"), "that a server took a letter proves nothing of who is there"


def test_confirming_again_lifts_it_and_says_what_was_not_told(app: Flask) -> None:
    ada = make_person("ada")
    outcome = make_outcome(make_idea(ada))
    make_debt(outcome, ada, state="undeliverable", cause="bounced")
    bounce(letter_to(ada), hard=True)
    secrets: list[str] = []

    def token() -> None:
        secrets.append(make_token("confirm", db.session.get_one(Person, ada.id), email="ada@example.com"))

    write(token)
    write(confirm, secrets[0])
    assert not stopped(ada)
    assert not troubles.suppressed("ada@example.com")
    work()
    assert owed_states(outcome) == {ada.id: "told"}


def test_another_address_is_not_the_one_that_came_back(app: Flask) -> None:
    bounce(letter_to(make_person("ada")), hard=True)
    ada: Any = by_username("ada")
    ada.email = ada.email_key = "other@example.com"
    db.session.commit()
    assert not stopped(ada)


def test_a_letter_to_a_contact_that_comes_back_has_told_nobody(app: Flask) -> None:
    idea = make_idea()
    vote(idea, contact())
    work()
    outcome = decide(idea, "shipped")
    work()
    sending.deliver_due()
    owed = sa.select(Debt).join(Notice, Notice.id == Debt.notice_id).where(Notice.read_at == Notice.at)
    debt = db.session.scalars(owed.where(Debt.outcome_id == outcome.id)).one()
    assert debt.state == "told"
    bounce(db.session.scalars(sa.select(Delivery).filter_by(notice_id=debt.notice_id)).one(), hard=True)
    debt = db.session.get_one(Debt, debt.id, populate_existing=True)
    assert (debt.state, debt.cause, debt.told_at) == ("undeliverable", "bounced", None)
    assert_accounts_balance()


def test_what_went_in_a_letter_that_came_back_was_not_told_either(app: Flask) -> None:
    person, ideas = contact(), [make_idea(), make_idea()]
    for idea in ideas:
        vote(idea, person)
    outcomes = [decide(idea, "shipped") for idea in ideas]
    work()
    sending.deliver_due()
    first, second = letters_to(person)
    second.parent_id = first.id
    db.session.commit()
    bounce(first, hard=True)
    assert [owed_states(each)[person.id] for each in outcomes] == ["bounced", "bounced"]


def test_what_goes_in_a_letter_shares_what_becomes_of_it_in_the_end(app: Flask) -> None:
    person, ideas = contact(), [make_idea(), make_idea()]
    for idea in ideas:
        vote(idea, person)
    outcomes = [decide(idea, "shipped") for idea in ideas]
    work()
    first, second = letters_to(person)
    second.parent_id, first.state, first.attempts, first.lease_until = first.id, "leased", 2, clock.now()
    db.session.commit()
    for attempt, state in ((1, "failed"), (2, "deferred")):
        write(recording.record, Leased(first.id, attempt), recording.Outcome(state, "554 5.7.1 Looks like spam"))
        assert [owed_states(each)[person.id] for each in outcomes] == ["pending", "pending"]
        db.session.refresh(second)
        assert second.state == "due"
    first.state, first.lease_until = "leased", clock.now()
    db.session.commit()
    write(recording.record, Leased(first.id, 2), recording.Outcome("failed", "554 5.7.1 Looks like spam"))
    assert [owed_states(each)[person.id] for each in outcomes] == ["bounced", "bounced"]
    assert {each.state for each in letters_to(person)} == {"failed"}


def test_news_goes_to_the_address_that_someone_has_when_it_leaves(app: Flask) -> None:
    person, idea = contact(), make_idea()
    vote(idea, person)
    decide(idea, "shipped")
    work()
    person.email = person.email_key = "moved@example.com"
    db.session.commit()
    sending.deliver_due()
    assert [(each.state, each.address) for each in letters_to(person)] == [("sent", "moved@example.com")]


def test_an_address_refused_for_days_is_counted_and_a_server_that_is_away_is_not(app: Flask) -> None:
    for name, theirs in (("ada", True), ("bob", False)):
        letter = letter_to(make_person(name))
        letter.state, letter.attempts, letter.tried_at = "leased", 9, clock.now() - timedelta(hours=49)
        letter.lease_until = clock.now()
        db.session.commit()
        write(recording.put_off, Leased(letter.id, 9), "450 later", theirs=theirs)
        assert db.session.get_one(Delivery, letter.id, populate_existing=True).state == "failed"
    assert db.session.scalars(sa.select(MailTrouble.address_key)).all() == ["ada@example.com"]


def test_an_attempt_that_is_another_workers_by_now_tells_nobody(app: Flask) -> None:
    person, idea = contact(), make_idea()
    vote(idea, person)
    outcome = decide(idea, "shipped")
    work()
    [letter] = letters_to(person)
    letter.state, letter.attempts, letter.lease_until = "leased", 2, clock.now()
    db.session.commit()
    owing = [letter.notice_id or 0]
    write(recording.sent, Leased(letter.id, 1), "250 OK", owing=owing, parts=False)
    assert owed_states(outcome)[person.id] == "pending"
    write(recording.sent, Leased(letter.id, 2), "250 OK", owing=owing, parts=False)
    assert owed_states(outcome)[person.id] == "told"
