"""Who follows a thread: by choice, by what they did, by its category and its tags."""

import pytest
from flask import Flask

from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.people.actions.erasing import erase
from portal.people.viewer import VISITOR, Viewer
from portal.threads import actions
from portal.threads.models import CategoryWatch, ReadMark, TagWatch, Thread
from portal.threads.queries import (
    category_level,
    followed_categories,
    followed_tags,
    followed_threads,
    followers,
    get_visible,
    tag_level,
)
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of

BOSS = Viewer(id=None, role="admin")


def of(thread: Thread) -> dict[int, str]:
    """The followers but its author."""
    found = db.session.execute(followers(get_visible(BOSS, thread.id))).all()
    return {row.person_id: row.level for row in found if row.person_id != thread.author_id}


def someone() -> Viewer:
    return viewer_of(make_person())


CASES = [
    # chosen for the thread, an act of theirs, the category, the tag: what comes of it
    ("", False, "", "", ""),
    ("watch", False, "", "", "watch"),
    ("", True, "", "", "follow"),
    ("", True, "watch", "", "watch"),
    ("", True, "mute", "mute", "follow"),
    ("", False, "follow", "watch", "watch"),
    ("", False, "mute", "watch", ""),
    ("none", True, "watch", "watch", ""),
    ("mute", True, "watch", "", ""),
    ("follow", False, "mute", "", "follow"),
    ("follow", False, "watch", "watch", "follow"),
]


@pytest.mark.parametrize(("chosen", "acted", "of_category", "of_tag", "expected"), CASES)
def test_what_was_chosen_holds_then_the_most(
    app: Flask, chosen: str, acted: bool, of_category: str, of_tag: str, expected: str
) -> None:
    thread, viewer = make_thread(tags=["x", "y"]), someone()
    if acted:
        make_reply(thread, viewer)
    if of_category:
        write(actions.watch_category, viewer, thread.category_id, level=of_category)
    if of_tag:
        write(actions.watch_tag, viewer, "x", level=of_tag)
    if chosen:
        write(actions.set_watch, viewer, thread.id, level=chosen)
    assert of(thread) == ({viewer.id: expected} if expected else {})


def test_who_may_not_see_it_does_not_follow_it(app: Flask) -> None:
    inside, viewer, agent = make_category(), someone(), viewer_of(make_person(role="agent"))
    for each in (viewer, agent):
        write(actions.watch_category, each, inside.id, level="watch")
    inside.visibility = "staff"
    thread = make_thread(viewer_of(make_person(role="agent")), category=inside)
    assert of(thread) == {agent.id: "watch"}
    assert followed_categories(viewer) == ()


def test_a_choice_replaces_the_one_before(app: Flask) -> None:
    thread, viewer = make_thread(tags=["x"]), someone()
    for level in ("watch", "mute", "none", "follow"):
        write(actions.watch_category, viewer, thread.category_id, level=level)
        write(actions.watch_tag, viewer, "x", level=level)
        assert category_level(viewer, thread.category_id) == tag_level(viewer, "x") == level
        rows = [*db.session.scalars(db.select(CategoryWatch.level)), *db.session.scalars(db.select(TagWatch.level))]
        assert rows == ([] if level == "none" else [level, level])
    assert (category_level(VISITOR, thread.category_id), tag_level(VISITOR, "x")) == ("", "")


def test_nobody_follows_what_they_do_not_see(app: Flask) -> None:
    inside, viewer = make_category(visibility="staff"), someone()
    make_thread(viewer_of(make_person(role="agent")), category=inside, tags=["hidden"])
    with pytest.raises(NotFound):
        write(actions.watch_category, viewer, inside.id, level="watch")
    with pytest.raises(NotFound):
        write(actions.watch_tag, viewer, "hidden", level="watch")
    with pytest.raises(Forbidden):
        write(actions.watch_tag, VISITOR, "hidden", level="watch")
    with pytest.raises(Invalid):
        write(actions.watch_category, viewer, inside.id, level="shout")


def test_the_lists_of_what_one_follows(app: Flask) -> None:
    viewer, gone = someone(), make_thread(title="Gone")
    kept, quiet = make_thread(title="Kept", tags=["x"]), make_thread(title="Quiet")
    for thread, level in ((gone, "watch"), (kept, "follow"), (quiet, "mute"), (make_thread(), "none")):
        write(actions.set_watch, viewer, thread.id, level=level)
    write(actions.watch_tag, viewer, "x", level="watch")
    write(actions.watch_category, viewer, kept.category_id, level="mute")
    assert [row.title for row in followed_threads(viewer).rows] == ["Quiet", "Kept", "Gone"]
    write(actions.set_hidden, viewer_of(make_person(role="moderator")), gone.id, on=True, reason="Rude")
    assert [(row.title, row.level) for row in followed_threads(viewer).rows] == [("Quiet", "mute"), ("Kept", "follow")]
    assert [(row.title, row.level) for row in followed_tags(viewer)] == [("x", "watch")]
    assert [row.level for row in followed_categories(viewer)] == ["mute"]


def test_a_tag_that_goes_into_another_brings_its_followers(app: Flask) -> None:
    from portal.threads.actions.tags import merge_tag

    make_thread(tags=["x", "y"])
    viewer, both, admin = someone(), someone(), viewer_of(make_person(role="admin"))
    write(actions.watch_tag, viewer, "x", level="watch")
    write(actions.watch_tag, both, "x", level="watch")
    write(actions.watch_tag, both, "y", level="mute")
    write(merge_tag, admin, db.session.scalars(db.select(TagWatch.tag_id)).first(), into="y")
    assert (tag_level(viewer, "y"), tag_level(both, "y")) == ("watch", "mute")


def test_whoever_leaves_takes_along_what_they_read_and_followed(app: Flask) -> None:
    thread, person = make_thread(tags=["x"]), make_person()
    viewer = viewer_of(person)
    write(actions.watch_category, viewer, thread.category_id, level="watch")
    write(actions.watch_tag, viewer, "x", level="watch")
    write(actions.mark_read, viewer, thread.id, to=1)
    write(erase, viewer)
    for table in (CategoryWatch, TagWatch, ReadMark):
        assert db.session.scalars(db.select(table.person_id)).all() == []
