"""Before publishing: how many will be told, how many not and why. What is promised is what then happens."""

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.loop.queries.forecast import forecast, recipients
from portal.people.viewer import Viewer
from portal.threads.models import CategoryWatch, Thread
from tests.factories import make_category, make_idea, make_outcome, make_person, viewer_of
from tests.loop.told import announce, choose, contact, decide, follow, said_to, states_of, vote, work


def draft() -> Thread:
    category = make_category()
    return Thread(id=0, kind="announcement", category_id=category.id, category=category, privacy="none", title="4")


def test_what_is_promised_is_what_happens(app: Flask) -> None:
    ada, ben, off, gone, entered, unreached = (make_person(n) for n in ("ada", "ben", "off", "gone", "e1", "e2"))
    entered.kind = unreached.kind = "contact"
    unreached.email = None
    db.session.commit()
    first, second = make_idea(ada, title="Print in blue"), make_idea(ada)
    vote(first, ben, off, entered, unreached)
    vote(second, ben, gone)
    choose(off, "requested", inbox=False, mail=False)
    follow(gone, second.thread_id, "mute")
    manager = make_person(role="manager")
    seen, thread = viewer_of(manager), draft()
    items = [(first.thread_id, None), (second.thread_id, None)]
    found = forecast(seen, thread, items)
    assert found.told == 3, "ada, ben, and the contact with an address"
    assert {each.cause: each.count for each in found.causes} == {"opted-out": 1, "muted": 1, "no-address": 1}
    assert [each.people[0].name for each in found.causes if each.cause == "muted"] == ["Gone"]
    shown = recipients(seen, thread, items)
    assert shown[0].name == "Ada"
    assert shown[0].asked[0][1:] == ("Print in blue", "author")
    outcomes = [make_outcome(each, "shipped", tell="with-announcement") for each in (first, second)]
    announce(*outcomes, category=thread.category)
    work()
    told = [each for each in (ada, ben, off, gone, entered, unreached) if said_to(each)]
    assert told == [ada, ben, entered]


def test_who_was_told_is_not_told_again(app: Flask) -> None:
    ada, ben = make_person("ada"), make_person("ben")
    idea = make_idea(ada)
    vote(idea, ben)
    choose(ben, "requested", inbox=False, mail=False)
    outcome = decide(idea, "shipped")
    work()
    choose(ben, "requested")
    found = forecast(viewer_of(make_person(role="manager")), draft(), [(idea.thread_id, outcome.id)])
    assert (found.told, found.known) == (1, 1)
    assert states_of(outcome)[ben.id] == "opted-out"


def test_only_its_audience_is_told(app: Flask) -> None:
    idea = make_idea()
    thread = draft()
    thread.privacy = "staff"
    found = forecast(viewer_of(make_person(role="manager")), thread, [(idea.thread_id, None)])
    assert found.told == 0
    assert [each.cause for each in found.causes] == ["no-access"]
    assert forecast(viewer_of(make_person(role="manager")), draft(), []).told == 0


def test_who_only_follows_is_counted_by_what_they_follow(app: Flask) -> None:
    fan, both, reader, off = (make_person(name) for name in ("fan", "both", "reader", "off"))
    idea, other, thread = make_idea(), make_idea(), draft()
    for person in (fan, both, off):
        follow(person, idea.thread_id)
    follow(fan, other.thread_id)
    choose(off, "followed", inbox=False, mail=False)
    vote(other, both)
    for person in (fan, reader):
        db.session.add(CategoryWatch(category_id=thread.category_id, person_id=person.id, level="follow", at=now()))
    db.session.commit()
    items = [(idea.thread_id, None), (other.thread_id, None)]
    found = forecast(viewer_of(make_person(role="manager")), thread, items)
    assert (found.followers, found.subscribers) == (1, 1), "fan once, and who reads them all"
    announce(
        *(make_outcome(each, "shipped", tell="with-announcement") for each in (idea, other)), category=thread.category
    )
    work()
    assert [said_to(each) for each in (fan, both, reader, off)] == [
        [("announcement", "follower")],
        [("announcement", "voter")],
        [("announcement", "subscriber")],
        [],
    ]


def test_who_is_only_mentioned_is_counted(app: Flask) -> None:
    asked, follower, called, off = (make_person(name) for name in ("asked", "follower", "called", "off"))
    idea, thread, manager = make_idea(asked), draft(), make_person("manager", role="manager")
    follow(follower, idea.thread_id)
    choose(off, "mentions", inbox=False, mail=False)
    db.session.add(CategoryWatch(category_id=thread.category_id, person_id=called.id, level="follow", at=now()))
    db.session.commit()
    names = ("asked", "follower", "called", "off", "manager")
    found = forecast(viewer_of(manager), thread, [(idea.thread_id, None)], names)
    assert (found.told, found.called, found.followers, found.subscribers) == (1, 2, 0, 0)


def test_it_is_for_staff(app: Flask) -> None:
    with pytest.raises(NotFound):
        forecast(Viewer(id=1, role="member"), draft(), [])


def test_a_contact_counts_once(app: Flask) -> None:
    person = contact()
    ideas = [make_idea(), make_idea()]
    for idea in ideas:
        vote(idea, person)
    items = [(idea.thread_id, None) for idea in ideas]
    assert forecast(viewer_of(make_person(role="manager")), draft(), items).told == 3
