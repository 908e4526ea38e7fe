"""Feature requests come in as ideas, with what was decided on them; and nobody is told."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core.db import db
from portal.delivery.models import Delivery
from portal.events.models import Event
from portal.ideas.models import Idea, IdeaVote, Outcome
from portal.ideas.policy import rising
from portal.loop.models import Debt
from portal.notices.models import Notice
from portal.questions.models import Acceptance, Question
from portal.threads.models import Post, Tag, Thread, ThreadTag
from tests.importing.dumps import Row, answer, person, question, write_table
from tests.importing.stackexchange.brought import SITE, brought, everything, local_id, post_of, thread_of

MODERATOR = 5
ADA, BOB = 1, 2


def _idea(external: int) -> Idea:
    return db.session.get_one(Idea, local_id("thread", external), populate_existing=True)


def _outcomes(external: int) -> Sequence[Outcome]:
    return db.session.scalars(
        sa.select(Outcome).filter_by(idea_id=_idea(external).thread_id).order_by(Outcome.id)
    ).all()


def _asked(id_: int, *statuses: str, **given: Any) -> Row:
    return question(id_, f"Wish {id_}", Tags="".join(f"<{tag}>" for tag in ("feature-request", *statuses)), **given)


def _tagged(id_: int, post: int, day: int, *tags: str, by: object = MODERATOR, kind: int = 6) -> Row:
    values: Row = {"Id": id_, "PostId": post, "PostHistoryTypeId": kind, "RevisionGUID": id_, "UserId": by}
    month = 2 if kind == 3 else 4
    return values | {
        "CreationDate": f"2015-{month:02}-{day:02}T10:00:00.5",
        "Text": "".join(f"<{tag}>" for tag in ("feature-request", *tags)),
    }


def _at(day: int) -> datetime:
    return datetime(2015, 4, day, 10, 0, 0, 500000, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A community about tea that has no wishes yet."""
    made = tmp_path / SITE
    made.mkdir()
    people = [person(ADA, "Ada Oolong"), person(BOB, "Bob"), person(MODERATOR, "Mo"), person(-1, "Community")]
    write_table(made, "Users.xml", people)
    return made


def _wish(folder: Path, posts: Sequence[Row], history: Sequence[Row] = ()) -> dict[str, Any]:
    write_table(folder, "Posts.xml", posts)
    if history:
        write_table(folder, "PostHistory.xml", history)
    return brought(folder).as_json()


def test_a_feature_request_is_an_idea_whose_score_is_nobodys_vote(app: Flask, folder: Path) -> None:
    figures = _wish(folder, [_asked(11, Score=7), _asked(12, Score=-4), question(13, "How?"), answer(21, 11)])
    counted = ("ideas", "questions", "answers", "imported_votes", "errors")
    assert [figures[name] for name in counted] == [2, 1, 1, 8, []]
    wanted, unwanted = _idea(11), _idea(12)
    thread = thread_of(11)
    assert (thread.kind, thread.slug, thread.path) == ("idea", "wish-11", f"/ideas/{thread.id}-wish-11")
    assert (wanted.imported_votes, wanted.votes, wanted.supporters, wanted.wanted) == (7, 0, 0, 7)
    assert wanted.rising == pytest.approx(rising(7, thread.created_at))
    assert (unwanted.imported_votes, unwanted.wanted, unwanted.root_id) == (-4, -4, unwanted.thread_id)
    assert (wanted.status, wanted.outcome_id, wanted.decided_at, wanted.first_response_at) == ("open", None, None, None)
    for table, rows in ((IdeaVote, 0), (Outcome, 0), (Question, 1)):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == rows


