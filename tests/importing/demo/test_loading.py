"""The demonstration goes into an empty database, whole or not at all, and holds what holds for a real community."""

import json
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.announcements.models import Announcement
from portal.core import clock
from portal.core.db import Model, db, write
from portal.core.errors import Forbidden, Invalid
from portal.delivery.models import Delivery
from portal.events.models import Event
from portal.ideas.models import Idea, IdeaNote, IdeaQuestion, IdeaVote, Outcome
from portal.importing.demo import loading, people
from portal.importing.demo.drawings import DRAWINGS
from portal.importing.demo.reading import stories
from portal.loop.models import Confirmation, Debt, LoopReply
from portal.loop.queries.causes import CAUSES
from portal.notices.models import Notice
from portal.people.models import Person
from portal.questions.models import Acceptance, Question, SameQuestion, Verification
from portal.threads.models import Post, PostRevision, PostVote, Thread
from portal.uploads.models import Upload, UploadUse
from portal.web.demo import refuse_from_afar
from tests.factories import make_person
from tests.signing_in import csrf_of


def _many(table: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _everything() -> dict[str, list[tuple[Any, ...]]]:
    db.session.rollback()
    hidden = {"password_hash"}
    return {
        table.name: [
            tuple(value for name, value in row.items() if name not in hidden)
            for row in db.session.execute(sa.select(table).order_by(*table.primary_key)).mappings()
        ]
        for table in Model.metadata.sorted_tables
    }


def test_it_is_loaded_as_people_would_have_written_it(app: Flask, client: FlaskClient) -> None:
    threads = write(loading.load)
    # And the private conversations with those who wanted to be written to.
    talks = db.session.scalar(sa.select(sa.func.count(Confirmation.conversation_id)))
    assert (talks, threads + 2) == (2, _many(Thread))
    for table in (Acceptance, Verification, SameQuestion, PostRevision, PostVote):
        assert _many(table) > 0
    first, last = db.session.execute(sa.select(sa.func.min(Post.created_at), sa.func.max(Post.created_at))).one()
    assert timedelta(days=110) < clock.now() - first < timedelta(days=121)
    assert last < clock.now()
    # One letter: to a contact, who has no inbox.
    assert list(db.session.scalars(sa.select(Person.kind).join(Delivery))) == ["contact"]
    long = db.session.scalars(sa.select(Thread).order_by(Thread.replies.desc()).limit(1)).one()
    assert long.replies >= 60
    states = (Thread.pinned_event_id, Thread.closed_event_id, Thread.locked_event_id)
    assert all(db.session.scalar(sa.select(sa.func.count(state))) for state in states)
    solved_and_waiting = sa.select(sa.func.count()).select_from(Question).join(Thread, Thread.id == Question.thread_id)
    solved_and_waiting = solved_and_waiting.where(
        Thread.accepted_post_id.is_not(None), Question.waiting_since.is_not(None)
    )
    assert db.session.scalar(solved_and_waiting) == 0
    checked = app.test_cli_runner().invoke(args=["recount", "--check"])
    assert (checked.exit_code, checked.output) == (0, "Everything is as it should be.\n")
    quoting = db.session.scalars(sa.select(Post.html).where(Post.html.contains("quote-source"))).all()
    assert len(quoting) >= 4
    assert all('href="/posts/' in html for html in quoting)
    shown = db.session.scalars(sa.select(Upload.key).join(UploadUse, UploadUse.upload_id == Upload.id)).all()
    assert len(shown) == len(DRAWINGS) == _many(Upload)
    # In the language that it is written in, which need not be that of its author's pages.
    spoken = {(story.title, story.marks.get("language", "en")) for story in stories()}
    assert spoken <= {tuple(row) for row in db.session.execute(sa.select(Thread.title, Thread.language))}
    _check_ideas()
    _check_loops(app)
    page = client.get("/").text
    assert "Vandrel Community" in page
    assert "Staff room" not in page
    for slug, words in (("imprint", "Imprint"), ("privacy", "Privacy"), ("terms", "Terms")):
        assert f'<a href="/pages/{slug}" dir="auto">{words}</a>' in page
    assert client.get(long.path).status_code == 200


def _check_ideas() -> None:
    """Ideas in every state, and everyone who asked has heard, on the day on which it was decided."""
    found = Counter(db.session.scalars(sa.select(Idea.status)))
    assert found.keys() >= {"open", "under-review", "planned", "in-progress", "shipped", "deferred", "declined"}
    assert found.keys() >= {"already-possible", "duplicate"}
    assert found.total() == 25
    merged = sa.select(Idea.supporters).where(Idea.thread_id.in_(sa.select(Idea.merged_into_id)))
    assert min(db.session.scalars(merged)) > 2
    assert _many(IdeaVote) > 100
    untold = sa.select(sa.func.count()).where(
        Event.due_at < clock.now() - timedelta(minutes=5), Event.done_at.is_(None)
    )
    assert db.session.scalar(untold) == 0
    waited = sa.select(Debt.told_at, Outcome.at).join(Outcome, Outcome.id == Debt.outcome_id)
    told = db.session.execute(waited.where(Debt.told_at.is_not(None))).all()
    assert len(told) > 100
    assert {told_at is not None and told_at >= decided_at for told_at, decided_at in told} == {True}
    read = sa.select(sa.func.count()).where(Notice.read_at.is_not(None))
    assert (db.session.scalar(read) or 0) > 10


def _check_loops(app: Flask) -> None:
    """Something in every place where a loop shows: open ones of every cause, and some that closed."""
    states = Counter(db.session.scalars(sa.select(Announcement.state)))
    assert states == {"published": 4, "scheduled": 1, "draft": 1}
    report = json.loads(app.test_cli_runner().invoke(args=["loop", "report", "--json"]).output)
    assert set(report["open_loops"]) == set(CAUSES)
    assert min(report["open_loops"].values()) > 0
    assert min(report["confirmed"].values()) > 2
    assert report["owed"] == report["told"] + sum(report["undeliverable"].values()) + report["pending"]
    assert db.session.scalar(sa.select(sa.func.count()).where(IdeaVote.by_id.is_not(None))) == 3
    for table in (IdeaNote, IdeaQuestion, LoopReply):
        assert _many(table) > 0
    assert db.session.scalar(sa.select(sa.func.count()).where(Idea.owner_id.is_not(None), Idea.status != "open"))
    # The latest news lies in the inboxes unread, older news was read.
    unread = sa.select(Notice.person_id).where(Notice.read_at.is_(None)).distinct()
    assert len(db.session.scalars(unread).all()) > 5


def test_the_same_day_makes_the_same_community(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    few = list(stories())[1:5]
    monkeypatch.setattr(loading, "stories", lambda: few)
    made: list[Any] = []
    for _ in range(2):
        with db.session.begin_nested() as nested, clock.standing(datetime(2030, 5, 6, 7, tzinfo=UTC)):
            loading.load()
            db.session.flush()
            titles = db.session.execute(
                sa.select(Thread.title, Thread.created_at, Thread.helpful).order_by(Thread.created_at)
            )
            made.append((titles.all(), db.session.scalars(sa.select(Post.created_at).order_by(Post.created_at)).all()))
            nested.rollback()
        db.session.expunge_all()
    assert made[0] == made[1]


def test_it_is_loaded_whole_or_not_at_all(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _everything()

    def breaks(*_given: object) -> None:
        raise Invalid("broken off")

    monkeypatch.setattr(loading, "_live", breaks)
    with pytest.raises(Invalid):
        write(loading.load)
    assert _everything() == before


def test_it_is_not_loaded_where_somebody_is_or_in_production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.config["RONDO"], "rondo_env", "production")
    refused = app.test_cli_runner().invoke(args=["demo", "load"])
    assert (refused.exit_code, refused.stderr) == (1, "Error: The demonstration is not for production.\n")
    assert app.test_cli_runner().invoke(args=["demo", "load", "--if-empty"]).output == ""
    monkeypatch.undo()
    make_person()
    assert "not empty" in app.test_cli_runner().invoke(args=["demo", "load"]).stderr
    assert app.test_cli_runner().invoke(args=["demo", "load", "--if-empty"]).output == ""
    assert _many(Person) == 1


def test_demo_0_leaves_it_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.config["RONDO"], "demo", False)
    assert app.test_cli_runner().invoke(args=["demo", "load", "--if-empty"]).output == ""
    assert _many(Person) == 0


def test_the_sign_ins_are_told_on_a_loopback_address_only(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "stories", lambda: list(stories())[:2])
    told = app.test_cli_runner().invoke(args=["demo", "load", "--if-empty"]).output
    assert "was loaded: 2 conversations" in told
    assert people.PASSWORD in told
    again = app.test_cli_runner().invoke(args=["demo", "load", "--if-empty"]).output
    assert "was loaded" not in again
    for role in ("admin", "moderator", "manager", "agent", "member"):
        assert role in again
    monkeypatch.setattr(app.config["RONDO"], "host", "0.0.0.0")
    assert people.PASSWORD not in app.test_cli_runner().invoke(args=["demo", "load", "--if-empty"]).output


@pytest.mark.parametrize(
    ("address", "host", "production", "enters"),
    [
        ("127.0.0.1", "localhost", False, True),
        ("127.0.0.1", "127.0.0.1:8000", False, True),
        ("::1", "[::1]:8000", False, True),
        ("192.0.2.7", "localhost", False, False),
        ("127.0.0.1", "community.example.com", False, False),
        ("127.0.0.1", "localhost", True, False),
    ],
)
def test_its_people_sign_in_here_and_from_nowhere_else(
    app: Flask, monkeypatch: pytest.MonkeyPatch, address: str, host: str, *, production: bool, enters: bool
) -> None:
    maren = write(people.add_people, clock.now())["maren"].id
    other = make_person().id
    monkeypatch.setattr(app.config["RONDO"], "rondo_env", "production" if production else "local")
    with app.test_request_context(base_url=f"http://{host}", environ_base={"REMOTE_ADDR": address}):
        refuse_from_afar(other)
        with nullcontext() if enters else pytest.raises(Forbidden, match="machine that it runs on"):
            refuse_from_afar(maren)


def test_the_form_refuses_them_from_afar_and_lets_them_in_here(app: Flask, client: FlaskClient) -> None:
    write(people.add_people, clock.now())
    typed = {"login": "maren", "password": people.PASSWORD, "csrf_token": csrf_of(client)}
    afar = client.post("/sign-in", data=typed, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert (afar.status_code, "machine that it runs on" in afar.text) == (403, True)
    assert client.post("/sign-in", data=typed, environ_base={"REMOTE_ADDR": "127.0.0.1"}).status_code == 303
