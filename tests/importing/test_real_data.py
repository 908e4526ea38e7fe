"""Communities of Stack Exchange as they were published, each imported twice: nothing is lost or looks otherwise."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from portal import create_app
from portal.core.db import db
from portal.ideas.models import Idea, Outcome
from portal.importing.models import ExternalId
from portal.importing.report import Report
from portal.importing.stackexchange.actions import import_dump
from portal.importing.stackexchange.reading import Dump
from portal.people.models import Person
from portal.threads.models import Post, PostRevision, Tag, Thread, ThreadLink
from tests.conftest import settings_for
from tests.importing.dumps import silent
from tests.importing.published import DATA, MISSING, each_holds

COLUMNS = ("people", "questions", "answers", "comments", "accepted", "tags", "imported_votes", "comment_votes", "views")
"""Of the dump's questions, those that are feature requests are ideas here."""
STATES = ("closed", "deleted_owners")
COUNTS = {
    "conlang.meta.stackexchange.com": ((272, 54, 115, 230, 11, 71, 831, 220, 5376), (1, 6), 20, 27),
    "french.meta.stackexchange.com": ((1703, 274, 487, 1305, 86, 94, 3470, 810, 38293), (7, 33), 134, 119),
    "history.meta.stackexchange.com-2018-partial": ((2295, 556, 1095, 3454, 181, 65, 6243, 2545, 64237), (8, 46), 0, 0),
    "quantumcomputing.stackexchange.com-2018": (
        (3461, 612, 1060, 3413, 389, 154, 9523, 1573, 166069),
        (30, 2),
        327,
        587,
    ),
}
"""By folder: what is counted in its files (COLUMNS, then STATES), rows of links, votes on posts that are not there."""

IDEAS = {
    "conlang.meta.stackexchange.com": (0, 0, {}),
    "french.meta.stackexchange.com": (26, 149, {"open": 22, "shipped": 3, "declined": 1}),
    "history.meta.stackexchange.com-2018-partial": (36, 93, {"open": 33, "shipped": 2, "declined": 1}),
    "quantumcomputing.stackexchange.com-2018": (0, 0, {}),
}
"""How many feature requests there are, their score, and how many have which status."""
ACCEPTED = {"french.meta.stackexchange.com": 7, "history.meta.stackexchange.com-2018-partial": 10}
"""Those of them with an accepted answer, which is their response here."""
DECIDED = {
    "french.meta.stackexchange.com": {
        105: ("shipped", "2014-09-23T19:12:26.503"),
        263: ("shipped", "2012-02-02T15:57:53.360"),
        527: ("shipped", "2014-04-22T23:57:56.670"),
        557: ("declined", "2014-07-13T21:56:22.523"),
    }
}
"""By the ids there: the status, and when the history says that it was set; by the person 5 there, all of them."""

# Posts that are not the same in every figure, by id there.
DIFFERENT = {
    "history.meta.stackexchange.com-2018-partial": {2208: "a link in a link", 2255: "a link in a link"},
    "quantumcomputing.stackexchange.com-2018": {2325: "a link to ftp:", 3941: "raised text in a block of code"},
}

pytestmark = [pytest.mark.real_data, pytest.mark.skipif(not DATA.is_dir(), reason=MISSING)]


class Imported:
    """A community in a database of its own, imported twice."""

    def __init__(self, folder: Path, place: Path) -> None:
        self.folder = folder
        self.app: Flask = create_app(settings_for(f"sqlite:///{place / 'real.db'}", place))
        with self.app.app_context():
            upgrade()
            self.first: Report = import_dump(folder, progress=silent)
            before = self.rows()
            self.second: Report = import_dump(folder, progress=silent)
            self.grew = self.rows() != before

    def rows(self) -> dict[str, int]:
        tables = db.metadata.sorted_tables
        return {table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables}


@pytest.fixture(scope="module", params=COUNTS)
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    folder = DATA / str(request.param)
    if not folder.is_dir():
        pytest.skip(f"no {folder}")
    made = Imported(folder, tmp_path_factory.mktemp("real"))
    with made.app.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def the_counts_are_those_of_the_files(imported: Imported) -> None:
    figures, (columns, states, links, votes) = imported.first.as_json(), COUNTS[imported.folder.name]
    assert figures["ideas"] == IDEAS[imported.folder.name][0]
    figures["questions"] += figures["ideas"]
    assert {name: figures[name] for name in COLUMNS + STATES} == dict(
        zip(COLUMNS + STATES, columns + states, strict=True)
    )
    assert figures["errors"] == []
    skipped = figures["skipped"]
    assert figures["links"] + sum(count for cause, count in skipped.items() if cause.startswith("links")) == links
    assert skipped.get("votes_on_missing_posts", 0) == votes


