"""An archive comes in once and whole, and what people do with it afterwards is left alone."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.announcements.models import Announcement
from portal.core.db import Model, db
from portal.core.markup import IMPORTED
from portal.delivery.models import Delivery
from portal.events.models import Event
from portal.ideas.models import Idea
from portal.importing.discourse import building, threads
from portal.importing.discourse.actions import import_archive
from portal.importing.models import ExternalId
from portal.importing.problems import NotADumpError
from portal.importing.report import Report
from portal.notices.models import Notice
from portal.people.models import Person
from portal.questions.models import Acceptance
from portal.threads.models import Category, Post, Thread
from tests.factories import make_category, make_person
from tests.importing.dumps import silent
from tests.importing.forums import MAP, SITE, kettles, likes, post, topic, write_map, write_topics


def _import(tmp_path: Path, folder: Path | None = None, *, dry: bool = False) -> Report:
    return import_archive(folder or kettles(tmp_path), progress=silent, map_file=write_map(tmp_path), dry=dry)


def _local(kind: str, external: int) -> int:
    query = sa.select(ExternalId.local_id).filter_by(source=SITE, kind=kind, external=str(external))
    return db.session.scalars(query).one()


def _thread(external: int) -> Thread:
    return db.session.get_one(Thread, _local("thread", external), populate_existing=True)


def _post(external: int) -> Post:
    return db.session.get_one(Post, _local("post", external), populate_existing=True)


def _everything() -> dict[str, list[tuple[Any, ...]]]:
    db.session.rollback()
    return {
        table.name: [tuple(row) for row in db.session.execute(sa.select(table).order_by(*table.primary_key))]
        for table in Model.metadata.sorted_tables
    }


def test_everything_is_counted(app: Flask, tmp_path: Path) -> None:
    figures = _import(tmp_path).as_json()
    assert {name: count for name, count in figures.items() if count} == {
        "people": 3,
        "questions": 1,
        "discussions": 1,
        "answers": 3,
        "replies": 1,
        "accepted": 1,
        "imported_votes": 5,
        "views": 17,
        "closed": 1,
        "locked": 1,
        # 3 people, 2 categories, 2 threads and a question, 6 posts, an acceptance, 3 events
        "new": 18,
    }
    assert set(figures) >= {"ideas", "announcements", "comments", "tags", "links", "revisions", "errors"}


def test_topics_become_threads_with_their_times_and_states(app: Flask, tmp_path: Path) -> None:
    _import(tmp_path)
    asked, talked = _thread(41), _thread(42)
    assert (asked.kind, asked.title, asked.language, asked.views, asked.helpful) == (
        "question",
        "Why so 🚀?",
        "de",
        10,
        3,
    )
    assert asked.created_at == datetime(2016, 3, 2, 10, tzinfo=UTC)
    assert (asked.replies, asked.last_number, asked.is_closed, asked.is_locked) == (3, 4, True, False)
    closing = db.session.get_one(Event, asked.closed_event_id)
    assert (closing.kind, closing.at, closing.actor_id) == ("thread.closed", _post(906).created_at, _local("person", 3))
    assert (talked.kind, talked.is_locked, talked.pinned_event_id is not None) == ("discussion", True, True)
    acceptance = db.session.scalars(sa.select(Acceptance)).one()
    assert (acceptance.post_id, asked.accepted_post_id) == (_post(905).id, _post(905).id)


def test_replies_quote_what_they_reply_to_and_lead_back(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    _import(tmp_path)
    assert _post(902).source == f"> [ada](/t/{SITE}/posts/901):\n>\n> Too hot, @Bob_B\\_?\n\nNo."
    assert f'<p class="quote-source"><a href="/t/{SITE}/posts/901">ada</a>:</p>' in _post(902).html
    # What it quotes by itself is not quoted twice; a quote of another topic leads there.
    assert _post(905).source == f"> [Bob_B\\_](/t/{SITE}/posts/902):\n>\n> Hot?\n\nWhy?"
    assert _post(912).source == f"> [ada](/t/{SITE}/posts/901):\n>\n> Hot?\n\nQuoted."
    found = client.get(f"/t/{SITE}/posts/901")
    assert (found.status_code, found.location) == (302, f"{_thread(41).path}#post-{_post(901).id}")
    assert client.get(f"/t/{SITE}/41").location == found.location
    assert client.get(f"/t/{SITE}/posts/41").status_code == 404


def test_links_names_and_acts_can_be_read(app: Flask, tmp_path: Path) -> None:
    _import(tmp_path)
    assert _post(911).source == f"See [there](/t/{SITE}/posts/905) and [here](https://{SITE}/t/hot/77)."
    assert 'class="mention" href="/people/Bob_B"' in _post(901).html
    assert _post(906).source == "*Closed.*"
    assert (_post(901).edited_at, _post(902).edited_at) == (datetime(2016, 4, 1, tzinfo=UTC), None)


def test_people_come_without_rights_and_nobody_is_notified(app: Flask, tmp_path: Path) -> None:
    make_person("boss", role="admin")
    _import(tmp_path)
    people = {person.name: person for person in db.session.scalars(sa.select(Person).filter_by(kind="imported"))}
    assert set(people) == {"Ada Oolong", "Bob_B_", "The Admin"}
    assert {(person.role, person.email, person.password_hash) for person in people.values()} == {("member", None, None)}
    assert people["The Admin"].username != "admin"
    assert people["Ada Oolong"].created_at == datetime(2016, 3, 2, 10, tzinfo=UTC)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 0


def test_categories_are_made_or_found_by_their_address(app: Flask, tmp_path: Path) -> None:
    talk = make_category("Talk", kinds=["question"])
    _import(tmp_path)
    assert _thread(42).category_id == talk.id
    made = db.session.get_one(Category, _thread(41).category_id)
    assert (made.slug, made.kinds, made.description) == ("help", ["question"], "Ask here")
    assert db.session.get_one(Category, talk.id).visibility == "everyone"


def test_an_accepted_answer_makes_a_question_wherever_it_stands(app: Flask, tmp_path: Path) -> None:
    posts = [post(1, 1), post(2, 2, user=2, accepted_answer=True), post(3, 3, user=3, accepted_answer=True)]
    report = _import(tmp_path, write_topics(tmp_path / "a", [topic(1, "Hm", posts, 6)]))
    assert (_thread(1).kind, _thread(1).accepted_post_id) == ("question", _post(2).id)
    assert (report.counts["accepted"], report.skipped["further_accepted_answers"]) == (1, 1)


WISHES = """
[categories.7]
name = "Wishes"
kind = "idea"

