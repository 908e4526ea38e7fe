"""docs/webhooks.md shows one message of each kind: its fields are those of what is sent."""

import json
import re
from typing import Any

import pytest
from flask import Flask

from portal.announcements import actions as announcements
from portal.core import clock
from portal.core.clock import now
from portal.core.db import write
from portal.delivery.webhooks import running
from portal.delivery.webhooks.kinds import KINDS, VERSION
from portal.delivery.webhooks.sending import PAUSES
from portal.events.actions import record
from portal.ideas import actions as ideas
from portal.notices.telling import steps
from portal.questions import actions as questions
from tests.delivery.webhooks.receiver import Receiver
from tests.factories import (
    make_category,
    make_confirmation,
    make_debt,
    make_hook,
    make_idea,
    make_outcome,
    make_person,
    make_reply,
    make_thread,
    viewer_of,
)
from tests.loop.told import contact, vote
from tests.test_docs import ROOT

TEXT = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^### `([a-z.]+)`\n.*?^```json\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL))


def everything_that_happens() -> None:
    manager, ada = viewer_of(make_person("mia", role="manager")), viewer_of(make_person("ada"))
    category = make_category("Printing")
    question = make_thread(ada, category=category, title="How do I print a label?", tags=["labels"])
    reply = make_reply(question, manager)
    write(questions.set_accepted, ada, reply.id, on=True)
    wished, other, third = (
        make_idea(ada, category=category, title=title, tags=["labels"]) for title in ("Colour", "Colours", "Shapes")
    )
    vote(wished, contact(None))
    write(ideas.decide, manager, wished.thread_id, status="planned", reason="Soon.")
    write(ideas.merge, manager, other.thread_id, into=wished.thread_id, reason="The same.")
    item = announcements.ItemTyped(wished.thread_id, "shipped", note="It is there.")
    written = announcements.Written("Version 4", "New.", tags=("labels",), items=(item,))
    write(announcements.publish, manager, write(announcements.draft, manager, written))
    outcome = make_outcome(third)
    for _ in range(5):
        make_confirmation(make_debt(outcome))
    write(lambda: record("loop.answered", actor_id=None, thread_id=third.thread_id))


@pytest.fixture
def sent(calls_here: Flask, receiver: Receiver) -> dict[str, Any]:
    """One real message of each kind."""
    make_hook(receiver.url)
    began = now()
    with clock.standing(began):
        make_idea_voted()
        everything_that_happens()
    with clock.standing(clock.now() + running.timedelta(seconds=400)):
        steps.tell_due()
        running.deliver_due()
    return {got.json["type"]: got.json for got in receiver.got}


def make_idea_voted() -> None:
    idea = make_idea(tags=["labels"])
    write(ideas.set_vote, viewer_of(make_person()), idea.thread_id, on=True)


def shape(value: Any) -> Any:
    """The names of fields, without what stands in them."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else type(value).__name__


def same(said: Any, real: Any, at: str) -> None:
    """Fields are the same, in the same order; a null may stand for anything, and an object of counts names some."""
    if said is None or real is None:
        return
    assert type(said) is type(real), at
    if isinstance(said, dict):
        if not at.endswith((".causes",)):
            assert list(said) == list(real), at
        for name in said.keys() & real.keys():
            same(said[name], real[name], f"{at}.{name}")
    elif isinstance(said, list) and said and real:
        same(said[0], real[0], f"{at}[0]")


def test_every_kind_has_an_example_with_the_fields_that_are_sent(sent: dict[str, Any]) -> None:
    assert set(EXAMPLES) == {*KINDS, "ping"}
    assert set(sent) == set(KINDS)
    for kind in KINDS:
        said = json.loads(EXAMPLES[kind])
        same(said, sent[kind], kind)
        assert said["version"] == VERSION


def test_the_schedule_is_that_of_the_code() -> None:
    words = {5: "5 seconds", 60: "1 minute", 300: "5 minutes", 1800: "30 minutes", 7200: "2 hours", 18000: "5 hours"}
    words |= {28800: "8 hours"}
    said = ", ".join(words[int(each.total_seconds())] for each in PAUSES)
    assert said in " ".join(TEXT.split())
