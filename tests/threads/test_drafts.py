"""Drafts: kept while someone writes, theirs alone, gone when posted."""

from datetime import timedelta

import pytest
from flask import Flask

from portal import worker
from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.people.actions import erasing
from portal.people.models import Membership, Person
from portal.threads import actions, queries
from portal.threads.actions import drafts
from portal.threads.models import Draft, FormPlace
from tests.factories import make_category, make_comment, make_person, make_reply, make_thread, viewer_of


def keep(person: Person, place: str, **typed: str) -> bool:
    return write(actions.save_draft, viewer_of(person), place_of(place), {"body": "So far.", **typed})


def place_of(written: str) -> FormPlace:
    place = FormPlace.read(written)
    assert place
    return place


def left(person: Person, place: str) -> dict[str, str] | None:
    found = queries.draft_of(viewer_of(person), place_of(place))
    return dict(found.fields) if found else None


@pytest.mark.parametrize(
    "written",
    ["", "announcement", "reply", "reply:", "reply:0", "reply:x", "reply:-1", "question:1", "edit:1:2", "reply:²"],
)
def test_what_no_form_is_for(written: str) -> None:
    assert FormPlace.read(written) is None
    assert str(place_of("reply:7")) == "reply:7"
    assert str(place_of("question")) == "question"


def test_what_was_typed_is_found_again_by_its_owner_only(app: Flask) -> None:
    ada, bob, thread = make_person(), make_person(), make_thread()
    assert keep(ada, f"reply:{thread.id}")
    assert keep(ada, f"reply:{thread.id}", body="Further.", title="not a field of it")
    assert left(ada, f"reply:{thread.id}") == {"body": "Further."}
    assert left(bob, f"reply:{thread.id}") is None
    assert queries.drafts(viewer_of(bob)) == ()
    (row,) = queries.drafts(viewer_of(ada))
    assert (row.kind, row.title, row.excerpt) == ("reply", thread.title, "Further.")


def test_an_empty_form_has_no_draft(app: Flask) -> None:
    ada, thread = make_person(), make_thread()
    keep(ada, f"reply:{thread.id}")
    assert not keep(ada, f"reply:{thread.id}", body=" \n")
    assert left(ada, f"reply:{thread.id}") is None
    assert not keep(ada, "question", body="", category="3", language="sv", privacy="staff")


def test_an_edit_that_changes_nothing_has_no_draft(app: Flask) -> None:
    ada = make_person()
    thread = make_thread(ada, tags=["b", "a"])
    opening = queries.get_visible_post(viewer_of(ada), make_reply(thread).id - 1)
    place, same = f"edit:{opening.id}", {"title": thread.title, "body": opening.source, "tags": "a, b"}
    assert not keep(ada, place, **same)
    for changed in ({"title": "Another"}, {"body": "Another"}, {"tags": "a"}, {"reason": "Because"}):
        assert keep(ada, place, **(same | changed)), changed


def test_posting_takes_the_draft_away(app: Flask) -> None:
    ada, category, thread = make_person(), make_category(), make_thread()
    post, viewer = make_reply(thread, ada), viewer_of(ada)
    for place in ("question", "discussion", f"reply:{thread.id}", f"comment:{post.id}", f"edit:{post.id}"):
        keep(ada, place)
    write(actions.start_thread, viewer, kind="question", category_id=category.id, title="Why", body="So.")
    write(actions.reply, viewer, thread.id, body="So.")
    write(actions.comment, viewer, post.id, body="So.")
    write(actions.edit_post, viewer, post.id, body="So it is.", revision=1)
    assert [row.place for row in queries.drafts(viewer)] == ["discussion"]


def test_what_comes_after_the_form_was_posted_brings_nothing_back(app: Flask) -> None:
    ada, thread = make_person(), make_thread()
    viewer, place = viewer_of(ada), FormPlace("reply", thread.id)
    write(actions.reply, viewer, thread.id, body="So.", form_key="k1")
    assert not write(actions.save_draft, viewer, place, {"body": "So."}, form_key="k1")
    assert write(actions.save_draft, viewer, place, {"body": "And more"}, form_key="k2")


