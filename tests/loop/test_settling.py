"""Letters that pay debts: what became of them stands in the ledger, and before one leaves it is asked again."""

from pathlib import Path

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db
from portal.delivery import sending
from portal.delivery.mailing import Outbox, Refused
from portal.ideas.models import IdeaSilence
from portal.threads.models import Thread
from tests.factories import make_category, make_idea
from tests.loop.told import contact, debt_of, decide, letters_to, states_of, vote, work


@pytest.fixture
def outbox(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sending, "mailer", lambda _settings: Outbox(tmp_path, lambda words: None))
    return tmp_path


def test_a_contact_is_told_once_the_letter_was_taken(app: Flask, outbox: Path) -> None:
    person, idea = contact(), make_idea(title="Print in colour")
    vote(idea, person)
    outcome = decide(idea, "shipped")
    work()
    assert states_of(outcome)[person.id] == "pending"
    sending.deliver_due()
    debt = debt_of(outcome, person)
    assert debt is not None
    assert debt.state == "told"
    assert debt.told_at is not None
    assert debt.ask_at is not None
    texts = [path.read_text() for path in outbox.glob("*.eml")]
    assert any("Print in colour" in text and "contact@example.com" in text for text in texts)


def test_who_lost_access_said_no_or_whom_it_was_taken_back_from_is_not_written_to(app: Flask, outbox: Path) -> None:
    person = contact()
    ideas = [make_idea() for _ in range(3)]
    for idea in ideas:
        vote(idea, person)
    outcomes = [decide(idea, "shipped") for idea in ideas]
    work()
    db.session.get_one(Thread, ideas[0].thread_id).category_id = make_category(visibility="staff").id
    db.session.add(IdeaSilence(idea_id=ideas[1].thread_id, person_id=person.id, at=now()))
    outcomes[2].ended_event_id = outcomes[2].event_id
    db.session.commit()
    sending.deliver_due()
    assert [states_of(outcome)[person.id] for outcome in outcomes] == ["no-access", "opted-out", "withdrawn"]
    assert {letter.state for letter in letters_to(person)} == {"suppressed"}
    assert not [path for path in outbox.glob("*.eml") if "contact@example.com" in path.read_text()]


def test_a_letter_that_was_refused_shows_and_later_ones_are_not_tried(
    app: Flask, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, idea = contact(), make_idea()
    vote(idea, person)
    outcome = decide(idea, "planned")
    work()

    def refuse(_self: object, _message: object) -> str:
        raise Refused("550 no such mailbox")

    monkeypatch.setattr(Outbox, "send", refuse)
    sending.deliver_due()
    assert states_of(outcome)[person.id] == "bounced"
    later = decide(idea, "shipped")
    work()
    assert states_of(later)[person.id] == "bounced"
    assert len(letters_to(person)) == 1
