"""What is private changes nothing of what others find: neither hits nor their order, number, excerpts or guesses."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.db import db, write
from portal.people.viewer import VISITOR, Viewer
from portal.search import rebuilding
from portal.search.queries import candidates
from portal.search.queries.names import people, tags
from portal.search.queries.similar import similar, similar_to
from portal.search.queries.titles import titles
from portal.search.tending import Round
from portal.threads import actions
from portal.threads.models import Thread
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of
from tests.search.looking import counted, found

WORDS = ["ledger", "export", "boarding", "printer", "harbour", "ferry", "invoice", "backup"]
ASKED = (
    "ledger",
    "ledger export",
    '"ledger export"',
    "ledgre",
    "harbuor prnter",
    "board",
    "printer -ferry",
    "ledger order:new",
    "kind:question",
    "how does the backup of an invoice reach the harbour",
    "zeppelin",
    "zepelin",
    "ledger zeppelin",
)


def text_of(number: int) -> str:
    """Some of the words, in an order of their own."""
    chosen = [WORDS[(number * step + step) % len(WORDS)] for step in range(1, 2 + number % 5)]
    return " ".join(dict.fromkeys(chosen))


@pytest.fixture(params=["few", "all"])
def looks_at(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a large portal a search looks at some of the posts."""
    if request.param == "few":
        sizes = {"BUDGET": 6, "LOOKED_AT": 4, "IN_TITLES": 2, "MOST_IDS": 12, "LATELY": 8, "LATEST": 8}
        sizes |= {"OF_ONE": 4, "OF_ONE_IN_TITLES": 2, "A_PAGE": 2}
        for name, value in sizes.items():
            monkeypatch.setattr(candidates, name, value)


def everything(viewer: Viewer, threads: list[int]) -> list[object]:
    """All that a viewer can be told."""
    db.session.commit()
    seen: list[object] = [found(text, viewer, page=page, limit=3) for text in ASKED for page in (1, 2)]
    seen += [titles(viewer, text) for text in ("led", "ledger", "ledger exp", "zep")]
    seen += [similar(viewer, title=text_of(number), body=text_of(number + 1)) for number in range(6)]
    seen += [similar_to(viewer, thread) for thread in threads]
    return [*seen, people(viewer, "person"), tags(viewer, "secret"), tags(viewer, "op")]


def make_private(number: int, hidden_by: Viewer) -> None:
    """Threads with the same words that most may not see, each in a way of its own, and posts that went."""
    agent, body = make_person(role="agent"), f"{text_of(number)} zeppelin " * (1 + number % 3)
    title = f"{text_of(number)} zeppelin"
    make_thread(agent, title=title, body=body, category=make_category(visibility="staff"), tags=["secret-tag"])
    make_thread(agent, title=title, body=body, privacy="staff")
    gone = make_thread(agent, title=title, body=body)
    write(actions.set_hidden, hidden_by, gone.id, on=True, reason="Spam")
    deleted = make_thread(agent, title=title, body=body)
    write(actions.delete_thread, hidden_by, deleted.id, reason="Spam")
    public = db.session.scalars(select(Thread).filter_by(privacy="none").order_by(Thread.id)).first()
    assert public is not None
    reply = make_reply(public, agent, body=body)
    write(actions.hide_post, hidden_by, reply.id, on=True, reason="Spam")


def test_private_content_changes_nothing_for_others(app: Flask, looks_at: None) -> None:
    moderator, member = viewer_of(make_person(role="moderator")), viewer_of(make_person())
    made = [make_thread(title=f"{text_of(n)} {n}", body=text_of(n + 3), tags=["open"]) for n in range(8)]
    for thread in made[::2]:
        make_reply(thread, body=text_of(thread.id))
    ids = [thread.id for thread in made]
    counted()
    before = [everything(viewer, ids) for viewer in (VISITOR, member)]
    assert any(one.hits for one in before[0][: len(ASKED) * 2])  # type: ignore[attr-defined]
    names = people(VISITOR, "person")
    for number in range(5):
        make_private(number, moderator)
    counted()
    Round()()
    for _ in range(2):
        for viewer, was in zip((VISITOR, member), before, strict=True):
            now = everything(viewer, ids)
            assert [one for one in now if one != names] == [one for one in was if one != names]
        rebuilding.rebuild()
    assert found("zeppelin", moderator).count > 5