def test_a_refused_form_keeps_its_draft(app: Flask) -> None:
    ada, thread = make_person(), make_thread()
    keep(ada, f"reply:{thread.id}")
    with pytest.raises(Invalid):
        write(actions.reply, viewer_of(ada), thread.id, body=" ")
    assert left(ada, f"reply:{thread.id}")


def test_there_are_limits(app: Flask) -> None:
    ada = make_person()
    assert keep(ada, "question", body="ä" * (drafts.LONGEST // 2), title="t" * 5_000)
    assert len((left(ada, "question") or {})["title"]) == drafts.LONGEST_LINE
    with pytest.raises(Invalid):
        keep(ada, "question", body="ä" * (drafts.LONGEST // 2) + "x")
    threads = [make_thread(ada, category=make_category()).id for _ in range(3)]
    many = [Draft(person_id=ada.id, place=f"reply:{900 + n}", fields={}, at=now()) for n in range(drafts.MOST)]
    db.session.add_all(many)
    db.session.commit()
    keep(ada, f"reply:{threads[0]}")
    assert db.session.scalar(db.select(db.func.count()).select_from(Draft)) == drafts.MOST
    assert left(ada, f"reply:{threads[0]}")
    assert left(ada, "question") is None, "the oldest goes"


def test_what_may_not_be_seen_has_no_draft(app: Flask) -> None:
    ada, bob = make_person(), make_person()
    thread = make_thread(bob, privacy="staff")
    post = queries.thread_page(viewer_of(bob), thread.id).posts[0].id
    for place in (f"reply:{thread.id}", f"comment:{post}", f"edit:{post}", "reply:9999", "edit:9999"):
        with pytest.raises(NotFound):
            keep(ada, place)
    with pytest.raises(Forbidden):
        keep(ada, f"edit:{make_reply(make_thread(), bob).id}")


def test_who_may_not_see_the_thread_any_more_is_not_offered_its_draft(app: Flask) -> None:
    ada, group = make_person(), make_category("Group", visibility="members")
    thread = make_thread(category=group)
    post = make_reply(thread)
    comment = make_comment(post)
    keep(ada, f"reply:{thread.id}")
    keep(ada, f"comment:{post.id}")
    assert len(queries.drafts(viewer_of(ada))) == 2
    write(actions.hide_post, viewer_of(make_person(role="moderator")), post.id, on=True, reason="Rude.")
    assert [row.kind for row in queries.drafts(viewer_of(ada))] == ["reply"]
    group.visibility = "staff"
    db.session.commit()
    assert queries.drafts(viewer_of(ada)) == ()
    assert comment.id


def test_a_draft_goes_with_the_thread_that_is_merged(app: Flask) -> None:
    ada, bob, moderator = make_person(), make_person(), make_person(role="moderator")
    one, other = make_thread(), make_thread(category=make_category())
    keep(ada, f"reply:{one.id}")
    keep(bob, f"reply:{one.id}", body="Old")
    keep(bob, f"reply:{other.id}", body="New")
    write(actions.merge, viewer_of(moderator), one.id, into=other.id, reason="The same.")
    assert left(ada, f"reply:{other.id}") == {"body": "So far."}
    assert left(bob, f"reply:{other.id}") == {"body": "New"}
    for person in (ada, bob):  # who had the page of the first open all the while, and posts
        write(actions.reply, viewer_of(person), one.id, body="So far.")
    assert left(ada, f"reply:{other.id}") is None
    assert left(bob, f"reply:{other.id}") == {"body": "New"}


def test_drafts_end_with_the_account_and_with_time(app: Flask) -> None:
    ada, bob = make_person(), make_person()
    keep(ada, "question")
    keep(bob, "question")
    keep(bob, "discussion")
    write(erasing.erase, viewer_of(ada))
    assert db.session.scalars(db.select(Draft.person_id).distinct()).all() == [bob.id]
    old = db.session.get_one(Draft, (bob.id, "question"))
    old.at = now() - drafts.KEPT - timedelta(hours=1)
    db.session.commit()
    worker.run_once()
    assert [row.place for row in queries.drafts(viewer_of(bob))] == ["discussion"]
    assert not db.session.scalars(db.select(Membership)).all()
