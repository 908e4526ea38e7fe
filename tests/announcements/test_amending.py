"""What people were told of is corrected, added to or withdrawn, and never goes silently."""

from datetime import date, timedelta

import pytest
from flask import Flask

from portal.announcements import actions, queries
from portal.announcements.actions import Restated
from portal.announcements.models import AnnouncementItem
from portal.core import clock
from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.events.models import Event
from portal.ideas.actions import decide
from portal.ideas.models import Idea, Outcome
from portal.notices.telling.steps import tell_due
from portal.people.viewer import VISITOR, Viewer
from portal.threads import actions as threads
from portal.threads import queries as places
from portal.threads.models import Post, PostRevision
from tests.announcements.making import TEXT, drafted, idea, items, manager, outcomes, status_of
from tests.factories import make_outcome, make_person, viewer_of


def published(boss: Viewer, *pairs: tuple[Idea, str], **more: object) -> int:
    """Long enough ago to be told of."""
    made = drafted(boss, *pairs, **more)
    with clock.standing(now() - timedelta(days=1)):
        write(actions.publish, boss, made)
    return made


def one(kind: str) -> Event:
    return db.session.scalars(db.select(Event).filter_by(kind=kind)).one()


def item_of(announcement_id: int, wish: Idea) -> AnnouncementItem:
    db.session.expire_all()
    return db.session.scalars(
        db.select(AnnouncementItem).filter_by(announcement_id=announcement_id, idea_id=wish.thread_id)
    ).one()


def revision(announcement_id: int) -> int:
    return db.session.scalars(db.select(Post.revision).filter_by(thread_id=announcement_id, number=1)).one()


def test_a_correction_says_what_was_wrong_and_keeps_how_it_was(app: Flask):
    boss, wish = manager(), idea()
    made = published(boss, (wish, "shipped"))
    item = item_of(made, wish)
    again = {item.id: Restated("For all.", date(2026, 12, 10), "in Pro")}
    said = {"said": "It is the tenth.", "title": "Exports", "body": "Other words."}
    write(actions.correct, boss, made, **said, revision=revision(made), items=again)
    event = one("announcement.corrected")
    assert (event.thread_id, event.data["said"], event.due_at is not None) == (made, "It is the tenth.", True)
    [entry] = queries.changelog(VISITOR).rows
    assert (entry.title, entry.items[0].available_on, entry.items[0].available_to) == (
        "Exports",
        date(2026, 12, 10),
        "in Pro",
    )
    assert "Other words" in entry.html
    assert [each.source for each in db.session.scalars(db.select(PostRevision))] == [TEXT]
    [shown] = queries.announcement_part(VISITOR, made).corrections
    assert shown.said == "It is the tenth."
    assert status_of(wish) == "shipped"


def test_the_reason_of_the_idea_is_corrected_quietly_while_it_is_still_that(app: Flask):
    boss, still, moved = manager(), idea("CSV"), idea("PDF")
    made = published(boss, (still, "shipped"), (moved, "shipped"))
    make_outcome(moved, "planned", reason="We took it back.")
    first, second = item_of(made, still), item_of(made, moved)
    outcome_id = first.outcome_id
    for words in ("In the menu.", "In the File menu."):
        again = {first.id: Restated(words), second.id: Restated(words)}
        write(actions.correct, boss, made, said="The menu.", title="T", body=TEXT, revision=revision(made), items=again)
    newest = db.session.get_one(Outcome, db.session.get_one(Idea, still.thread_id).outcome_id)
    assert (newest.reason, newest.tell, newest.edits_id) == ("In the File menu.", "quiet", outcome_id)
    assert item_of(made, still).outcome_id == outcome_id
    assert status_of(moved) == "planned"


