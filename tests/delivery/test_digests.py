"""Digests: when they leave, what is in them, and what happens when someone changes their mind."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid
from portal.delivery import digests, holding
from portal.delivery.actions import send_letter
from portal.delivery.holding import next_morning
from portal.delivery.models import MailChoice
from portal.loop.models import Debt
from portal.notices.models import Notice
from portal.people.actions.profile import update_reading
from portal.people.models import Person
from portal.people.viewer import VISITOR
from portal.threads.models import Thread
from tests.delivery.waiting import deliver, later, letters_of, replies, states_of, watched_by
from tests.factories import make_category, make_idea, make_person, viewer_of
from tests.loop.told import assert_accounts_balance, choose, contact, decide, follow, vote, work
from tests.loop.told import states_of as owed_to

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "after", "every", "expected"),
    [
        ("UTC", "2026-03-02T07:59", "daily", "2026-03-02T08:00"),
        ("UTC", "2026-03-02T08:00", "daily", "2026-03-03T08:00"),
        ("UTC", "2026-03-02T08:00", "weekly", "2026-03-09T08:00"),
        ("UTC", "2026-03-01T23:00", "weekly", "2026-03-02T08:00"),
        ("Europe/Berlin", "2026-03-27T12:00", "daily", "2026-03-28T07:00"),
        ("Europe/Berlin", "2026-03-28T12:00", "daily", "2026-03-29T06:00"),
        ("Europe/Berlin", "2026-10-24T12:00", "daily", "2026-10-25T07:00"),
        ("Pacific/Auckland", "2026-03-01T18:00", "weekly", "2026-03-01T19:00"),
        ("America/New_York", "2026-03-07T12:59", "daily", "2026-03-07T13:00"),
        ("America/New_York", "2026-03-07T13:00", "daily", "2026-03-08T12:00"),
        ("No/Such", "2026-03-02T07:59", "daily", "2026-03-02T08:00"),
    ],
)
def test_mornings_are_those_of_the_reader(zone: str, after: str, every: str, expected: str) -> None:
    """Also where the clock is set for summer or winter."""
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert next_morning(zone, moment, every) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def often(person: Person, every: str) -> None:
    viewer = viewer_of(person)
    write(digests.choose_often, viewer, every)


def settle(person: Person, zone: str) -> None:
    """They choose the time zone of another place."""
    chosen = {"language": "en", "time_zone": zone, "colour_scheme": "auto", "rows_per_list": 30}
    write(update_reading, viewer_of(person), **chosen)


def test_what_is_held_becomes_one_letter_in_the_morning(app: Flask) -> None:
    ada, idea = make_person("ada"), make_idea()
    vote(idea, ada)
    with clock.standing(MONDAY + timedelta(hours=9)):
        often(ada, "daily")
        replies(watched_by(ada), 2)
        decide(idea, "shipped")
        work()
        deliver(ada)
    assert states_of(ada) == ["held"] * 3
    with clock.standing(MONDAY + timedelta(days=1, hours=8, minutes=1)):
        deliver(ada)
    *parts, digest = letters_of(ada)
    assert (digest.kind, digest.state, digest.attempts) == ("digest", "sent", 1)
    assert {(each.state, each.parent_id) for each in parts} == {("sent", digest.id)}
    assert next_at(ada) == MONDAY + timedelta(days=2, hours=8)


def test_there_is_none_when_there_is_nothing_to_say(app: Flask) -> None:
    ada = make_person("ada")
    with clock.standing(MONDAY):
        often(ada, "weekly")
    assert next_at(ada) == MONDAY + timedelta(hours=8)
    with clock.standing(MONDAY + timedelta(hours=9)):
        deliver(ada)
    assert letters_of(ada) == []
    assert next_at(ada) == MONDAY + timedelta(days=7, hours=8)


def test_what_may_not_be_told_any_more_is_dropped_with_its_cause(app: Flask) -> None:
    ada = make_person("ada")
    with clock.standing(MONDAY + timedelta(hours=9)):
        often(ada, "daily")
        stays, muted, read, hidden = (watched_by(ada) for _ in range(4))
        for thread in (stays, muted, read, hidden):
            replies(thread)
    follow(ada, muted.id, "mute")
    notices = sa.update(Notice).where(Notice.person_id == ada.id, Notice.thread_id == read.id)
    db.session.execute(notices.values(read_at=MONDAY + timedelta(hours=10)))
    db.session.execute(
        sa.update(Thread).where(Thread.id == hidden.id).values(category_id=make_category(visibility="staff").id)
    )
    db.session.commit()
    with clock.standing(MONDAY + timedelta(days=1, hours=9)):
        assert deliver(ada) == 1
    told = {letter.answer: letter.state for letter in letters_of(ada)[:-1]}
    assert told.pop("not told any more: muted") == "suppressed"
    assert told.pop("it was read meanwhile") == "suppressed"
    assert told.pop("not told any more: no-access") == "suppressed"
    assert list(told.values()) == ["sent"]


def test_nothing_left_means_no_letter_and_the_ledger_says_why(app: Flask) -> None:
    ada, idea = make_person("ada"), make_idea()
    vote(idea, ada)
    with clock.standing(MONDAY + timedelta(hours=9)):
        often(ada, "daily")
        decide(idea, "shipped")
        work()
    debt = sa.update(Debt).where(Debt.person_id == ada.id)
    db.session.execute(debt.values(state="pending", told_at=None))
    follow(ada, idea.thread_id, "mute")
    with clock.standing(MONDAY + timedelta(days=1, hours=9)):
        deliver(ada)
    assert states_of(ada) == ["suppressed", "suppressed"]
    owed = db.session.scalars(sa.select(Debt).where(Debt.person_id == ada.id)).one()
    assert (owed.state, owed.cause) == ("undeliverable", "muted")
    assert_accounts_balance()


def test_what_a_digest_leaves_out_was_not_told_by_it(app: Flask) -> None:
    """Staff see what was hidden, and get no letter about it all the same."""
    agent, gone, stays = make_person(role="agent"), make_idea(), make_idea()
    choose(agent, "requested", inbox=False)
    for idea in (gone, stays):
        vote(idea, agent)
    with clock.standing(MONDAY + timedelta(hours=9)):
        often(agent, "daily")
        outcomes = [decide(idea, "shipped") for idea in (gone, stays)]
        work()
    thread = db.session.get_one(Thread, gone.thread_id)
    thread.hidden_event_id = outcomes[0].event_id
    db.session.commit()
    with clock.standing(MONDAY + timedelta(days=1, hours=9)):
        assert deliver(agent) == 1
    assert [owed_to(outcome)[agent.id] for outcome in outcomes] == ["no-access", "told"]
    assert states_of(agent) == ["suppressed", "sent", "sent"]


def test_who_wants_each_again_gets_what_is_held(app: Flask) -> None:
    ada = make_person("ada")
    often(ada, "weekly")
    replies(watched_by(ada))
    replies(watched_by(ada))
    often(ada, "each")
    assert states_of(ada) == ["due", "due"]
    assert deliver(ada) == 2
    assert next_at(ada) is None


def test_who_moved_gets_it_in_the_morning_there(app: Flask) -> None:
    ada = make_person("ada", time_zone="Europe/Berlin")
    with clock.standing(MONDAY + timedelta(hours=9)):
        often(ada, "daily")
        replies(watched_by(ada))
        settle(ada, "America/New_York")
    with clock.standing(MONDAY + timedelta(days=1, hours=7, minutes=1)):
        assert deliver(ada) == 0, "it is night there"
    with clock.standing(MONDAY + timedelta(days=1, hours=13, minutes=1)):
        assert deliver(ada) == 1


@pytest.mark.parametrize(
    ("every", "planned"),
    [("daily", MONDAY + timedelta(days=1, hours=7)), ("weekly", MONDAY + timedelta(days=7, hours=7))],
)
def test_who_moved_to_where_the_morning_comes_earlier_has_it_no_later(
    app: Flask, every: str, planned: datetime
) -> None:
    ada = make_person("ada", time_zone="America/New_York")
    with clock.standing(MONDAY + timedelta(hours=15)):
        often(ada, every)
        settle(ada, "Europe/Berlin")
    assert next_at(ada) == planned


def test_who_moves_on_the_morning_of_the_week_does_not_wait_for_another_week(app: Flask) -> None:
    ada = make_person("ada", time_zone="America/New_York")
    with clock.standing(MONDAY - timedelta(days=1)):
        often(ada, "weekly")
    with clock.standing(MONDAY + timedelta(hours=10)):
        settle(ada, "Europe/Berlin")
    assert next_at(ada) == MONDAY + timedelta(days=1, hours=7)


def test_a_digest_that_is_put_off_takes_nothing_with_it_twice(app: Flask) -> None:
    """What comes in between waits for the next."""
    ada = make_person("ada")
    with clock.standing(MONDAY + timedelta(hours=9)):
        often(ada, "daily")
        replies(watched_by(ada))
    settings = app.config["RONDO"]
    app.config["RONDO"] = settings.model_copy(update={"mail_url": "smtp://127.0.0.1:1"})
    morning = MONDAY + timedelta(days=1, hours=9)
    try:
        with clock.standing(morning):
            while "due" in states_of(ada) or len(states_of(ada)) == 1:
                deliver(ada)
            replies(watched_by(ada))
    finally:
        app.config["RONDO"] = settings
    assert states_of(ada) == ["held", "deferred", "held"]
    with clock.standing(morning):
        often(ada, "each")
    assert states_of(ada) == ["held", "deferred", "due"], "what the digest took along stays in it"
    with clock.standing(morning + timedelta(minutes=20)):
        assert deliver(ada) == 2
    assert states_of(ada) == ["sent", "sent", "sent"]


def test_it_is_chosen_for_oneself_and_from_what_there_is(app: Flask) -> None:
    with pytest.raises(Forbidden):
        write(digests.choose_often, VISITOR, "daily")
    with pytest.raises(Invalid):
        often(make_person(), "hourly")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two letters a day are enough."""
    monkeypatch.setattr(holding, "MOST_A_DAY", 2)