[categories.8]
name = "What is new"
kind = "announcement"
"""


def test_ideas_and_announcements_come_from_the_categories_that_are_named_so(app: Flask, tmp_path: Path) -> None:
    wish = [
        post(1, 1, actions_summary=likes(4)),
        post(2, 2, user=2),
        post(3, 3, user=3, staff=True),
        post(4, 4, user=2, accepted_answer=True),
    ]
    told = [post(11, 1, user=3, staff=True, actions_summary=likes(2)), post(12, 2)]
    topics = [topic(1, "A lid", wish, 7), topic(2, "Kettle 2.0", told, 8), topic(3, "A spout", [post(21, 1)], 7)]
    folder, plan = write_topics(tmp_path / "a", topics), write_map(tmp_path, MAP + WISHES)
    first, second = (import_archive(folder, progress=silent, map_file=plan).as_json() for _ in range(2))
    counted = ("ideas", "announcements", "questions", "discussions", "replies", "answers", "accepted", "imported_votes")
    assert [first[name] for name in counted] == [2, 1, 0, 0, 4, 0, 1, 6]
    assert (second["new"], second | {"new": first["new"]}) == (0, first)
    idea = db.session.get_one(Idea, _thread(1).id)
    assert (_thread(1).kind, idea.imported_votes, idea.wanted, idea.votes, idea.status) == ("idea", 4, 4, 0, "open")
    # The first word of the team; an accepted reply is theirs too.
    assert [_post(id_).by_staff for id_ in (1, 2, 3, 4)] == [False, False, True, True]
    assert (idea.first_response_at, _thread(1).accepted_post_id) == (_post(3).created_at, None)
    announced = db.session.get_one(Announcement, _thread(2).id)
    assert (_thread(2).kind, _thread(2).privacy, announced.state) == ("announcement", "none", "published")
    assert (announced.published_at, announced.published_by_id) == (_thread(2).created_at, _local("person", 3))
    assert announced.event_id is None
    made = db.session.scalars(sa.select(Category).order_by(Category.position)).all()
    assert [(each.slug, each.kinds) for each in made] == [("wishes", ["idea"]), ("what-is-new", ["announcement"])]
    for table in (Notice, Delivery):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    checked = app.test_cli_runner().invoke(args=["recount", "--check"])
    assert (checked.exit_code, checked.output) == (0, "Everything is as it should be.\n")


def test_a_dry_run_writes_nothing_and_says_what_it_would(app: Flask, tmp_path: Path) -> None:
    before = _everything()
    dry = _import(tmp_path, dry=True)
    assert _everything() == before
    assert dry.as_json() == _import(tmp_path, tmp_path / "archive").as_json()


def test_a_second_run_writes_nothing_and_a_newer_archive_adds_what_is_new(app: Flask, tmp_path: Path) -> None:
    first = _import(tmp_path)
    before = _everything()
    second = _import(tmp_path, tmp_path / "archive")
    assert (second.new, second.counts) == (0, first.counts)
    assert _everything() == before
    newer = [topic(42, "Kettles", [post(911, 1, user=2), post(912, 2, user=2), post(913, 3, "<p>New</p>")], 6)]
    newer[0]["post_stream"]["posts"][0]["created_at"] = "2016-03-02T10:00:00Z"
    third = _import(tmp_path, write_topics(tmp_path / "newer", newer))
    assert (third.new, _post(913).number, _thread(42).replies, _thread(42).title) == (1, 3, 2, "Kettles we love")


def test_what_is_kept_is_what_the_rows_say(app: Flask, tmp_path: Path) -> None:
    _import(tmp_path)
    done = app.test_cli_runner().invoke(args=["recount", "--check"])
    assert (done.exit_code, done.output) == (0, "Everything is as it should be.\n")


def test_a_run_that_breaks_off_leaves_whole_threads(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = kettles(tmp_path)
    monkeypatch.setattr(threads, "BATCH", 1)
    real = building.Builder.thread

    def breaks(builder: building.Builder, found: Any, *rest: Any) -> Any:
        if found.id == 42:
            raise KeyboardInterrupt
        return real(builder, found, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(building.Builder, "thread", breaks)
        with pytest.raises(KeyboardInterrupt):
            _import(tmp_path, folder)
    assert [thread.title for thread in db.session.scalars(sa.select(Thread))] == ["Why so 🚀?"]
    assert _import(tmp_path, folder).counts["discussions"] == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Post)) == 6


def test_bad_rows_are_listed_and_the_rest_comes_in(app: Flask, tmp_path: Path) -> None:
    rows: list[Any] = [
        "{not json",
        "[]",
        topic(1, " ", [post(1, 1)]),
        topic(2, "No posts", []),
        topic(3, "Half", [post(30, 1), {"id": 31}, "x", post(32, 3, created_at="when?"), post(33, 4, user_id="7")]),
        topic(3, "Again", [post(34, 1)]),
        topic(4, "Steals", [post(40, 1), post(30, 2)]),
        topic(5, "Much", [post(50, 1, "<p>" + "x " * IMPORTED.source + "</p>")]),
        "",
    ]
    report = _import(tmp_path, write_topics(tmp_path / "bad", rows, "t.jsonl"))
    places = [error.partition(": ")[0] for error in report.errors]
    assert sorted(places) == [f"t.jsonl:{line}" for line in (1, 2, 3, 4, 5, 5, 5, 5, 6, 7, 8)]
    assert "t.jsonl:5: topic 3, post 32: created_at is not a time: 'when?'" in report.errors
    assert [thread.title for thread in db.session.scalars(sa.select(Thread).order_by(Thread.id))] == ["Half", "Steals"]
    assert report.counts["answers"] == 0


def test_a_topic_may_be_a_file_of_its_own(app: Flask, tmp_path: Path) -> None:
    for number in (1, 2):
        write_topics(tmp_path / "a", [topic(number, f"Topic {number}", [post(number, 1)])], f"{number}.json")
    assert _import(tmp_path, tmp_path / "a").counts["questions"] == 2


def test_another_community_of_the_same_name_is_refused(app: Flask, tmp_path: Path) -> None:
    _import(tmp_path)
    other = write_topics(tmp_path / "other", [topic(41, "Else", [post(1, 1, created_at="2010-01-01T00:00:00Z")])])
    with pytest.raises(NotADumpError, match="topic 41 is of another time"):
        _import(tmp_path, other)


def test_the_command_prints_one_object_or_one_line(app: Flask, tmp_path: Path) -> None:
    def run(*arguments: object) -> Any:
        return app.test_cli_runner().invoke(args=["import", "discourse", *map(str, arguments)])

    folder, plan = kettles(tmp_path), write_map(tmp_path)
    assert json.loads(run(folder, "--map", plan, "--json").stdout)["answers"] == 3
    assert "0  rows would be written" in run(folder, "--map", plan, "--dry-run").output
    half = write_map(tmp_path, MAP.partition("[categories.6]")[0], "half.toml")
    failed = run(folder, "--map", half)
    assert (failed.exit_code, failed.stderr) == (
        1,
        "Error: half.toml: no [categories.6]; the archive has topics in category 6\n",
    )
    (tmp_path / "empty").mkdir()
    assert "has no topics" in run(tmp_path / "empty", "--map", plan).stderr
    assert run(folder).exit_code == 2
