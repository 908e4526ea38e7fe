"""Ideas are found as all else is, and by what became of them."""

from flask import Flask

from portal.core.clock import now
from portal.core.db import db
from portal.ideas.models import Idea, Outcome
from portal.people.viewer import VISITOR
from portal.search.queries.similar import similar
from portal.search.queries.titles import titles as begun
from portal.threads.models import Thread
from tests.factories import make_idea, make_thread
from tests.search.looking import found, titles


def decided(idea: Idea, status: str, reason: str = "") -> None:
    outcome = Outcome(idea_id=idea.thread_id, status=status, reason_html=reason, at=now(), tell="quiet")
    db.session.add(outcome)
    db.session.flush()
    idea.status, idea.outcome_id = status, outcome.id
    db.session.commit()


def title_of(idea: Idea) -> str:
    return db.session.get_one(Thread, idea.thread_id).title


def test_a_status_narrows_to_ideas_that_have_it(app: Flask) -> None:
    planned, declined = make_idea(title="Colour labels"), make_idea(title="Colour lamps")
    make_thread(title="Colour of the sea")
    decided(planned, "planned")
    decided(declined, "declined")
    assert titles("colour status:planned") == ["Colour labels"]
    assert titles("status:declined") == ["Colour lamps"]
    assert titles("colour status:open") == []
    assert found("colour status:planned").hits[0].status == "planned"
    assert {hit.status for hit in begun(VISITOR, "colour ")} == {"planned", "declined", ""}


def test_of_equals_what_is_shipped_comes_first(app: Flask) -> None:
    shipped = make_idea(title="Labels in colour", body="We print labels.")
    make_idea(title="Labels in colour", body="We print labels.")
    decided(shipped, "shipped", "<p>Choose a colour for each label. It is in the menu.</p>")
    assert found("labels colour").hits[0].thread_id == shipped.thread_id
    first = similar(VISITOR, title="Colour for labels")[0]
    assert (first.thread_id, first.status, first.is_shipped) == (shipped.thread_id, "shipped", True)
    assert first.outcome_sentence == "Choose a colour for each label."
    assert (first.votes, first.can_vote) == (1, False)


def test_what_was_merged_is_not_offered_beside_what_it_went_into(app: Flask) -> None:
    whole, part = make_idea(title="Labels in colour"), make_idea(title="Labels in red")
    part.merged_into_id, part.root_id, part.status = whole.thread_id, whole.thread_id, "duplicate"
    db.session.commit()
    assert [each.title for each in similar(VISITOR, title="Labels in red")] == [title_of(whole)]


def test_an_idea_that_became_a_discussion_has_no_status(app: Flask) -> None:
    idea = make_idea(title="Labels in colour")
    decided(idea, "planned")
    db.session.get_one(Thread, idea.thread_id).kind = "discussion"
    db.session.commit()
    assert titles("status:planned") == []
    assert found("labels").hits[0].status == ""