def what_is_counted_is_in_the_database(imported: Imported) -> None:
    counts, rows = imported.first.counts, imported.rows()
    names = {
        "people": Person,
        "ideas": Idea,
        "tags": Tag,
        "links": ThreadLink,
        "revisions": PostRevision,
    }
    assert {name: rows[table.__tablename__] for name, table in names.items()} == {name: counts[name] for name in names}
    assert rows["thread"] == counts["questions"] + counts["ideas"]
    assert rows["acceptance"] == counts["accepted"] - ACCEPTED.get(imported.folder.name, 0)
    of = sa.func.coalesce(sa.func.sum(Post.imported_votes), 0)
    comments = Post.parent_id.is_not(None)
    assert db.session.scalar(sa.select(sa.func.count()).where(comments)) == counts["comments"]
    assert db.session.scalar(sa.select(sa.func.count()).where(Post.number > 1)) == counts["answers"]
    assert db.session.scalar(sa.select(of).where(comments)) == counts["comment_votes"]
    assert db.session.scalar(sa.select(of).where(~comments)) == counts["imported_votes"]
    assert db.session.scalar(sa.select(sa.func.sum(Thread.views))) == counts["views"]


def a_second_run_writes_nothing(imported: Imported) -> None:
    assert (imported.second.new, imported.grew) == (0, False)
    assert imported.second.counts == imported.first.counts
    assert imported.second.skipped == imported.first.skipped


def feature_requests_are_ideas_with_what_was_decided(imported: Imported) -> None:
    many, score, statuses = IDEAS[imported.folder.name]
    found = db.session.scalars(sa.select(Idea)).all()
    assert (len(found), sum(idea.imported_votes for idea in found)) == (many, score)
    assert Counter(idea.status for idea in found) == statuses
    outcomes = db.session.scalars(sa.select(Outcome)).all()
    # Nobody is told of what was decided long ago.
    assert {(outcome.tell, outcome.event_id) for outcome in outcomes} <= {("quiet", None)}
    assert len(outcomes) == many - statuses.get("open", 0)
    checked = imported.app.test_cli_runner().invoke(args=["recount", "--check"])
    assert (checked.exit_code, checked.output) == (0, "Everything is as it should be.\n")


def the_history_says_when_and_by_whom(imported: Imported) -> None:
    there = sa.select(ExternalId.external, Outcome).where(ExternalId.kind == "thread")
    decided = DECIDED.get(imported.folder.name, {})
    found = {int(id_): each for id_, each in db.session.execute(there.where(ExternalId.local_id == Outcome.idea_id))}
    for id_, (status, at) in decided.items():
        outcome = found.pop(id_)
        assert (outcome.status, outcome.at) == (status, datetime.fromisoformat(at).replace(tzinfo=UTC))
        by = sa.select(ExternalId.external).where(ExternalId.kind == "person", ExternalId.local_id == outcome.by_id)
        assert db.session.scalar(by) == "5"
        answers = db.session.scalars(sa.select(Post).filter_by(thread_id=outcome.idea_id, by_staff=True)).all()
        assert any(f"](/posts/{answer.id}):" in outcome.reason for answer in answers) == bool(answers)
    assert not decided or not found


COUNTED = {"a": "link", "pre": "code", "li": "item", "img": "image", "blockquote": "quote", "sup": "sup", "sub": "sub"}
COUNTED |= {f"h{level}": "heading" for level in range(1, 7)}
INLINE = {"a", "b", "code", "del", "em", "i", "kbd", "s", "span", "strike", "strong", "sub", "sup"}


class Figures(HTMLParser):
    """What counts about a text. An image is one, also where it became a link to it; a name that became a link is a
    name; and between blocks there is a space."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self._words: list[str] = []
        self._in_image = ""
        self.feed(html)
        self.close()

    @property
    def words(self) -> str:
        return " ".join("".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("class", "image") in attrs:
            self._in_image, tag = tag, "img"
        if tag in COUNTED and ("class", "mention") not in attrs:
            self.counts[COUNTED[tag]] += 1
        self._words.append("" if tag in INLINE else " ")

    def handle_endtag(self, tag: str) -> None:
        self._in_image = "" if tag == self._in_image else self._in_image
        self._words.append("" if tag in INLINE else " ")

    def handle_data(self, data: str) -> None:
        if not self._in_image:
            self._words.append(data)


def _posts(imported: Imported) -> Iterator[tuple[int, Figures, Figures]]:
    query = sa.select(ExternalId.external, Post.html).join(Post, Post.id == ExternalId.local_id).filter_by(kind="post")
    here: dict[int, Any] = {int(there): html for there, html in db.session.execute(query)}
    for row in Dump(imported.folder).rows("Posts"):
        id_ = row.needed_number("Id")
        if id_ in here:
            yield id_, Figures(row.text("Body") or ""), Figures(here[id_])


def posts_look_the_same(imported: Imported) -> None:
    """The text, and the numbers of links, code blocks, list items, images, headings, quotes, sup and sub."""
    posts = list(_posts(imported))
    different = {id_ for id_, there, here in posts if there.counts != here.counts or there.words != here.words}
    assert different == set(DIFFERENT.get(imported.folder.name, {}))
    assert len(different) <= len(posts) * 0.005
    assert sum(there.counts["link"] for _, there, _ in posts) > 100


def test_a_community_as_it_was_published(imported: Imported, subtests: pytest.Subtests) -> None:
    checks = (
        the_counts_are_those_of_the_files,
        what_is_counted_is_in_the_database,
        a_second_run_writes_nothing,
        feature_requests_are_ideas_with_what_was_decided,
        the_history_says_when_and_by_whom,
        posts_look_the_same,
    )
    each_holds(checks, imported, subtests)
