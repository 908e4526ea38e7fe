"""The index is what the posts say, whatever happens to them; and it can be made anew."""

import runpy

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update

from portal import ROOT
from portal.core.db import db, write
from portal.people.viewer import VISITOR
from portal.search import rebuilding
from portal.search.models import SearchEntry, SearchGram, SearchWord
from portal.search.queries.proof import differences
from portal.search.queries.titles import titles as typed_titles
from portal.search.tending import Round
from portal.threads import actions
from portal.threads.actions.tags import change_tag, merge_tag
from portal.threads.models import Post, Tag, Thread
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of
from tests.search.looking import counted, found, titles


def wrong() -> list[object]:
    db.session.commit()
    return list(differences(db.session.scalars(select(Thread.id)).all()))


def how_common(word: str) -> int:
    db.session.commit()
    return db.session.scalar(select(func.sum(SearchWord.posts)).where(SearchWord.word == word)) or 0


def test_an_edit_of_text_title_and_tags_is_found_at_once(app: Flask) -> None:
    anna = make_person()
    thread = make_thread(anna, title="First title", body="First text", tags=["first-tag"])
    post = db.session.scalars(select(Post).filter_by(thread_id=thread.id)).one()
    changed = {"body": "Second words", "title": "Zebra", "tags": ["giraffe"]}
    write(actions.edit_post, viewer_of(anna), post.id, revision=post.revision, **changed)
    assert titles("second zebra giraffe") == ["Zebra"]
    assert titles("first") == []
    assert wrong() == []


def test_merging_and_splitting_carry_the_index(app: Flask) -> None:
    moderator = viewer_of(make_person(role="moderator"))
    target, source = make_thread(title="Target", body="apple"), make_thread(title="Source", body="banana")
    reply = make_reply(source, body="cherry")
    write(actions.comment, viewer_of(make_person()), reply.id, body="damson")
    write(actions.merge, moderator, source.id, into=target.id, reason="Same")
    for word in ("banana", "cherry", "damson"):
        assert titles(word) == ["Target"]
    assert titles("source") == []
    assert wrong() == []
    place = make_category()
    write(actions.split, moderator, target.id, post_ids=[reply.id], title="Own", category_id=place.id, reason="Other")
    assert titles("cherry") == titles("damson") == ["Own"]
    assert titles("banana") == ["Target"]
    assert wrong() == []


def test_a_tag_that_is_renamed_or_merged_is_found_by_its_new_name(app: Flask) -> None:
    admin = viewer_of(make_person(role="admin"))
    make_thread(title="One", tags=["walrus"])
    make_thread(title="Two", tags=["ocelot"])
    walrus = db.session.scalars(select(Tag).filter_by(name="walrus")).one()
    write(change_tag, admin, walrus.id, name="penguin", description="")
    assert (titles("penguin"), titles("walrus")) == (["One"], [])
    write(merge_tag, admin, walrus.id, into="ocelot")
    assert (sorted(titles("ocelot")), titles("penguin")) == (["One", "Two"], [])
    assert wrong() == []


def test_what_goes_and_comes_back_is_found_and_counted_accordingly(app: Flask) -> None:
    moderator = viewer_of(make_person(role="moderator"))
    thread = make_thread(title="Kiwi")
    go_round = Round()
    counted()
    assert (titles("kiwi"), how_common("kiwi")) == (["Kiwi"], 1)
    secret = make_category(visibility="staff")
    for act, shown in (
        (lambda: actions.set_hidden(moderator, thread.id, on=True, reason="Spam"), False),
        (lambda: actions.set_hidden(moderator, thread.id, on=False, reason="Sorry"), True),
        (lambda: actions.delete_thread(moderator, thread.id, reason="Spam"), False),
        (lambda: actions.restore_thread(moderator, thread.id), True),
        (lambda: actions.move(moderator, thread.id, category_id=secret.id, reason="Ours"), False),
    ):
        write(act)
        assert titles("kiwi") == (["Kiwi"] if shown else [])
        go_round()
        assert how_common("kiwi") == int(shown)
    assert titles("kiwi", moderator) == ["Kiwi"]


def test_only_what_everyone_may_read_is_counted(app: Flask) -> None:
    make_thread(title="Plum plum", body="plum")
    make_thread(make_person(role="agent"), title="Plum", category=make_category(visibility="staff"))
    make_thread(title="Plum", category=make_category(visibility="members"))
    make_thread(title="Plum", privacy="staff")
    counted()
    assert how_common("plum") == 1
    assert how_common("") == 1


@pytest.fixture
def some(app: Flask) -> None:
    for number in range(7):
        thread = make_thread(title=f"Mango {number}", body="A mango a day", tags=["fruit"])
        make_reply(thread, body=f"Number {number}")
    make_thread(title="Mango", privacy="staff")
    counted()


def everything() -> object:
    db.session.commit()
    entries = select(SearchEntry.id, SearchEntry.title, SearchEntry.body, SearchEntry.counted)
    words = select(SearchWord.word, SearchWord.stem, SearchWord.posts, SearchWord.has_grams)
    return [sorted(map(tuple, db.session.execute(query))) for query in (entries, words.where(SearchWord.posts > 0))]


def test_rebuilding_makes_what_was_written_one_by_one(some: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("BATCH", 4), ("WORDS", 3), ("IN_MEMORY", 5)):
        monkeypatch.setattr(rebuilding, name, value)
    before = everything()
    assert rebuilding.rebuild().written == 0
    assert everything() == before
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("INSERT INTO search_index (search_index) VALUES ('delete-all')"))
    for table in (SearchEntry, SearchWord, SearchGram):
        db.session.execute(delete(table))
    db.session.commit()
    assert titles("mango") == []
    steps: list[int] = []
    done = rebuilding.rebuild(steps.append)
    assert (done.posts, done.written, sum(steps)) == (15, 15, 15)
    assert everything() == before
    assert found("mango").count == 7
    assert found("magno").corrected == "mango"


def test_recount_finds_and_repairs_what_the_index_does_not_have(some: None, app: Flask) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["recount", "--check"]).exit_code == 0
    first = db.session.scalars(select(SearchEntry.post_id).order_by(SearchEntry.id)).first()
    db.session.execute(update(Post).where(Post.id == first).values(html="<p>A papaya</p>"))
    db.session.commit()
    said = runner.invoke(args=["recount", "--check"])
    assert said.exit_code == 1
    assert f"post {first}: search_entry is outdated, should be as the post is now" in said.output
    assert runner.invoke(args=["recount"]).exit_code == 0
    assert found("papaya").count == 1
    assert runner.invoke(args=["recount", "--check"]).exit_code == 0
    assert "15 posts, 0 written anew" in runner.invoke(args=["search", "rebuild"]).output


def test_the_upgrade_gives_posts_of_before_the_words_of_their_titles(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite's index has had them from the first")
    steps = runpy.run_path(str(ROOT / "migrations" / "versions" / "0008_titles_in_the_index.py"))
    thread = make_thread(title="Exporting the c++ ledger, the ledger's export", body="How?")
    counted()
    typed = ("export", "ledger exp", "c++ led")
    for step, expected in (("TAKE_AWAY", []), ("ADD", [thread.id])):
        db.session.execute(text(steps[step]))
        assert [[hit.thread_id for hit in typed_titles(VISITOR, each)] for each in typed] == [expected] * 3
