"""Debts of who leaves, loses the address, or turns out to have an account."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Invalid, NotFound
from portal.delivery.links import not_me_path, unsubscribe_path
from portal.delivery.models import Delivery
from portal.ideas.actions import vote_for
from portal.loop.links import answer_path
from portal.loop.models import Debt
from portal.notices.models import Notice, NoticeChoice
from portal.notices.telling.steps import tell_due
from portal.people.actions.administering import set_address
from portal.people.actions.confirming import claim
from portal.people.actions.contacts import correct_address, not_me
from portal.people.actions.erasing import anonymise
from portal.people.models import Person
from portal.site.queries import Site
from portal.threads.models import Watch
from tests.factories import make_debt, make_idea, make_outcome, make_person, viewer_of

EMAIL = "kim@corp.example"


def owed() -> set[tuple[int, str, str | None]]:
    db.session.expire_all()
    return {(debt.person_id, debt.state, debt.cause) for debt in db.session.scalars(select(Debt))}


def contact_with_debt() -> tuple[Person, Debt]:
    """A contact whose letter has not left yet."""
    idea = make_idea()
    agent = viewer_of(make_person(role="agent"))
    contact = db.session.get_one(Person, write(vote_for, agent, idea.thread_id, email=EMAIL))
    outcome = make_outcome(idea)
    debt = make_debt(outcome, contact, state="pending", reason="on-behalf")
    about = {"kind": "outcome", "reason": "on-behalf", "thread_id": idea.thread_id, "at": now()}
    notice = Notice(event_id=outcome.event_id, person_id=contact.id, **about)
    db.session.add(notice)
    db.session.flush()
    debt.notice_id = notice.id
    db.session.commit()
    return contact, debt


def test_the_account_is_told_what_waited_for_the_contact(app: Flask) -> None:
    contact, debt = contact_with_debt()
    person = make_person("kim", email=EMAIL, email_key=EMAIL, email_confirmed_at=None)
    write(lambda: claim(db.session.get_one(Person, person.id)))
    assert owed() == {(person.id, "told", None)}
    assert db.session.scalars(select(Notice.person_id)).all() == [person.id]
    assert db.session.get_one(Debt, debt.id).told_at is not None
    assert db.session.get_one(Person, contact.id).erased_at is not None


def test_what_both_were_owed_is_told_once(app: Flask) -> None:
    contact, debt = contact_with_debt()
    person = make_person("kim", email=EMAIL, email_key=EMAIL, email_confirmed_at=None)
    twin = Debt(outcome_id=debt.outcome_id, idea_id=debt.idea_id, asked_idea_id=debt.idea_id, person_id=person.id)
    twin.event_id, twin.reason, twin.state, twin.at, twin.told_at = debt.event_id, "voter", "told", now(), now()
    about = {"kind": "outcome", "reason": "voter", "thread_id": debt.idea_id, "at": now()}
    db.session.add_all([twin, Notice(event_id=debt.event_id, person_id=person.id, **about)])
    db.session.commit()
    write(lambda: claim(db.session.get_one(Person, person.id)))
    assert owed() == {(person.id, "told", None), (contact.id, "undeliverable", "erased")}


def test_what_a_contact_switched_off_stays_off_and_their_links_go_on(app: Flask) -> None:
    contact, debt = contact_with_debt()
    agent = viewer_of(make_person(role="agent"))
    write(vote_for, agent, make_idea().thread_id, email=EMAIL, organisation="Corp")
    link, client = unsubscribe_path(contact.id, thread_id=debt.idea_id, sort="requested"), app.test_client()
    for what in ("thread", "requested"):
        client.post(link, data={"what": what, "on": "0"})
    person = make_person("kim", email=EMAIL, email_key=EMAIL, email_confirmed_at=None)
    write(lambda: claim(db.session.get_one(Person, person.id)))
    db.session.expire_all()
    watch, choice = db.session.get_one(Watch, (debt.idea_id, person.id)), (person.id, "requested")
    assert (watch.level, watch.chosen) == ("mute", True)
    assert not db.session.get_one(NoticeChoice, choice).mail
    assert db.session.get_one(Person, person.id).organisation_id is None, "an admin lets people read what it asks"
    client.post(link, data={"what": "requested", "on": "1"})
    db.session.expire_all()
    assert db.session.get_one(NoticeChoice, choice).mail, "letters that are out lead to the account"
    assert client.get(answer_path(contact.id)).status_code == 200
    for gone in (not_me_path(contact.id), unsubscribe_path(10**9)):
        assert client.get(gone).status_code == 404


def test_who_says_it_is_not_them_and_who_is_erased_is_told_nothing(app: Flask) -> None:
    contact, _debt = contact_with_debt()
    make_debt(make_outcome(make_idea()), contact, state="told", told_at=now())
    write(not_me, contact.id)
    left = {(contact.id, "undeliverable", "no-address"), (contact.id, "told", None)}
    assert owed() == left, "what they were told they were told"
    person = make_person()
    make_debt(make_outcome(make_idea()), person, state="pending")
    asked = make_debt(make_outcome(make_idea()), person, state="told", told_at=now(), ask_at=now())
    write(lambda: anonymise(db.session.get_one(Person, person.id)))
    assert owed() == left | {(person.id, "undeliverable", "erased"), (person.id, "told", None)}
    assert db.session.get_one(Debt, asked.id).ask_at is None


def test_who_has_another_address_is_told_after_all(app: Flask) -> None:
    contact, debt = contact_with_debt()
    admin = viewer_of(make_person(role="admin"))
    debt.state, debt.cause = "undeliverable", "bounced"
    db.session.commit()
    write(set_address, admin, contact.id, email="kim@elsewhere.example", confirmed=False, site=Site())
    tell_due()
    assert owed() == {(contact.id, "pending", None)}
    letters = select(Delivery.address).where(Delivery.notice_id == debt.notice_id)
    assert db.session.scalars(letters).all() == ["kim@elsewhere.example"]
    tell_due()
    write(set_address, admin, contact.id, email="kim@third.example", confirmed=False, site=Site())
    tell_due()
    assert len(db.session.scalars(select(Delivery.id).where(Delivery.notice_id.is_not(None))).all()) == 1


def test_staff_correct_the_address_of_a_contact(app: Flask) -> None:
    """They entered it: no admin is needed. Nobody is invited, and nobody who has an address here is told twice."""
    contact, debt = contact_with_debt()
    agent = viewer_of(make_person(role="agent"))
    make_person("ada")
    debt.state, debt.cause = "undeliverable", "bounced"
    db.session.commit()
    for wrong in (EMAIL, "ada@example.com", "kim"):
        with pytest.raises(Invalid):
            write(correct_address, agent, contact.id, email=wrong)
    write(correct_address, agent, contact.id, email="kim@elsewhere.example")
    tell_due()
    assert owed() == {(contact.id, "pending", None)}
    letters = db.session.execute(select(Delivery.kind, Delivery.address).where(Delivery.person_id == contact.id)).all()
    assert letters == [("notice", "kim@elsewhere.example")]
    for viewer, someone in ((viewer_of(make_person()), contact.id), (agent, make_person().id)):
        with pytest.raises(NotFound):
            write(correct_address, viewer, someone, email="kim@fourth.example")
