"""Replies wait a little, are dropped when read meanwhile, go together, and are not too many on one day."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, write
from portal.delivery import holding, troubles
from portal.delivery.actions import send_letter
from portal.loop.models import Debt
from portal.notices.models import Notice
from portal.people.models import Person
from tests.delivery.waiting import deliver, later, letters_of, replies, states_of, watched_by
from tests.factories import make_idea, make_person, make_thread
from tests.letters import sent
from tests.loop.told import choose, contact, decide, follow, vote, work


def read_all(person: Person) -> None:
    with later(minutes=1):
        db.session.execute(sa.update(Notice).where(Notice.person_id == person.id).values(read_at=clock.now()))
    db.session.commit()


def test_a_reply_waits_ten_minutes(app: Flask) -> None:
    ada = make_person("ada")
    replies(watched_by(ada))
    assert deliver(ada) == 0
    with later(minutes=9):
        assert deliver(ada) == 0
    with later(minutes=11):
        assert deliver(ada) == 1
    assert states_of(ada) == ["sent"]


def test_read_meanwhile_it_is_not_sent(app: Flask) -> None:
    ada = make_person("ada")
    replies(watched_by(ada))
    read_all(ada)
    with later(minutes=11):
        assert deliver(ada) == 0
    [letter] = letters_of(ada)
    assert (letter.state, letter.answer) == ("suppressed", "it was read meanwhile")


def test_what_is_only_to_be_sent_goes_though_it_lies_in_the_inbox_as_read(app: Flask) -> None:
    ada = make_person("ada")
    choose(ada, "replies", inbox=False)
    replies(watched_by(ada))
    with later(minutes=11):
        assert deliver(ada) == 1


def test_replies_in_one_thread_go_in_one_letter_and_those_of_others_do_not(app: Flask) -> None:
    ada = make_person("ada")
    thread, other = watched_by(ada), watched_by(ada)
    replies(thread)
    with later(minutes=8):
        replies(thread, 2)
        replies(other)
    with later(minutes=11):
        assert deliver(ada) == 1
    assert states_of(ada) == ["sent", "sent", "sent", "due"]
    first, *others, _ = letters_of(ada)
    assert {each.parent_id for each in others} == {first.id}
    with later(minutes=30):
        assert deliver(ada) == 1


def test_those_that_are_due_together_go_together_too(app: Flask) -> None:
    ada = make_person("ada")
    replies(watched_by(ada), 3)
    with later(minutes=11):
        assert deliver(ada) == 1
    assert states_of(ada) == ["sent"] * 3


def test_a_part_that_was_read_does_not_take_the_others_with_it(app: Flask) -> None:
    ada = make_person("ada")
    replies(watched_by(ada), 3)
    first = letters_of(ada)[0]
    with later(minutes=1):
        moment = clock.now()
    db.session.execute(sa.update(Notice).where(Notice.id == first.notice_id).values(read_at=moment))
    db.session.commit()
    with later(minutes=11):
        assert deliver(ada) == 1
    assert sorted(states_of(ada)) == ["sent", "sent", "suppressed"]


def test_what_goes_with_a_letter_that_is_put_off_waits_for_it_and_goes_alone_without_it(app: Flask) -> None:
    ada, settings = make_person("ada"), app.config["RONDO"]
    replies(watched_by(ada), 2)
    app.config["RONDO"] = settings.model_copy(update={"mail_url": "smtp://127.0.0.1:1"})
    try:
        with later(minutes=11):
            while states_of(ada)[0] == "due":
                deliver(ada)
    finally:
        app.config["RONDO"] = settings
    first, second = letters_of(ada)
    assert (first.state, second.state, second.parent_id) == ("deferred", "due", first.id)
    with later(minutes=11):
        assert deliver(ada) == 0, "it is no letter of its own"
    db.session.execute(sa.update(Notice).where(Notice.id == first.notice_id).values(read_at=clock.now()))
    db.session.commit()
    with later(minutes=30):
        assert deliver(ada) == 1
    assert [(each.state, each.parent_id) for each in letters_of(ada)] == [("suppressed", None), ("sent", None)]


def test_word_about_what_one_asked_for_does_not_wait(app: Flask) -> None:
    idea, asker = make_idea(), contact()
    vote(idea, asker)
    decide(idea, "shipped")
    work()
    assert deliver(asker) == 1
    assert set(db.session.scalars(sa.select(Debt.state))) == {"told"}


def test_word_about_what_one_asked_for_goes_though_it_was_read_meanwhile(app: Flask) -> None:
    ada, idea = make_person("ada"), make_idea()
    vote(idea, ada)
    decide(idea, "shipped")
    work()
    read_all(ada)
    assert deliver(ada) == 1


def test_each_decision_on_an_idea_has_a_letter_of_its_own(app: Flask) -> None:
    idea, asker = make_idea(), contact()
    vote(idea, asker)
    decide(idea, "planned")
    decide(idea, "shipped")
    work()
    assert deliver(asker) == 2


def test_who_switched_mail_off_meanwhile_gets_none(app: Flask) -> None:
    ada = make_person("ada")
    replies(watched_by(ada))
    choose(ada, "replies", mail=False)
    with later(minutes=11):
        assert deliver(ada) == 0
    assert letters_of(ada)[0].answer == "not told any more: opted-out"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two letters a day are enough."""
    monkeypatch.setattr(holding, "MOST_A_DAY", 2)


