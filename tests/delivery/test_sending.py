"""Letters on their way: sent, refused, put off, left behind by a worker that died."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, write
from portal.delivery import leasing, queue, recording, sending, troubles, writing
from portal.delivery.actions import forget_person, send_letter
from portal.delivery.leasing import Clock, Leased
from portal.delivery.models import Delivery
from portal.people.models import AccountToken, Person
from tests.delivery.conftest import MailServer
from tests.factories import make_person


@pytest.fixture
def posted(app: Flask, mail_server: MailServer) -> Iterator[MailServer]:
    """The application sends to the mail server of the test."""
    settings = app.config["RONDO"]
    app.config["RONDO"] = settings.model_copy(update={"mail_url": mail_server.url})
    yield mail_server
    app.config["RONDO"] = settings


def ask(person: Person, kind: str = "reset", **given: str) -> int:
    person_id = person.id
    letter = write(lambda: send_letter(kind, db.session.get_one(Person, person_id), **given))
    assert letter is not None
    return letter.id


def lease(clock: Clock | None = None) -> list[Leased]:
    return write(leasing.lease, clock or Clock(), 20)


def found(letter_id: int) -> Delivery:
    return db.session.get_one(Delivery, letter_id, populate_existing=True)


def later(letter_id: int, by: timedelta) -> None:
    """Make it later by moving what the letter waits for."""
    letter = found(letter_id)
    letter.due_at -= by
    letter.created_at -= by
    letter.tried_at = letter.tried_at and letter.tried_at - by
    letter.lease_until = letter.lease_until and letter.lease_until - by
    db.session.commit()


def test_a_letter_is_sent_once(posted: MailServer) -> None:
    letter_id = ask(make_person("ada"))
    assert sending.deliver_due() == 1
    assert sending.deliver_due() == 0
    letter = found(letter_id)
    assert (letter.state, letter.attempts, letter.answer) == ("sent", 1, "250 Taken")
    [message] = posted.taken
    assert message["To"] == "ada@example.com"
    assert message["From"] == "Rondo <noreply@localhost>"
    assert message["Message-ID"] == letter.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert posted.envelopes[0].mail_from == "noreply@localhost"


def test_a_refused_letter_fails_with_the_words_of_the_server(posted: MailServer) -> None:
    posted.to_recipient = "550 5.1.1 No such person here"
    refused = ask(make_person("ada"))
    sending.deliver_due()
    assert (found(refused).state, found(refused).answer) == ("failed", "550 5.1.1 No such person here")
    assert troubles.suppressed("ada@example.com")
    later(refused, timedelta(days=1))
    posted.to_recipient = "250 OK"
    assert sending.deliver_due() == 0


def test_a_letter_refused_for_what_it_says_fails_and_the_next_one_goes(posted: MailServer) -> None:
    posted.to_letter = "554 5.7.1 Looks like spam"
    first = ask(make_person("ada"))
    assert sending.deliver_due() == 0
    posted.to_letter = "250 Taken"
    second = ask(make_person("bob"))
    assert sending.deliver_due() == 1
    assert [found(each).state for each in (first, second)] == ["failed", "sent"]


def test_what_did_not_work_this_time_is_tried_again_later_each_time(posted: MailServer) -> None:
    posted.to_letter = "451 4.3.0 Try again"
    letter_id = ask(make_person("ada"))
    sending.deliver_due()
    letter = found(letter_id)
    assert (letter.state, letter.answer) == ("deferred", "451 4.3.0 Try again")
    assert 40 < (letter.due_at - clock.now()).total_seconds() < 80
    assert sending.deliver_due() == 0
    assert found(letter_id).attempts == 1
    later(letter_id, timedelta(minutes=2))
    posted.to_letter = "250 Taken"
    assert sending.deliver_due() == 1
    assert found(letter_id).attempts == 2


def test_a_server_that_hangs_up_is_tried_again(posted: MailServer) -> None:
    posted.drops = True
    letter_id = ask(make_person("ada"))
    sending.deliver_due()
    assert found(letter_id).state == "deferred"
    assert "hung up" in found(letter_id).answer


def test_a_server_that_is_not_there_puts_off_one_letter_not_all(app: Flask) -> None:
    settings = app.config["RONDO"]
    app.config["RONDO"] = settings.model_copy(update={"mail_url": "smtp://127.0.0.1:1"})
    try:
        letters = [ask(make_person()) for _ in range(3)]
        sending.deliver_due()
    finally:
        app.config["RONDO"] = settings
    assert [found(each).state for each in letters] == ["deferred", "due", "due"]
    assert found(letters[0]).answer.startswith("127.0.0.1:1: ")


def test_pauses_grow_and_end_somewhere() -> None:
    pauses = [sending.pause(attempt) for attempt in range(1, 40)]
    assert timedelta(seconds=45) <= pauses[0] <= timedelta(seconds=75)
    assert timedelta(minutes=6) <= pauses[3] <= timedelta(minutes=10)
    assert max(pauses) <= timedelta(hours=5)
    assert len(set(pauses[-10:])) == 10


def test_it_is_given_up_in_the_end(posted: MailServer) -> None:
    posted.to_letter = "451 4.3.0 Try again"
    letter_id = ask(make_person("ada"))
    sending.deliver_due()
    later(letter_id, timedelta(hours=47))
    sending.deliver_due()
    assert found(letter_id).state == "deferred"
    later(letter_id, timedelta(hours=2))
    sending.deliver_due()
    assert found(letter_id).state == "failed"
    assert "given up after 3 attempts: 451" in found(letter_id).answer


def test_a_letter_left_behind_goes_again_with_the_same_id(posted: MailServer) -> None:
    """The worker died between the server's answer and the record of it."""
    letter_id = ask(make_person("ada"))
    assert lease() == [Leased(letter_id, 1)]
    assert sending.deliver_due() == 0
    later(letter_id, sending.LEASE + timedelta(seconds=1))
    assert sending.deliver_due() == 1
    assert posted.taken[0]["Message-ID"] == found(letter_id).message_id
    assert found(letter_id).attempts == 2


