"""Announcements: one notice each, whatever number of their ideas is in it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.announcements import actions
from portal.announcements.models import AnnouncementItem
from portal.core import clock
from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.models import Delivery
from portal.ideas.models import Outcome
from portal.loop.telling.settling import mark_told, why_not_sent
from portal.threads.models import Category, CategoryWatch, Mention, Post, Thread
from tests.announcements.making import drafted, manager
from tests.delivery.letters.scene import written
from tests.factories import make_category, make_idea, make_outcome, make_person
from tests.letters import text
from tests.loop.told import (
    announce,
    choose,
    contact,
    debt_of,
    decide,
    extend,
    follow,
    letters_to,
    notices_of,
    said_to,
    states_of,
    vote,
    withdraw,
    work,
)


@pytest.fixture
def news(app: Flask) -> Category:
    return make_category("Announcements")


def subscribe(person: object, category: Category) -> None:
    db.session.add(CategoryWatch(category_id=category.id, person_id=person.id, level="follow", at=now()))  # type: ignore[attr-defined]
    db.session.commit()


def test_several_of_my_ideas_make_one_notice_that_pays_all(news: Category) -> None:
    ada, ben, reader = make_person(), make_person(), make_person()
    first, second, third = make_idea(ada), make_idea(), make_idea()
    vote(second, ada, ben)
    subscribe(ada, news)
    subscribe(reader, news)
    outcomes = [make_outcome(each, "shipped", tell="with-announcement") for each in (first, second, third)]
    thread = announce(*outcomes, category=news)
    work()
    assert said_to(ada) == [("announcement", "author")]
    assert said_to(ben) == [("announcement", "voter")]
    assert said_to(reader) == [("announcement", "subscriber")], "the plain release note"
    paid = [debt_of(outcome, ada) for outcome in outcomes[:2]]
    assert {debt.notice_id for debt in paid if debt} == {notices_of(ada)[0].id}
    assert reader.id not in states_of(outcomes[0])
    assert notices_of(ada)[0].thread_id == thread.id


def test_who_was_told_before_is_owed_nothing_and_who_could_not_be_is(news: Category) -> None:
    ada, ben = make_person(), make_person()
    idea = make_idea(ada)
    vote(idea, ben)
    choose(ben, "requested", inbox=False, mail=False)
    outcome = decide(idea, "shipped")
    work()
    assert states_of(outcome)[ben.id] == "opted-out"
    choose(ben, "requested")
    announce(outcome, category=news)
    work()
    assert said_to(ada) == [("outcome", "author")], "not told again of what she knows"
    assert states_of(outcome)[ben.id] == "told"
    assert said_to(ben) == [("announcement", "voter")]


def test_what_i_asked_for_and_announcements_in_general_are_two_switches(news: Category) -> None:
    general, asked = make_person(), make_person()
    idea = make_idea()
    vote(idea, general, asked)
    subscribe(general, news)
    subscribe(asked, news)
    choose(general, "requested", inbox=False, mail=False)
    choose(asked, "announcements", inbox=False, mail=False)
    outcome = make_outcome(idea, "shipped", tell="with-announcement")
    announce(outcome, category=news)
    work()
    assert said_to(general) == [("announcement", "subscriber")]
    assert states_of(outcome)[general.id] == "opted-out", "the release note does not pay what they do not want to hear"
    assert said_to(asked) == [("announcement", "voter")]


def test_whom_its_text_mentions_hears_of_it_once_and_is_owed_nothing(news: Category) -> None:
    ada, ben, reader = make_person("ada"), make_person("ben"), make_person("reader")
    deaf, away = make_person("deaf"), make_person("away")
    idea = make_idea(ada)
    subscribe(reader, news)
    choose(deaf, "mentions", inbox=False, mail=False)
    thread = announce(make_outcome(idea, "shipped", tell="with-announcement"), category=news)
    post = db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
    db.session.add_all(Mention(post_id=post.id, person_id=each.id) for each in (ada, ben, reader, deaf, away))
    follow(away, thread.id, "mute")
    work()
    assert said_to(ada) == [("announcement", "author")]
    assert said_to(ben) == said_to(reader) == [("announcement", "mentioned")]
    assert len(letters_to(ben)) == 1
    assert said_to(deaf) == said_to(away) == []


def test_who_may_not_see_the_announcement_learns_nothing(news: Category) -> None:
    ben = make_person()
    idea = make_idea()
    vote(idea, ben)
    outcome = make_outcome(idea, "shipped", tell="with-announcement")
    announce(outcome, category=news, privacy="staff")
    work()
    assert states_of(outcome)[ben.id] == "no-access"
    assert said_to(ben) == []


def test_items_added_later_are_owed_and_tell_only_whom_they_concern(news: Category) -> None:
    ada, ben, reader = make_person(), make_person(), make_person()
    first, second = make_idea(ada), make_idea(ben)
    subscribe(reader, news)
    one, two = (make_outcome(each, "shipped", tell="with-announcement") for each in (first, second))
    thread = announce(one, category=news)
    work()
    extend(thread, two)
    work()
    assert said_to(ben) == [("announcement", "author")]
    assert len(said_to(ada)) == len(said_to(reader)) == 1


def test_corrections_go_to_exactly_those_who_had_been_told(news: Category) -> None:
    ada, reader, mailed, unsent = make_person(), make_person(), contact("a@example.com"), contact("b@example.com")
    idea, other = make_idea(ada), make_idea()
    vote(idea, mailed, unsent)
    subscribe(reader, news)
    outcome = make_outcome(idea, "shipped", tell="with-announcement")
    thread = announce(outcome, category=news)
    work()
    mark_told(notices_of(mailed)[0].id)
    db.session.commit()
    late = make_person()
    vote(other, late)
    withdraw(thread, "announcement.corrected")
    work()
    told = {each.id: [kind for kind, _ in said_to(each)] for each in (ada, reader, mailed, unsent, late)}
    assert told[ada.id] == told[reader.id] == told[mailed.id] == ["announcement", "corrected"]
    assert told[unsent.id] == ["announcement"]
    assert told[late.id] == []
    withdraw(thread)
    work()
    assert said_to(ada)[-1][0] == said_to(mailed)[-1][0] == "withdrawn"
    assert states_of(outcome)[unsent.id] == "withdrawn", "what was pending is owed no more"
    assert states_of(outcome)[mailed.id] == "told"
    assert notices_of(ada)[-1].data == {"said": "Not in this version after all."}
    assert len(letters_to(mailed)) == 3


def test_another_outcome_is_owed_to_all_and_told_once(app: Flask) -> None:
    ada, reader, off, boss = make_person(), make_person(), make_person(), manager()
    mailed, unsent = contact("a@example.com"), contact("b@example.com")
    idea = make_idea(ada)
    vote(idea, mailed, unsent, off)
    choose(off, "requested", inbox=False, mail=False)
    made = drafted(boss, (idea, "shipped"))
    subscribe(reader, db.session.get_one(Category, db.session.get_one(Thread, made).category_id))
    with clock.standing(now() - timedelta(days=1)):
        write(actions.publish, boss, made)
    work()
    mark_told(notices_of(mailed)[0].id)
    db.session.commit()
    item = db.session.scalars(select(AnnouncementItem)).one()
    again = {item.id: actions.Restated("Too dear.", outcome="declined")}
    write(actions.correct, boss, made, said="Too soon.", title="T", body="B", revision=1, items=again)
    work()
    told = {each.id: [kind for kind, _ in said_to(each)] for each in (ada, reader, mailed, unsent, off)}
    assert told[ada.id] == told[reader.id] == told[mailed.id] == ["announcement", "corrected"]
    assert told[unsent.id] == ["announcement", "announcement"], "the letter that had not left says nothing any more"
    assert told[off.id] == []
    newest = db.session.scalars(select(Outcome).order_by(Outcome.id.desc()).limit(1)).one()
    assert states_of(newest) == {ada.id: "told", mailed.id: "pending", unsent.id: "pending", off.id: "opted-out"}
    assert [why_not_sent(each) for each in notices_of(unsent)] == ["withdrawn", ""]
    assert "Too dear." in text(written(mailed, notices_of(mailed)[-1]))


def test_withdrawn_before_anyone_was_told_tells_nobody(news: Category) -> None:
    ada = make_person()
    outcome = make_outcome(make_idea(ada), "shipped", tell="with-announcement")
    thread = announce(outcome, category=news)
    withdraw(thread)
    work()
    assert said_to(ada) == []
    assert states_of(outcome) == {}
    assert db.session.scalar(db.select(db.func.count()).select_from(Delivery)) == 0


def test_asked_a_week_after_it_became_available(news: Category) -> None:
    ada = make_person()
    outcome = make_outcome(make_idea(ada), "shipped", tell="with-announcement")
    announce(outcome, category=news)
    day = now().date() + timedelta(days=30)
    db.session.execute(update(AnnouncementItem).values(available_on=day))
    db.session.commit()
    work()
    debt = debt_of(outcome, ada)
    assert debt is not None
    assert debt.ask_at is not None
    assert debt.ask_at.date() == day + timedelta(days=7)