@pytest.mark.usefixtures("few")
def test_the_count_begins_anew_at_the_midnight_of_the_reader(app: Flask) -> None:
    ada = make_person("ada", time_zone="Asia/Tokyo")
    evening = datetime(2026, 3, 2, 14, 40, tzinfo=UTC)
    with clock.standing(evening):
        for _ in range(3):
            replies(watched_by(ada))
    with clock.standing(evening.replace(minute=51)):
        assert deliver(ada) == 2
    assert states_of(ada) == ["sent", "sent", "held"]
    with clock.standing(evening.replace(minute=55)):
        replies(watched_by(ada))
    with clock.standing(evening.replace(hour=15, minute=6)):
        assert deliver(ada) == 1


@pytest.mark.usefixtures("few")
def test_what_would_go_together_waits_for_the_morning_together(app: Flask) -> None:
    ada, noon = make_person("ada", time_zone="UTC"), datetime(2026, 3, 2, 12, tzinfo=UTC)
    with clock.standing(noon):
        for number in (1, 1, 2):
            replies(watched_by(ada), number)
    with clock.standing(noon.replace(minute=11)):
        assert deliver(ada) == 2
    assert states_of(ada) == ["sent", "sent", "held", "held"]
    with clock.standing(datetime(2026, 3, 3, 8, 1, tzinfo=UTC)):
        assert deliver(ada) == 1
    *_, third, fourth, digest = letters_of(ada)
    assert third.parent_id == fourth.parent_id == digest.id
    assert states_of(ada) == ["sent"] * 5


@pytest.mark.usefixtures("few")
def test_what_goes_in_one_letter_counts_once_and_letters_about_the_account_do_not(app: Flask) -> None:
    ada = make_person("ada", time_zone="UTC")
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with clock.standing(noon):
        replies(watched_by(ada), 3)
    with clock.standing(noon.replace(minute=11)):
        write(lambda: send_letter("password", db.session.get_one(Person, ada.id)))
        assert deliver(ada) == 2
        replies(watched_by(ada))
        replies(watched_by(ada))
    with clock.standing(noon.replace(minute=22)):
        assert deliver(ada) == 1
    assert sorted(states_of(ada)) == ["held", *["sent"] * 5]


def test_letters_about_the_account_overtake_all_others(app: Flask) -> None:
    thread = make_thread()
    work()
    for _ in range(3):
        follow(make_person(), thread.id, "watch")
    replies(thread)
    ada = make_person("ada")
    with later(minutes=11):
        write(lambda: send_letter("password", db.session.get_one(Person, ada.id)))
        first, *others = sent(app)
    assert first["To"] == "ada@example.com"
    assert len(others) >= 3


def test_news_goes_to_the_address_that_they_have_now(app: Flask) -> None:
    ada = make_person("ada")
    replies(watched_by(ada))
    ada = db.session.get_one(Person, ada.id)
    ada.email = ada.email_key = "new@example.com"
    db.session.commit()
    with later(minutes=11):
        letters = [letter["To"] for letter in sent(app)]
    assert "new@example.com" in letters
    assert "ada@example.com" not in letters


def test_nothing_goes_where_letters_come_back_from_but_what_confirms_it(app: Flask) -> None:
    ada = make_person("ada")
    write(troubles.count, "ada@example.com", hard=True, answer="550 5.1.1 Nobody")
    replies(watched_by(ada))
    for kind in ("password", "confirm"):
        write(lambda kind=kind: send_letter(kind, db.session.get_one(Person, ada.id)))
    with later(minutes=11):
        assert deliver(ada) == 1
    rows = {row.kind: (row.state, row.answer) for row in letters_of(ada)}
    assert rows["notice"] == rows["password"] == ("suppressed", "letters to this address come back")
    assert rows["confirm"][0] == "sent"


def test_whose_address_was_of_no_use_before_it_was_theirs_is_told_so(app: Flask) -> None:
    write(troubles.count, "ada@example.com", hard=True, answer="550 5.1.1 Nobody")
    ada = make_person("ada")
    replies(watched_by(ada))
    with later(minutes=11):
        assert deliver(ada) == 0
    assert db.session.get_one(Person, ada.id, populate_existing=True).mail_stopped_at is not None