def test_a_worker_whose_lease_ran_out_changes_nothing(posted: MailServer) -> None:
    letter_id = ask(make_person("ada"))
    [first] = lease()
    later(letter_id, sending.LEASE + timedelta(seconds=1))
    assert lease() == [Leased(letter_id, 2)]
    assert write(writing.written, [first]) == []
    write(recording.record, first, recording.Outcome("failed", "late"))
    write(recording.sent, first, "250 late", owing=(), parts=False)
    write(recording.refused, first, "550 5.1.1 late", hard=True)
    assert found(letter_id).state == "leased"
    assert not troubles.suppressed("ada@example.com")


def test_what_was_leased_and_not_begun_is_as_it_was_before(app: Flask) -> None:
    """How often and since when it was tried says when it is given up."""
    letter_id, began = ask(make_person("ada")), clock.now()

    def state() -> tuple[object, ...]:
        letter = found(letter_id)
        return letter.state, letter.attempts, letter.tried_at, letter.lease_until

    [first] = lease()
    write(leasing.give_back, [first])
    assert state() == ("due", 0, None, None)
    letter = found(letter_id)
    letter.state, letter.attempts, letter.tried_at = "deferred", 1, began - timedelta(hours=1)
    db.session.commit()
    before, [second] = state(), lease()
    write(leasing.give_back, [first])
    assert found(letter_id).state == "leased", "another worker is at it by now"
    write(leasing.give_back, [second])
    assert state() == before


def test_a_letter_does_not_wait_for_hours_because_nobody_could_be_reached(app: Flask) -> None:
    waits: dict[bool, timedelta] = {}
    for nobody in (True, False):
        letter = found(ask(make_person()))
        letter.state, letter.attempts, letter.lease_until, letter.tried_at = "leased", 9, clock.now(), clock.now()
        db.session.commit()
        write(recording.put_off, Leased(letter.id, 9), "no route to host", nobody=nobody)
        waits[nobody] = found(letter.id).due_at - clock.now()
    assert waits[True] <= timedelta(minutes=10) < timedelta(hours=2) < waits[False]


def test_a_letter_that_cannot_be_written_does_not_keep_the_others_waiting(posted: MailServer) -> None:
    broken = ask(make_person("ada"), kind="no-such-template")
    good = ask(make_person("bob"))
    assert sending.deliver_due() == 1
    assert [found(each).state for each in (broken, good)] == ["deferred", "sent"]


def test_someone_erased_gets_nothing_and_no_row_knows_their_address(posted: MailServer) -> None:
    ada = make_person("ada")
    person_id, letter_ids = ada.id, [ask(ada)]
    if typed := write(send_letter, "reset", None, address="ada@example.com"):
        letter_ids.append(typed.id)
    write(lambda: forget_person(db.session.get_one(Person, person_id)))
    assert sending.deliver_due() == 0
    assert [(found(each).state, found(each).address) for each in letter_ids] == [("suppressed", "")] * 2


def test_a_letter_to_an_address_that_was_changed_meanwhile_is_not_sent(posted: MailServer) -> None:
    ada = make_person("ada")
    letter_id = ask(ada)
    ada.email = "other@example.com"
    db.session.commit()
    assert sending.deliver_due() == 0
    assert found(letter_id).state == "suppressed"
    assert db.session.scalar(sa.select(AccountToken.id)) is None


def test_someone_without_an_address_gets_no_letter(app: Flask) -> None:
    person_id = make_person("ada", email=None, email_key=None, email_confirmed_at=None).id
    assert write(lambda: send_letter("reset", db.session.get_one(Person, person_id))) is None


def test_two_workers_send_each_letter_once(own_app: Flask, mail_server: MailServer) -> None:
    own_app.config["RONDO"] = own_app.config["RONDO"].model_copy(update={"mail_url": mail_server.url})
    with own_app.app_context():
        for _ in range(12):
            ask(make_person())

    def work() -> None:
        with own_app.app_context():
            sending.deliver_due()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    ids = [message["Message-ID"] for message in mail_server.taken]
    assert len(ids) == len(set(ids)) == 12
    with own_app.app_context():
        assert set(db.session.scalars(sa.select(Delivery.state))) == {"sent"}


def test_a_commit_rings_and_a_rollback_does_not(app: Flask) -> None:
    queue.rung()
    person_id = make_person("ada").id

    def half() -> None:
        send_letter("reset", db.session.get_one(Person, person_id))
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        write(half)
    assert queue.rung() is False
    write(lambda: send_letter("reset", db.session.get_one(Person, person_id)))
    assert queue.rung() is True
    assert queue.rung() is False


def test_a_bell_that_does_not_work_breaks_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> queue.Bell:
        raise ConnectionError("no redis")

    monkeypatch.setattr(queue, "bell", broken)
    assert found(ask(make_person("ada"))).state == "due"
