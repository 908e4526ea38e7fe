"""A whole Discourse forum as it was published, of which every twelfth topic is imported here: all of it takes minutes.

It is not ours to hand on, and is looked for where published.py says.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade

from portal import create_app
from portal.announcements.models import Announcement
from portal.core.db import db
from portal.ideas.models import Idea
from portal.importing.discourse.actions import import_archive
from portal.importing.models import ExternalId
from portal.importing.report import Report
from portal.questions.models import Acceptance
from portal.threads.models import Post, Thread
from tests.conftest import settings_for
from tests.importing.dumps import silent
from tests.importing.published import DATA, each_holds

FILE = DATA / "discourse-urho3d" / "topics.jsonl.gz"
TOPICS, POSTS = 5046, 36990
PART = 12
QUESTIONS, IDEAS, ANNOUNCEMENTS = (9, 10), (11,), (6,)
CATEGORIES = (6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17)

pytestmark = [pytest.mark.real_data, pytest.mark.skipif(not FILE.is_file(), reason=f"no {FILE}")]


class Part:
    """Some topics, counted in the file and imported twice."""

    def __init__(self, place: Path) -> None:
        self.topics: list[dict[str, Any]] = []
        self.all_topics = self.all_posts = 0
        (place / "part").mkdir()
        with gzip.open(FILE, "rt", encoding="utf-8") as lines, (place / "part" / "topics.jsonl").open("w") as part:
            for number, line in enumerate(lines):
                self.all_topics += 1
                self.all_posts += line.count('"cooked":')
                if number % PART == 0:
                    part.write(line)
                    self.topics.append(json.loads(line))
        kinds = {str(id_): "discussion" for id_ in CATEGORIES}
        for kind, ids in (("question", QUESTIONS), ("idea", IDEAS), ("announcement", ANNOUNCEMENTS)):
            kinds |= dict.fromkeys(map(str, ids), kind)
        places = {id_: {"name": f"Category {id_}", "kind": kind} for id_, kind in kinds.items()}
        plan = place / "map.json"
        plan.write_text(json.dumps({"site": "discourse.urho3d.io", "categories": places}))
        self.first: Report = import_archive(place / "part", progress=silent, map_file=plan)
        self.second: Report = import_archive(place / "part", progress=silent, map_file=plan)

    @property
    def posts(self) -> list[dict[str, Any]]:
        return [post for topic in self.topics for post in topic["post_stream"]["posts"]]


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Part]:
    place = tmp_path_factory.mktemp("forum")
    app = create_app(settings_for(f"sqlite:///{place / 'real.db'}", place))
    with app.app_context():
        upgrade()
        yield Part(place)
        db.session.remove()
        db.engine.dispose()


def _likes(post: dict[str, Any]) -> int:
    return sum(action.get("count", 0) for action in post["actions_summary"] if action["id"] == 2)


def the_counts_are_those_of_the_file(part: Part) -> None:
    assert (part.all_topics, part.all_posts) == (TOPICS, POSTS)
    counts = part.first.counts
    assert part.first.errors == []
    for kind, ids in (("ideas", IDEAS), ("announcements", ANNOUNCEMENTS)):
        assert counts[kind] == sum(topic["category_id"] in ids for topic in part.topics) > 0
    assert counts["questions"] + counts["discussions"] + counts["ideas"] + counts["announcements"] == len(part.topics)
    assert counts["answers"] + counts["replies"] == len(part.posts) - len(part.topics)
    assert counts["people"] == len({post["username"] for post in part.posts})
    assert counts["imported_votes"] == sum(map(_likes, part.posts)) == sum(topic["like_count"] for topic in part.topics)
    assert counts["views"] == sum(topic["views"] for topic in part.topics)
    answered = [topic for topic in part.topics if any(p["accepted_answer"] for p in topic["post_stream"]["posts"])]
    assert counts["accepted"] == len(answered) > 30
    assert counts["closed"] == sum(topic["closed"] for topic in part.topics)


def what_is_counted_is_in_the_database(part: Part) -> None:
    def many(table: Any) -> int | None:
        return db.session.scalar(sa.select(sa.func.count()).select_from(table))

    counts = part.first.counts
    assert (many(Thread), many(Post)) == (len(part.topics), len(part.posts))
    assert (many(Idea), many(Announcement)) == (counts["ideas"], counts["announcements"])
    # The accepted reply to an idea is its response.
    responses = sum(
        topic["category_id"] in IDEAS and any(each["accepted_answer"] for each in topic["post_stream"]["posts"])
        for topic in part.topics
    )
    assert many(Acceptance) == counts["accepted"] - responses
    likes = [_likes(topic["post_stream"]["posts"][0]) for topic in part.topics if topic["category_id"] in IDEAS]
    assert db.session.scalar(sa.select(sa.func.sum(Idea.imported_votes))) == sum(likes)
    assert db.session.scalar(sa.select(sa.func.sum(Post.imported_votes))) == counts["imported_votes"]
    assert db.session.scalar(sa.select(sa.func.sum(Thread.views))) == counts["views"]


def a_second_run_writes_nothing(part: Part) -> None:
    assert (part.second.new, part.second.counts) == (0, part.first.counts)


def replies_lead_back_to_posts_that_are_here(part: Part) -> None:
    here = set(db.session.scalars(sa.select(ExternalId.external).filter_by(kind="post")))
    quoting = db.session.scalars(sa.select(Post.html).where(Post.html.contains('class="quote-source"'))).all()
    places = {html.partition('href="/t/discourse.urho3d.io/posts/')[2].partition('"')[0] for html in quoting}
    assert places - {""} <= here
    assert len(quoting) > sum(post["reply_to_post_number"] is not None for post in part.posts) * 0.9


def nothing_is_left_of_what_cannot_be_read(part: Part) -> None:
    for html in db.session.scalars(sa.select(Post.html)):
        prose = html.partition("<pre")[0]
        assert "[/quote]" not in prose
        assert "upload://" not in prose
        assert "emoji.discourse" not in prose


def test_a_forum_as_it_was_published(part: Part, subtests: pytest.Subtests) -> None:
    checks = (
        the_counts_are_those_of_the_file,
        what_is_counted_is_in_the_database,
        a_second_run_writes_nothing,
        replies_lead_back_to_posts_that_are_here,
        nothing_is_left_of_what_cannot_be_read,
    )
    each_holds(checks, part, subtests)
