"""Drafts: written, changed and thrown away by managers; nobody but staff learns of them."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.announcements import actions, queries
from portal.announcements.actions import ItemTyped, Written
from portal.core.db import db, write
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.people.models import Group, Person
from portal.people.viewer import VISITOR
from portal.site.actions import change_site
from portal.threads import queries as threads
from portal.threads.models import Category, Thread
from tests.announcements.making import idea, items, manager
from tests.factories import make_category, make_person, make_thread, viewer_of

WRITTEN = Written(title="Exports are here", body="You can export *everything*.", tags=("export",))


def test_a_draft_is_a_thread_that_only_staff_see(app: Flask):
    boss = manager()
    made = write(actions.draft, boss, WRITTEN)
    thread = db.session.get_one(Thread, made)
    assert (thread.kind, thread.privacy, thread.title) == ("announcement", "staff", "Exports are here")
    for viewer in (VISITOR, viewer_of(make_person())):
        with pytest.raises(NotFound):
            threads.get_visible(viewer, made)
        with pytest.raises(NotFound):
            queries.written(viewer, made)
    assert queries.written(boss, made).tags == ("export",)


def test_drafts_share_a_category_of_their_own_that_takes_nothing_else(app: Flask):
    made = [write(actions.draft, manager(), WRITTEN) for _ in range(2)]
    places = {db.session.get_one(Thread, id_).category_id for id_ in made}
    category = db.session.get_one(Category, places.pop())
    assert not places
    assert (category.kinds, category.visibility) == (["announcement"], "everyone")


def test_their_category_speaks_the_language_of_the_portal(app: Flask):
    write(change_site, viewer_of(make_person(role="admin")), language="sv")
    with force_locale("de"):  # that of who writes the first
        made = write(actions.draft, manager(), WRITTEN)
    category = db.session.get_one(Category, db.session.get_one(Thread, made).category_id)
    assert (category.name, category.slug) == ("Nyheter", "nyheter")


def test_of_several_such_categories_they_go_where_most_people_see_them(app: Flask):
    for place, visibility in enumerate(("staff", "members", "everyone", "members"), 1):
        make_category(visibility.title() + str(place), kinds=["announcement"], visibility=visibility, position=place)
    made = write(actions.draft, manager(), WRITTEN)
    home = db.session.get_one(Thread, made).category_id
    assert db.session.get_one(Category, home).visibility == "everyone"


@pytest.mark.parametrize("role", ["member", "agent", "moderator"])
def test_others_than_managers_cannot_write_one(app: Flask, role: str):
    with pytest.raises(Forbidden):
        write(actions.draft, viewer_of(make_person(role=role)), WRITTEN)


def test_items_are_kept_as_they_were_written(app: Flask):
    boss, shipped, later = manager(), idea("Export to CSV"), idea("Export to PDF")
    said = (
        ItemTyped(shipped.thread_id, "shipped", "With *headers*.", date(2026, 12, 3), "  in Pro "),
        ItemTyped(later.thread_id, "deferred", "No time.", revisit_on=date(2027, 3, 1)),
    )
    made = write(actions.draft, boss, replace(WRITTEN, items=said))
    first, second = queries.written(boss, made).items
    assert (first.idea_id, first.outcome, first.available_on) == (shipped.thread_id, "shipped", date(2026, 12, 3))
    assert (first.available_to, first.note, first.revisit_on) == ("in Pro", "With *headers*.", None)
    assert (second.idea_id, second.revisit_on, second.available_on) == (later.thread_id, date(2027, 3, 1), None)
    shown = queries.announcement_part(boss, made).items
    assert [item.title for item in shown] == ["Export to CSV", "Export to PDF"]
    assert "<em>headers</em>" in shown[0].note_html


def test_every_field_that_is_wrong_is_said_at_once(app: Flask):
    csv = idea("Export to CSV")
    wrong = Written(
        title=" ",
        body="",
        audience="nobody",
        items=items(
            (csv.thread_id, "shipped"), (987654, "shipped"), (csv.thread_id, "shipped"), (idea("B").thread_id, "open")
        ),
    )
    with pytest.raises(Invalid) as caught:
        write(actions.draft, manager(), wrong)
    assert set(caught.value.fields) == {"title", "body", "audience", "idea-1", "idea-2", "outcome-3"}


def test_an_idea_that_was_merged_stands_for_the_one_it_was_merged_into(app: Flask):
    boss, root = manager(), idea("Export")
    merged = idea("Also export", merged_into_id=root.thread_id, root_id=root.thread_id, status="duplicate")
    made = write(actions.draft, boss, replace(WRITTEN, items=items((merged.thread_id, "shipped"))))
    assert [item.idea_id for item in queries.written(boss, made).items] == [root.thread_id]


def test_a_question_is_no_idea(app: Flask):
    with pytest.raises(Invalid):
        write(actions.draft, manager(), replace(WRITTEN, items=items((make_thread().id, "shipped"))))


def test_the_second_of_two_editors_is_told(app: Flask):
    boss = manager()
    made = write(actions.draft, boss, WRITTEN)
    began = queries.written(boss, made).revision
    write(actions.change_draft, boss, made, replace(WRITTEN, title="One"), revision=began)
    with pytest.raises(Conflict):
        write(actions.change_draft, boss, made, replace(WRITTEN, title="Two"), revision=began)
    assert queries.written(boss, made).title == "One"


def test_a_change_puts_items_groups_and_tags_in_place_of_the_old(app: Flask):
    boss, csv = manager(), idea("Export to CSV")
    group = Group(name="Testers")
    db.session.add(group)
    db.session.commit()
    first = replace(WRITTEN, items=items((csv, "shipped")), audience="groups", group_ids=(group.id,))
    made = write(actions.draft, boss, first)
    assert queries.announcement_part(boss, made).groups == ("Testers",)
    other = idea("Import")
    after = replace(WRITTEN, items=items((other.thread_id, "declined"), note="No."), tags=("new",), body="Other words.")
    write(actions.change_draft, boss, made, after, revision=1)
    found = queries.written(boss, made)
    assert ([item.idea_id for item in found.items], found.group_ids) == ([other.thread_id], ())
    assert (found.tags, found.body, found.revision) == (("new",), "Other words.", 2)


def test_groups_must_be_named(app: Flask):
    with pytest.raises(Invalid) as caught:
        write(actions.draft, manager(), replace(WRITTEN, audience="groups", group_ids=(987654,)))
    assert set(caught.value.fields) == {"groups"}


def test_a_draft_is_thrown_away_by_managers_alone(app: Flask):
    boss = manager()
    made = write(actions.draft, boss, WRITTEN)
    with pytest.raises(Forbidden):
        write(actions.discard, viewer_of(make_person(role="agent")), made)
    write(actions.discard, boss, made)
    assert [row.id for row in queries.unpublished(boss)] == []


def test_a_form_sent_twice_makes_one_draft(app: Flask):
    boss = manager()
    made = [write(actions.draft, boss, WRITTEN, form_key="once") for _ in range(2)]
    assert made[0] == made[1]
    with pytest.raises(Conflict):
        write(actions.draft, boss, replace(WRITTEN, title="Another"), form_key="once")


def test_the_list_of_drafts_is_for_staff(app: Flask):
    boss = manager()
    made = write(actions.draft, boss, WRITTEN)
    assert [row.id for row in queries.unpublished(viewer_of(make_person(role="agent")))] == [made]
    with pytest.raises(NotFound):
        queries.unpublished(viewer_of(make_person()))


def test_author_is_the_one_who_began(app: Flask):
    boss = manager()
    made = write(actions.draft, boss, WRITTEN)
    other = manager()
    write(actions.change_draft, other, made, replace(WRITTEN, title="Changed"), revision=1)
    assert db.session.get_one(Thread, made).author_id == boss.id
    assert db.session.get_one(Person, boss.id).is_staff


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("17", 17),
        ("#17", 17),
        ("/ideas/17-export", 17),
        ("https://portal.example/ideas/17-export-2?page=2", 17),
        ("https://portal.example/t/17", 17),
        ("Export 17", 0),
        ("/questions/17-export", 0),
        ("", 0),
    ],
)
def test_an_idea_is_named_by_its_number_or_its_address(typed: str, number: int):
    assert queries.idea_number(typed) == number


def test_the_picker_finds_by_parts_of_words_the_most_wanted_first(app: Flask):
    boss = manager()
    few, many = idea("Export to CSV", wanted=2), idea("Exporting to Überseecontainer", wanted=9)
    idea("Import", wanted=99)
    assert [each.id for each in queries.find_ideas(boss, "export to")] == [many.thread_id, few.thread_id]
    assert [each.id for each in queries.find_ideas(boss, "überseec")] == [many.thread_id]
    assert [each.id for each in queries.find_ideas(boss, str(few.thread_id))] == [few.thread_id]
    assert queries.find_ideas(boss, "100%") == () == queries.find_ideas(boss, " ")