@pytest.mark.parametrize(
    ("tag", "status", "reason"),
    [
        ("status-completed", "shipped", ""),
        ("status-planned", "planned", ""),
        ("status-review", "under-review", ""),
        ("status-declined", "declined", ""),
        ("status-deferred", "deferred", ""),
        ("status-bydesign", "declined", "This is by design."),
        ("status-norepro", "declined", "This could not be reproduced."),
    ],
)
def test_each_status_tag_has_its_meaning(app: Flask, folder: Path, tag: str, status: str, reason: str) -> None:
    _wish(folder, [_asked(11, tag)], [_tagged(1, 11, 3, kind=3, by=ADA), _tagged(2, 11, 4, tag)])
    (outcome,), idea = _outcomes(11), _idea(11)
    assert (outcome.status, outcome.reason, outcome.at, outcome.by_id) == (
        status,
        reason,
        _at(4),
        local_id("person", MODERATOR),
    )
    assert (idea.status, idea.outcome_id, idea.decided_at) == (status, outcome.id, _at(4))
    assert idea.first_response_at == _at(4)
    assert idea.shipped_at == (_at(4) if status == "shipped" else None)
    assert idea.first_decided_at == (None if status == "under-review" else _at(4))
    # The status is the idea's, and the tag would only stay behind when it changes.
    names = db.session.scalars(sa.select(Tag.name).join(ThreadTag).filter_by(thread_id=idea.thread_id))
    assert list(names) == ["feature-request"]


def test_a_later_tag_never_erases_an_earlier_outcome(app: Flask, folder: Path) -> None:
    history = [
        _tagged(1, 11, 3, kind=3, by=ADA),
        _tagged(2, 11, 1, "status-review"),
        _tagged(3, 11, 2, "status-review", "status-planned"),
        _tagged(4, 11, 3, "status-review", "status-planned", "water", by=ADA),
        _tagged(5, 11, 4, "status-completed", "water"),
        _tagged(6, 11, 5, "water", by="") | {"UserDisplayName": "user77"},
        _tagged(7, 11, 6, "status-completed", "water", kind=9),
        _tagged(8, 11, 7, "status-norepro", "water"),
    ]
    _wish(folder, [_asked(11, "status-norepro", "water")], history)
    found = [(each.status, each.at) for each in _outcomes(11)]
    statuses = ["under-review", "planned", "shipped", "open", "shipped", "declined"]
    assert found == list(zip(statuses, map(_at, (1, 2, 4, 5, 6, 7)), strict=True))
    assert [each.by_name for each in _outcomes(11) if each.by_id is None] == ["user77"]
    idea = _idea(11)
    assert (idea.status, idea.first_decided_at, idea.decided_at, idea.shipped_at) == ("declined", _at(2), _at(7), None)


def test_without_a_history_the_present_tag_is_from_the_last_edit(app: Flask, folder: Path) -> None:
    edited = _asked(11, "status-completed", LastEditDate="2015-06-01T00:00:00", LastEditorUserId=BOB)
    _wish(folder, [edited, _asked(12, "status-declined")])
    (shipped,), (declined,) = _outcomes(11), _outcomes(12)
    # Who set the tag is not known: the last edit may have been about something else.
    assert (shipped.at, shipped.by_id, shipped.by_name) == (datetime(2015, 6, 1, tzinfo=UTC), None, "")
    assert declined.at == thread_of(12).created_at


def test_what_the_history_does_not_tell_of_is_added_after_it(app: Flask, folder: Path) -> None:
    _wish(folder, [_asked(11, "status-declined")], [_tagged(1, 11, 3, kind=3), _tagged(2, 11, 4, "status-planned")])
    assert [(each.status, each.at) for each in _outcomes(11)] == [("planned", _at(4)), ("declined", _at(4))]


def test_the_accepted_answer_is_the_response(app: Flask, folder: Path) -> None:
    posts = [
        _asked(11, "status-bydesign", AcceptedAnswerId=21),
        answer(21, 11, "<p>We <em>meant</em> it.</p>"),
        answer(22, 11, OwnerUserId=MODERATOR, Score=99, CreationDate="2015-02-05T00:00:00"),
    ]
    figures = _wish(folder, posts, [_tagged(1, 11, 3, kind=3), _tagged(2, 11, 4, "status-bydesign")])
    (outcome,), said = _outcomes(11), post_of(21)
    assert outcome.reason == f"This is by design.\n\n> [Bob](/posts/{said.id}):\n>\n> We meant it\\."
    assert f'<p class="quote-source"><a href="/posts/{said.id}">Bob</a>:</p>' in outcome.reason_html
    # Its author speaks for the site here, and so does a moderator; the first of them was the first response.
    assert (said.by_staff, post_of(22).by_staff, post_of(11).by_staff) == (True, True, False)
    assert _idea(11).first_response_at == said.created_at
    assert (figures["accepted"], thread_of(11).accepted_post_id) == (1, None)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Acceptance)) == 0