def test_another_outcome_is_decided_and_what_was_said_first_never_held(app: Flask):
    boss, wish, other = manager(), idea("CSV"), idea("PDF")
    make_outcome(wish, "partly-shipped")
    made = published(boss, (wish, "shipped"), (other, "shipped"))
    tell_due()
    first, second = item_of(made, wish), item_of(made, other)
    had = second.outcome_id
    again = {first.id: Restated("", outcome="partly-shipped"), second.id: Restated("Too dear.", outcome="declined")}
    for said in ({second.id: Restated("", outcome="declined")}, {second.id: Restated("x", outcome="duplicate")}):
        with pytest.raises(Invalid):
            write(actions.correct, boss, made, said="No.", title="T", body=TEXT, revision=revision(made), items=said)
    write(actions.correct, boss, made, said="Not yet.", title="T", body=TEXT, revision=revision(made), items=again)
    assert (status_of(wish), status_of(other)) == ("partly-shipped", "declined")
    assert not item_of(made, wish).recorded, "what had been decided before holds again"
    item, event = item_of(made, other), one("announcement.corrected")
    newest = db.session.get_one(Outcome, item.outcome_id)
    assert (item.recorded, item.event_id, newest.event_id, newest.reason) == (True, event.id, event.id, "Too dear.")
    assert db.session.get_one(Outcome, had).ended_event_id == event.id
    write(actions.withdraw, boss, made, reason="All of it.")
    assert status_of(other) == "open"


def test_another_outcome_before_anyone_was_told_leaves_no_trace_of_the_first(app: Flask):
    boss, wish = manager(), idea()
    made = drafted(boss, (wish, "shipped"))
    write(actions.publish, boss, made)
    item = item_of(made, wish)
    again = {item.id: Restated("Next year.", outcome="deferred", revisit_on=date(2030, 1, 1))}
    write(actions.correct, boss, made, said="Not yet.", title="T", body=TEXT, revision=revision(made), items=again)
    [outcome] = outcomes(wish)
    assert (outcome.status, outcome.revisit_on) == ("deferred", date(2030, 1, 1))
    assert item_of(made, wish).event_id == one("announcement.published").id
    write(actions.undo, boss, made)
    assert (status_of(wish), outcomes(wish)) == ("open", [])


def test_a_correction_needs_a_sentence_and_an_item_its_reason(app: Flask):
    boss, wish = manager(), idea()
    reasoned = items((wish, "declined"), note="Too dear.")
    made = published(boss, items=reasoned)
    item = item_of(made, wish)
    with pytest.raises(Invalid) as caught:
        write(actions.correct, boss, made, said=" ", title="T", body=TEXT, revision=1)
    assert set(caught.value.fields) == {"said"}
    with pytest.raises(Invalid) as caught:
        write(actions.correct, boss, made, said="No.", title="T", body=TEXT, revision=1, items={item.id: Restated("")})
    assert set(caught.value.fields) == {f"note-{item.id}"}
    with pytest.raises(Conflict):
        write(actions.correct, boss, made, said="No.", title="T", body=TEXT, revision=9)


def test_withdrawing_ends_what_it_recorded_and_nothing_else(app: Flask):
    boss, recorded, found, moved = manager(), idea("CSV"), idea("PDF"), idea("XML")
    make_outcome(recorded, "planned")
    had = make_outcome(found, "shipped", tell="with-announcement")
    made = published(boss, (recorded, "shipped"), (found, "shipped"), (moved, "shipped"))
    write(decide, boss, moved.thread_id, status="declined", reason="After all.")
    write(actions.withdraw, boss, made, reason="It broke.")
    assert (status_of(recorded), status_of(found), status_of(moved)) == ("planned", "shipped", "declined")
    assert db.session.get_one(Outcome, had.id).ended_event_id is None
    event = one("announcement.withdrawn")
    assert (event.data["said"], event.due_at is not None) == ("It broke.", True)
    assert item_of(made, recorded).outcome_id is not None


