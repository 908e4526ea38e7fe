"""Tags as admins tend them."""

import pytest
from flask import Flask

from portal.core.db import db, write
from portal.core.errors import Invalid, NotFound
from portal.events.models import Event
from portal.people.viewer import VISITOR, Viewer
from portal.threads.actions.tags import change_tag, delete_tag, merge_tag
from portal.threads.models import Tag, Thread
from portal.threads.queries import tags_of
from tests.factories import make_person, make_thread, viewer_of


@pytest.fixture
def admin(app: Flask) -> Viewer:
    return viewer_of(make_person("ada", role="admin"))


def tag(name: str, description: str = "") -> int:
    found = Tag(name=name, description=description)
    db.session.add(found)
    db.session.commit()
    return found.id


def id_of(name: str) -> int:
    return db.session.scalars(db.select(Tag.id).filter_by(name=name)).one()


def tagged(admin: Viewer, *names: str) -> Thread:
    return make_thread(admin, tags=names)


def test_renamed_and_described(admin: Viewer):
    thread = tagged(admin, "printr")
    write(change_tag, admin, id_of("printr"), name=" Printer Setup", description="How to begin")
    assert tags_of(thread.id) == ("printer-setup",)
    event = db.session.scalars(db.select(Event).filter_by(kind="tag.changed")).one()
    assert (event.logged, event.data["before"], event.data["name"]) == (True, "printr", "printer-setup")


@pytest.mark.parametrize("name", ["", "!!!", "x" * 41, "taken", "Taken"])
def test_names_that_cannot_be(admin: Viewer, name: str):
    tag("taken")
    with pytest.raises(Invalid) as refused:
        write(change_tag, admin, tag("mine"), name=name, description="")
    assert list(refused.value.fields) == ["name"]


def test_merged_threads_have_the_other_once(admin: Viewer):
    both, one, neither = tagged(admin, "a", "b"), tagged(admin, "a"), tagged(admin, "c")
    target = write(merge_tag, admin, id_of("a"), into=" B ")
    assert target == id_of("b")
    assert [tags_of(thread.id) for thread in (both, one, neither)] == [("b",), ("b",), ("c",)]
    assert not db.session.scalar(db.select(Tag).filter_by(name="a"))
    event = db.session.scalars(db.select(Event).filter_by(kind="tag.merged")).one()
    assert (event.data["name"], event.data["into"]) == ("a", "b")


def test_a_description_is_not_lost_by_merging(admin: Viewer):
    write(merge_tag, admin, tag("a", "About a"), into=db.session.get_one(Tag, tag("b")).name)
    assert db.session.scalars(db.select(Tag.description)).one() == "About a"


def test_not_merged_into_itself_or_into_nothing(admin: Viewer):
    mine = tag("mine")
    for into in ("mine", "ghost", ""):
        with pytest.raises(Invalid) as refused:
            write(merge_tag, admin, mine, into=into)
        assert "into" in refused.value.fields


def test_only_what_nothing_has_is_deleted(admin: Viewer):
    tagged(admin, "used")
    with pytest.raises(Invalid):
        write(delete_tag, admin, id_of("used"))
    write(delete_tag, admin, tag("unused"))
    assert db.session.scalars(db.select(Tag.name)).all() == ["used"]


@pytest.mark.parametrize("role", ["member", "agent", "manager", "moderator"])
def test_for_others_than_admins_none_of_it_exists(app: Flask, role: str):
    mine = tag("mine")
    for viewer in (viewer_of(make_person(role=role)), VISITOR):
        with pytest.raises(NotFound):
            write(change_tag, viewer, mine, name="x", description="")
        with pytest.raises(NotFound):
            write(merge_tag, viewer, mine, into="mine")
        with pytest.raises(NotFound):
            write(delete_tag, viewer, mine)
