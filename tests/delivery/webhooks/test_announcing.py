"""What hooks hear of announcements, and of the outcomes that these record."""

from typing import Any

import pytest

from portal.announcements import actions as announcements
from portal.core.db import write
from portal.delivery.models import Hook
from portal.delivery.webhooks import running
from portal.ideas import actions as ideas
from portal.notices.telling import steps
from portal.people.viewer import Viewer
from tests.delivery.webhooks.conftest import Passing
from tests.delivery.webhooks.kept import states
from tests.delivery.webhooks.receiver import Receiver
from tests.factories import make_category, make_idea

pytestmark = pytest.mark.usefixtures("calls_here")


def publish(manager: Viewer, *items: announcements.ItemTyped, **given: Any) -> int:
    written = announcements.Written(title="Version 4", body="All is *new*.", items=items, **given)
    made = write(announcements.draft, manager, written)
    write(announcements.publish, manager, made)
    return made


def item(idea: Any, outcome: str = "shipped", note: str = "Now in colour.") -> announcements.ItemTyped:
    return announcements.ItemTyped(idea=idea.thread_id, outcome=outcome, note=note)


def test_an_announcement_and_the_outcomes_that_it_recorded(
    hook: Hook, receiver: Receiver, manager: Viewer, passing: Passing
) -> None:
    public = make_idea(title="Colour")
    inner = make_idea(manager, title="Secret plan", category=make_category(visibility="staff"))
    publish(manager, item(public), item(inner))
    running.deliver_due()
    assert "announcement.published" not in receiver.kinds
    passing(121)
    steps.tell_due()
    running.deliver_due()
    told = {got.json["type"]: got for got in receiver.got}
    announced = told["announcement.published"].json["data"]
    assert announced["announcement"]["title"] == "Version 4"
    assert [each["idea"]["title"] for each in announced["items"]] == ["Colour"]
    assert announced["items"][0]["note"] == "Now in colour."
    assert told["idea.outcome"].json["data"]["outcome"]["status"] == "shipped"
    figures = told["loop.told"].json["data"]
    assert figures["thread"]["title"] == "Version 4"
    assert (figures["owed"], figures["told"], figures["undeliverable"], figures["pending"]) == (1, 1, 0, 0)
    assert all(b"Secret plan" not in got.body for got in receiver.got)


def test_an_announcement_that_was_undone_is_never_told(
    hook: Hook, receiver: Receiver, manager: Viewer, passing: Passing
) -> None:
    made = publish(manager)
    write(announcements.undo, manager, made)
    passing(121)
    running.deliver_due()
    assert receiver.got == []
    assert states() == [("announcement.published", "suppressed")]


def test_one_that_was_undone_and_published_again_is_told_once(
    hook: Hook, receiver: Receiver, manager: Viewer, passing: Passing
) -> None:
    made = publish(manager)
    write(announcements.undo, manager, made)
    write(announcements.publish, manager, made)
    passing(121)
    running.deliver_due()
    assert receiver.kinds == ["announcement.published"]
    assert sorted(states()) == [("announcement.published", "sent"), ("announcement.published", "suppressed")]


def test_what_it_only_names_is_no_news_of_the_idea_nor_other_words_of_who_was_told(
    hook: Hook, receiver: Receiver, manager: Viewer, passing: Passing
) -> None:
    """Neither when it is published nor when it is withdrawn: what had shipped before has."""
    before, with_it = make_idea(title="Before"), make_idea(title="With it")
    write(ideas.decide, manager, before.thread_id, status="shipped", tell="with-announcement")
    made = publish(manager, item(before), item(with_it))
    passing(121)
    steps.tell_due()
    write(announcements.correct, manager, made, said="A word.", title="Version 4", body="All is *good*.", revision=1)
    steps.tell_due()
    running.deliver_due()
    assert states(kind="loop.told") == [("loop.told", "sent")]
    write(announcements.withdraw, manager, made, reason="Too soon.")
    steps.tell_due()
    running.deliver_due()
    told = [got.json["data"] for got in receiver.got if got.json["type"] == "idea.outcome"]
    said = [(each["idea"]["title"], each["outcome"] and each["outcome"]["status"]) for each in told]
    assert said == [("Before", "shipped"), ("With it", "shipped"), ("With it", None)]