@pytest.mark.usefixtures("few")
def test_more_than_enough_for_a_day_goes_in_one_letter_next_morning(app: Flask) -> None:
    ada = make_person("ada", time_zone="America/New_York")
    noon = datetime(2026, 3, 2, 17, tzinfo=UTC)
    with clock.standing(noon):
        for _ in range(5):
            replies(watched_by(ada))
    with clock.standing(noon.replace(minute=20)):
        assert deliver(ada) == 2
        write(lambda: send_letter("password", db.session.get_one(Person, ada.id)))
        assert deliver(ada) == 1, "letters about the account do not count"
    assert states_of(ada) == ["sent", "sent", "held", "held", "held", "sent"]
    assert db.session.get_one(MailChoice, ada.id).next_at == datetime(2026, 3, 3, 13, tzinfo=UTC)
    with clock.standing(datetime(2026, 3, 3, 12, 59, tzinfo=UTC)):
        assert deliver(ada) == 0
    with clock.standing(datetime(2026, 3, 3, 13, 1, tzinfo=UTC)):
        assert deliver(ada) == 1
    *_, digest = letters_of(ada)
    assert (digest.kind, digest.state) == ("digest", "sent")
    assert [each.state for each in letters_of(ada) if each.parent_id == digest.id] == ["sent"] * 3
    choice = db.session.get_one(MailChoice, ada.id, populate_existing=True)
    assert (choice.every, choice.next_at) == ("each", None)


@pytest.mark.usefixtures("few")
def test_what_a_contact_asked_for_is_told_however_much_it_is(app: Flask) -> None:
    """Nothing but letters reaches them."""
    asker, ideas = contact(), [make_idea() for _ in range(4)]
    for idea in ideas:
        vote(idea, asker)
        decide(idea, "shipped")
    work()
    deliver(asker)
    assert states_of(asker) == ["sent", "sent", "held", "held"]
    assert_accounts_balance()
    with later(days=1, minutes=1):
        deliver(asker)
    owed = sa.select(Debt.state).where(Debt.person_id == asker.id)
    assert list(db.session.scalars(owed)) == ["told"] * 4
    assert_accounts_balance()


def next_at(person: Person) -> datetime | None:
    return db.session.get_one(MailChoice, person.id, populate_existing=True).next_at