def test_a_withdrawn_one_leaves_the_list_and_its_page_says_why(app: Flask):
    boss, wish = manager(), idea()
    made = published(boss, (wish, "shipped"))
    assert [each.id for each in queries.of_idea(VISITOR, wish.thread_id)] == [made]
    write(actions.withdraw, boss, made, reason="It broke.")
    assert queries.changelog(VISITOR).rows == ()
    assert queries.of_idea(VISITOR, wish.thread_id) == ()
    assert places.get_visible(VISITOR, made).id == made
    withdrawn = queries.announcement_part(VISITOR, made).withdrawn
    assert withdrawn is not None
    assert withdrawn.said == "It broke."
    with pytest.raises(Forbidden):
        write(actions.withdraw, boss, made, reason="Again.")
    with pytest.raises(Forbidden):
        write(actions.publish, boss, made)


def test_withdrawn_before_anyone_was_told_nobody_is(app: Flask):
    boss = manager()
    made = drafted(boss)
    write(actions.publish, boss, made)
    write(actions.withdraw, boss, made, reason="Too early.")
    assert one("announcement.published").due_at is None


def test_ideas_added_later_are_owed_word_of_by_themselves(app: Flask):
    boss, first, second = manager(), idea("CSV"), idea("PDF")
    made = published(boss, (first, "shipped"))
    write(actions.extend, boss, made, items((second, "partly-shipped"), (idea("XML"), "shipped")))
    event = one("announcement.extended")
    assert (event.thread_id, event.due_at is not None) == (made, True)
    assert item_of(made, second).event_id == event.id
    assert item_of(made, first).event_id == one("announcement.published").id
    assert status_of(second) == "partly-shipped"
    assert [each.title for each in queries.announcement_part(VISITOR, made).items] == ["CSV", "PDF", "XML"]


def test_what_is_named_already_is_not_added_again(app: Flask):
    boss, wish = manager(), idea()
    made = published(boss, (wish, "shipped"))
    for said in (items((wish, "shipped")), ()):
        with pytest.raises(Invalid):
            write(actions.extend, boss, made, said)
    with pytest.raises(Invalid):
        write(actions.extend, boss, made, items((idea("PDF"), "declined")))
    assert len(queries.announcement_part(boss, made).items) == 1


def test_an_extended_one_cannot_be_undone(app: Flask):
    boss = manager()
    made = drafted(boss)
    write(actions.publish, boss, made)
    write(actions.extend, boss, made, items((idea(), "shipped")))
    with pytest.raises(Conflict):
        write(actions.undo, boss, made)


def test_nobody_deletes_what_people_were_told_of(app: Flask):
    boss = manager()
    made = published(boss)
    for viewer in (boss, viewer_of(make_person(role="moderator")), viewer_of(make_person(role="admin"))):
        with pytest.raises(Forbidden):
            write(threads.delete_thread, viewer, made, reason="x")
        with pytest.raises(Forbidden):
            write(actions.discard, viewer, made)


def test_nobody_replies_to_a_draft_and_anyone_to_what_is_published(app: Flask):
    boss, member = manager(), viewer_of(make_person())
    made = drafted(boss)
    with pytest.raises(Forbidden):
        write(threads.reply, boss, made, body="Shall we?")
    write(actions.publish, boss, made)
    assert write(threads.reply, member, made, body="Thank you.")


@pytest.mark.parametrize("act", ["correct", "extend", "withdraw", "undo"])
def test_others_than_managers_cannot(app: Flask, act: str):
    made = published(manager())
    given: dict[str, tuple[tuple[object, ...], dict[str, object]]] = {
        "correct": ((), {"said": "x", "title": "T", "body": "B", "revision": 1}),
        "extend": ((items((idea(), "shipped")),), {}),
        "withdraw": ((), {"reason": "x"}),
        "undo": ((), {}),
    }
    rest, named = given[act]
    with pytest.raises(Forbidden):
        write(getattr(actions, act), viewer_of(make_person(role="agent")), made, *rest, **named)
