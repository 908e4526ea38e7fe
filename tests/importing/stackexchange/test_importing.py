"""A dump comes in whole."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core.db import db
from portal.delivery.models import Delivery
from portal.events.models import Event
from portal.importing.problems import NotADumpError
from portal.people.models import Person
from portal.questions.models import Acceptance, Question
from portal.threads.models import Category, Post, PostRevision, Tag, ThreadLink, ThreadTag
from tests.factories import make_category, make_person
from tests.importing.dumps import answer, comment, person, question, tea, write_table
from tests.importing.stackexchange.brought import SITE, brought, local_id, post_of, thread_of


def test_everything_is_counted_and_what_dangles_by_its_cause(app: Flask, tmp_path: Path) -> None:
    figures = brought(tea(tmp_path)).as_json()
    assert {name: count for name, count in figures.items() if count} == {
        "people": 5,
        "questions": 2,
        "answers": 2,
        "comments": 2,
        "accepted": 1,
        "tags": 4,
        "links": 2,
        "duplicates": 1,
        "revisions": 1,
        "imported_votes": -2,
        "comment_votes": 2,
        "views": 80,
        "closed": 1,
        "locked": 1,
        "wiki": 1,
        "deleted_owners": 1,
        "new": figures["new"],
        "skipped": {
            "comments_on_missing_posts": 1,
            "history_on_missing_posts": 1,
            "links_between_linked_threads": 1,
            "links_to_missing_posts": 1,
            "links_within_a_thread": 1,
            "tag_wikis": 1,
            "votes_on_missing_posts": 1,
        },
    }


def test_a_thread_is_as_it_was_there(app: Flask, tmp_path: Path) -> None:
    brought(tea(tmp_path))
    thread = thread_of(11)
    assert (thread.kind, thread.title, thread.slug) == ("question", "Why is my tea bitter?", "why-is-my-tea-bitter")
    assert (thread.views, thread.helpful, thread.replies, thread.last_number, thread.activity) == (40, 3, 2, 3, 5)
    assert thread.created_at == datetime(2015, 2, 3, 10, 11, 0, 123000, tzinfo=UTC)
    assert thread.first_reply_at == datetime(2015, 2, 4, 10, 13, tzinfo=UTC)
    assert thread.last_activity_at == datetime(2015, 2, 5, 10, 0, 0, 500000, tzinfo=UTC)
    assert thread.last_poster_id == local_id("person", 2)
    assert thread.accepted_post_id == local_id("post", 13)
    posts = db.session.scalars(sa.select(Post).filter_by(thread_id=thread.id).order_by(Post.activity)).all()
    assert [post.id for post in posts] == [
        local_id(*row) for row in [("post", 11), ("comment", 71), ("post", 13), ("post", 12), ("comment", 70)]
    ]
    assert [(post.number, post.activity) for post in posts] == [(1, 1), (None, 2), (2, 3), (3, 4), (None, 5)]
    assert [post.imported_votes for post in posts] == [3, 1, -5, 2, 1]
    assert [post.is_wiki for post in posts] == [False, False, False, True, False]
    names = db.session.scalars(sa.select(Tag.name).join(ThreadTag).filter_by(thread_id=thread.id).order_by(Tag.name))
    assert list(names) == ["brewing", "water-quality"]
    assert db.session.scalar(sa.select(Tag.description).filter_by(name="brewing")) == "About making tea"
    category = db.session.get_one(Category, thread.category_id)
    assert (category.name, category.visibility) == (SITE, "everyone")


def test_who_accepted_which_answer_and_when_is_kept(app: Flask, tmp_path: Path) -> None:
    brought(tea(tmp_path))
    accepted = db.session.scalars(sa.select(Acceptance)).one()
    assert (accepted.post_id, accepted.by_id) == (local_id("post", 13), local_id("person", 1))
    assert accepted.at == datetime(2015, 2, 6, tzinfo=UTC)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Question)) == 2


def test_links_lead_to_what_was_imported(app: Flask, tmp_path: Path) -> None:
    brought(tea(tmp_path))
    assert post_of(11).source == f"Like [there](/t/{SITE}/14) or [here](https://{SITE}/tags)."
    said = post_of(70, "comment")
    assert said.source == f"@Bob see [this](/t/{SITE}/13) and [https://{SITE}/q/11](/t/{SITE}/11)."
    assert '<a class="mention" href="/people/Bob">@Bob</a>' in said.html.replace(
        'href="/people/Bob" class="mention"', 'class="mention" href="/people/Bob"'
    )
    links = db.session.execute(
        sa.select(ThreadLink.from_id, ThreadLink.to_id, ThreadLink.kind).order_by(ThreadLink.kind)
    )
    first, second = thread_of(11).id, thread_of(14).id
    assert [tuple(link) for link in links] == [(first, second, "duplicate"), (first, second, "linked")]


def test_only_people_of_the_site_are_mentioned(app: Flask, tmp_path: Path) -> None:
    make_person("Oz")
    folder = tea(tmp_path)
    write_table(folder, "comments.xml", [comment(70, 12, "@Oz and @AdaOolong agree")])
    brought(folder)
    assert post_of(70, "comment").html.count("<a") == 1


def test_comments_have_no_blocks(app: Flask, tmp_path: Path) -> None:
    brought(tea(tmp_path))
    said = post_of(71, "comment")
    assert (said.html.strip(), said.author_id, said.author_name) == ("<p>1. is not a list</p>", None, "user9")


def test_states_have_their_story(app: Flask, tmp_path: Path) -> None:
    brought(tea(tmp_path))
    closed = db.session.get_one(Event, thread_of(11).closed_event_id)
    assert (closed.kind, closed.reason, closed.actor_id) == ("thread.closed", "Off-topic", local_id("person", 2))
    assert closed.at == datetime(2015, 3, 1, tzinfo=UTC)
    locked = db.session.get_one(Event, thread_of(14).locked_event_id)
    assert (locked.kind, locked.logged, locked.thread_id) == ("thread.locked", False, thread_of(14).id)
    assert thread_of(11).locked_event_id is None


def test_earlier_versions_are_kept(app: Flask, tmp_path: Path) -> None:
    brought(tea(tmp_path))
    post = post_of(11)
    assert (post.revision, post.edit_reason, post.edited_by_id) == (2, "whose tea", local_id("person", 3))
    version = db.session.scalars(sa.select(PostRevision)).one()
    assert (version.post_id, version.revision, version.title, version.tags) == (
        post.id,
        1,
        "Why is tea bitter?",
        "brewing",
    )
    assert (version.source, version.by_id) == ("Like *there*\n\nor here.", local_id("person", 1))
    assert version.at == datetime(2015, 2, 3, 10, 11, 0, 123000, tzinfo=UTC)


def test_a_post_has_the_source_that_its_author_wrote_if_it_looks_the_same(app: Flask, tmp_path: Path) -> None:
    brought(tea(tmp_path))
    assert post_of(13).source == "_Too_ hot."
    assert post_of(11).source.startswith("Like [there]")


def test_people_come_without_a_way_in(app: Flask, tmp_path: Path) -> None:
    make_person("bob")
    brought(tea(tmp_path))
    people = {_id: db.session.get_one(Person, local_id("person", _id)) for _id in (-1, 1, 2, 3, 4)}
    assert [each.username for each in people.values()] == ["Community-1", "AdaOolong", "Bob-2", "Bob-3", "ΨηφίοΩλόγκ"]
    assert [each.name for each in people.values()] == ["Community", "Ada Oolong", "Bob", "Bob", "Ψηφίο Ωλόγκ"]
    for each in people.values():
        assert (each.kind, each.role, each.email, each.password_hash) == ("imported", "member", None, None)
    assert people[1].about == "I drink **a lot**."
    assert "<strong>a lot</strong>" in people[1].about_html
    assert people[1].created_at == datetime(2015, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)


def test_authors_who_are_gone_keep_their_name(app: Flask, tmp_path: Path) -> None:
    brought(tea(tmp_path))
    assert (thread_of(14).author_id, thread_of(14).author_name, post_of(14).author_name) == (None, "user23", "user23")
    assert (post_of(12).author_name, post_of(12).author_id) == ("", local_id("person", 2))


def test_nobody_is_told(app: Flask, tmp_path: Path) -> None:
    brought(tea(tmp_path))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 0


def test_bad_rows_are_listed_and_the_rest_comes_in(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / SITE
    folder.mkdir()
    write_table(
        folder,
        "Posts.xml",
        [
            question(1, ""),
            question(2, "Good", ClosedDate="soon"),
            question(3, "Good", AcceptedAnswerId=99),
            answer(4, 1),
            answer(5, 3, CreationDate=""),
            question(3, "Twice"),
            '<row Id="6" Title="<oops>" />',
            {"Id": 7, "PostTypeId": 6, "CreationDate": "2015-01-01"},
        ],
        end="\r\n",
    )
    write_table(folder, "Users.xml", [person(1, "Ada"), {"Id": 2}])
    write_table(folder, "Comments.xml", [comment(1, 3, ""), comment(2, 4), comment(3, 3)])
    report = brought(folder)
    assert report.errors == [
        "Posts.xml:3: Title is missing",
        "Posts.xml:4: ClosedDate is not a time: 'soon'",
        "Posts.xml:7: CreationDate is missing",
        "Posts.xml:8: Id 3 is there twice",
        report.errors[4],
        "Comments.xml:3: Text is missing",
        "Users.xml:4: CreationDate is missing",
    ]
    assert report.errors[4].startswith("Posts.xml:9: the row is not well-formed")
    assert (report.counts["questions"], report.counts["comments"], report.counts["people"]) == (1, 1, 1)
    assert report.as_json()["skipped"] == {
        "accepted_answers_missing": 1,
        "answers_to_missing_questions": 1,
        "comments_on_missing_posts": 1,
        "posts_of_type_6": 1,
    }


def test_a_dump_of_posts_alone_comes_in(app: Flask, tmp_path: Path) -> None:
    write_table(tmp_path, "posts.xml", [question(1, "日本茶とは?", OwnerUserId=8, Tags="<green>")])
    report = brought(tmp_path, site=SITE, language="ja")
    assert (report.counts["questions"], report.counts["tags"], report.counts["people"]) == (1, 1, 0)
    assert (thread_of(1).author_name, thread_of(1).language) == ("user8", "ja")
    assert brought(tmp_path, site=SITE).counts == report.counts


def test_a_category_can_be_chosen(app: Flask, tmp_path: Path) -> None:
    category = make_category("Archive").id
    brought(tea(tmp_path), category="archive")
    assert thread_of(11).category_id == category
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Category)) == 1


def test_two_communities_under_one_name_are_not_mixed(app: Flask, tmp_path: Path) -> None:
    folder = tea(tmp_path)
    brought(folder)
    write_table(folder, "Posts.xml", [question(11, "Another", CreationDate="2001-01-01T00:00:00")])
    with pytest.raises(NotADumpError, match="--site"):
        brought(folder)


def test_kept_counters_are_what_the_rows_say(app: Flask, tmp_path: Path) -> None:
    folder = tea(tmp_path)
    brought(folder)
    assert app.test_cli_runner().invoke(args=["recount", "--check"]).exit_code == 0
    write_table(folder, "comments.xml", [comment(70, 12), comment(73, 14), comment(75, 13)])
    rows = [question(11, "A"), answer(12, 11), answer(13, 11), answer(15, 11, OwnerUserId=1), answer(17, 14)]
    write_table(folder, "Posts.xml", [*rows, question(14, "B")])
    assert brought(folder).new == 4
    assert app.test_cli_runner().invoke(args=["recount", "--check"]).exit_code == 0