def test_without_one_the_best_answer_of_a_moderator_is(app: Flask, folder: Path) -> None:
    posts = [
        _asked(11, "status-planned"),
        answer(21, 11, "<p>I think so.</p>", OwnerUserId=BOB, Score=50),
        answer(22, 11, "<p>We will.</p>", OwnerUserId=MODERATOR, Score=3),
        answer(23, 11, "<p>Soon.</p>", OwnerUserId=MODERATOR, Score=1),
        _asked(12),
        answer(24, 12, OwnerUserId=MODERATOR),
        answer(25, 12, OwnerUserId=BOB, CreationDate="2015-02-03T20:00:00"),
    ]
    # Whoever may set a status is a moderator; the author who only edits other tags is not.
    history = [
        _tagged(1, 11, 3, kind=3),
        _tagged(2, 11, 4, "status-planned"),
        _tagged(3, 11, 5, "status-planned", by=ADA),
    ]
    _wish(folder, posts, history)
    (outcome,) = _outcomes(11)
    assert outcome.reason == f"> [Mo](/posts/{post_of(22).id}):\n>\n> We will\\."
    assert [post_of(id_).by_staff for id_ in (21, 22, 23, 24, 25)] == [False, True, True, True, False]
    assert (_idea(12).status, _idea(12).first_response_at) == ("open", post_of(24).created_at)


def test_nobody_is_told_and_what_is_kept_adds_up(app: Flask, folder: Path) -> None:
    posts = [_asked(11, "status-planned", AcceptedAnswerId=21), answer(21, 11), _asked(12, Score=-1)]
    _wish(folder, posts, [_tagged(1, 11, 3, kind=3), _tagged(2, 11, 4, "status-planned")])
    assert {(each.tell, each.event_id) for each in _outcomes(11)} == {("quiet", None)}
    for table in (Debt, Notice, Delivery):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).where(Event.due_at.is_not(None))) == 0
    checked = app.test_cli_runner().invoke(args=["recount", "--check"])
    assert (checked.exit_code, checked.output) == (0, "Everything is as it should be.\n")


def test_a_second_run_writes_nothing_and_a_newer_dump_adds_replies(app: Flask, folder: Path) -> None:
    posts = [_asked(11, "status-planned"), answer(21, 11)]
    history = [_tagged(1, 11, 3, kind=3), _tagged(2, 11, 4, "status-planned")]
    first = _wish(folder, posts, history)
    before = everything()
    second = _wish(folder, posts, history)
    assert (second["new"], second | {"new": first["new"]}, everything()) == (0, first, before)
    early = answer(22, 11, OwnerUserId=MODERATOR, CreationDate="2015-02-03T12:00:00")
    later = _tagged(3, 11, 9, "status-completed")
    newer = _wish(folder, [_asked(11, "status-completed"), *posts[1:], early], [*history, later])
    # A reply, and the name of a tag. What is decided from now on is decided here.
    assert newer["new"] == 2
    assert [each.status for each in _outcomes(11)] == ["planned"]
    assert _idea(11).first_response_at == post_of(22).created_at


def test_what_staff_made_a_question_again_is_counted_as_one(app: Flask, folder: Path) -> None:
    posts = [_asked(11), answer(21, 11)]
    _wish(folder, posts)
    db.session.execute(sa.update(Thread).where(Thread.id == local_id("thread", 11)).values(kind="discussion"))
    db.session.commit()
    figures = _wish(folder, [*posts, answer(22, 11, OwnerUserId=MODERATOR)])
    assert (figures["ideas"], figures["discussions"], figures["new"]) == (0, 1, 1)
    assert not db.session.scalars(sa.select(Post.by_staff).where(Post.id == local_id("post", 22))).one()
