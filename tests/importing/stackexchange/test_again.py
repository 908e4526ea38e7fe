"""A dump comes in once, however often it is brought, and what people do with it afterwards is left alone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core.db import db, write
from portal.importing.stackexchange import threads
from portal.questions.models import Question
from portal.threads.models import Category, Post, Thread
from tests.factories import make_person
from tests.importing.dumps import answer, comment, question, tea, write_table
from tests.importing.stackexchange.brought import SITE, brought, everything, post_of, thread_of


def test_a_second_run_changes_nothing(app: Flask, tmp_path: Path) -> None:
    first = brought(tea(tmp_path))
    before = everything()
    second = brought(tmp_path / SITE)
    assert everything() == before
    assert (first.new > 0, second.new) == (True, 0)
    assert (second.counts, second.skipped) == (first.counts, first.skipped)


def test_a_dry_run_writes_nothing_and_tells_what_would_come(app: Flask, tmp_path: Path) -> None:
    before = everything()
    dry = brought(tea(tmp_path), dry=True)
    assert everything() == before
    real = brought(tmp_path / SITE)
    assert dry.as_json() == real.as_json()
    assert brought(tmp_path / SITE, dry=True).new == 0


def test_what_people_did_since_is_left_alone_and_what_is_new_comes_in(app: Flask, tmp_path: Path) -> None:
    brought(tea(tmp_path))
    thread_id, ada = thread_of(11).id, make_person("ada").id

    def live() -> None:
        thread = db.session.get_one(Thread, thread_id)
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        db.session.add(
            Post(
                thread_id=thread_id,
                number=4,
                activity=6,
                author_id=ada,
                source="x",
                html="x",
                renderer=1,
                created_at=moment,
            )
        )
        thread.title, thread.last_number, thread.activity, thread.replies = "Renamed", 4, 6, 3
        thread.last_activity_at, thread.last_poster_id = moment, ada
        db.session.get_one(Category, thread.category_id).slug = "tea"

    write(live)
    before = everything()
    assert brought(tmp_path / SITE).new == 0
    assert everything() == before
    folder = tmp_path / SITE
    rows = [question(11, "Why is my tea bitter?"), answer(12, 11), answer(13, 11), answer(15, 11, OwnerUserId=3)]
    write_table(folder, "Posts.xml", [*rows, question(16, "And mine?")])
    write_table(folder, "comments.xml", [comment(70, 12), comment(73, 15), comment(74, 12)])
    waits = db.session.get_one(Question, thread_id)
    waits.waiting_since, waits.quiet_until = datetime(2026, 1, 1, tzinfo=UTC), None
    db.session.commit()
    assert brought(folder).as_json()["new"] > 0
    assert db.session.get_one(Question, thread_id, populate_existing=True).quiet_until is None, "its asker wrote here"
    thread = thread_of(11)
    assert (thread.title, thread.last_number, thread.activity, thread.replies) == ("Renamed", 5, 9, 4)
    assert (thread.last_poster_id, thread.last_activity_at) == (ada, datetime(2026, 1, 1, tzinfo=UTC))
    assert (post_of(15).number, post_of(73, "comment").parent_id) == (5, post_of(15).id)
    assert thread_of(16).category_id == thread.category_id


def test_a_crash_leaves_whole_threads_and_the_next_run_brings_the_rest(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tea(tmp_path)
    monkeypatch.setattr(threads, "BATCH", 1)
    real = threads.save
    calls: list[int] = []

    def crash_later(*args: Any) -> None:
        real(*args)
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(threads, "save", crash_later)
        with pytest.raises(KeyboardInterrupt):
            brought(folder)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Thread)) == 1
    assert thread_of(11).replies == 2
    assert brought(folder).counts["questions"] == 2
    assert thread_of(14).title == "Does green tea need cold water?"
