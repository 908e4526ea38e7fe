"""`flask recount` finds and repairs whatever an idea keeps that its rows do not say."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import RondoError
from portal.ideas.actions import amend, decide, merge, set_vote, turn, undo, unmerge, unvote_for, vote_for
from portal.ideas.models import Idea, IdeaVote, Supporter
from portal.ideas.queries import proof
from portal.people.viewer import Viewer
from portal.threads import actions
from tests.factories import make_category, make_idea, make_person, viewer_of


def lines(app: Flask, *args: str) -> tuple[int, list[str]]:
    done = app.test_cli_runner().invoke(args=["recount", *args])
    return done.exit_code, done.output.splitlines()


def test_recount_compares_and_repairs(app: Flask, manager: Viewer, member: Viewer) -> None:
    ids = [make_idea().thread_id for _ in range(4)]
    write(set_vote, member, ids[0], on=True)
    write(decide, manager, ids[2], status="shipped")
    write(merge, manager, ids[0], into=ids[1], reason="x")
    assert lines(app, "--check") == (0, ["Everything is as it should be."])
    before = proof.differences(ids)
    spoilt: dict[str, Any] = {"votes": 9, "supporters": -1, "wanted": 7, "rising": 0.5, "first_response_at": now()}
    db.session.execute(update(Idea).where(Idea.thread_id == ids[1]).values(spoilt | {"decided_at": now()}))
    wrong: dict[str, Any] = {"status": "planned", "outcome_id": None, "shipped_at": None, "first_decided_at": None}
    db.session.execute(update(Idea).where(Idea.thread_id == ids[2]).values(wrong))
    db.session.execute(update(Idea).where(Idea.thread_id == ids[0]).values(root_id=ids[2]))
    db.session.execute(delete(Supporter).where(Supporter.root_id == ids[1]))
    db.session.execute(insert(Supporter).values(root_id=ids[2], person_id=member.id))
    db.session.execute(delete(Supporter).where(Supporter.root_id == ids[3]))
    db.session.execute(delete(IdeaVote).where(IdeaVote.idea_id == ids[3]))
    db.session.execute(delete(Idea).where(Idea.thread_id == ids[3]))
    db.session.commit()
    code, found = lines(app, "--check")
    assert code == 1
    assert f"idea {ids[1]}: votes is 9, should be 1" in found
    columns = {(line.split()[0], line.split(": ")[1].split()[0]) for line in found}
    kept = "votes supporters wanted rising first_response_at decided_at status outcome_id shipped_at first_decided_at"
    assert columns == {("idea", each) for each in (*kept.split(), "root_id", "row")} | {("supporters", "of")}
    assert lines(app)[0] == 0
    assert lines(app, "--check")[0] == 0
    db.session.expire_all()
    assert proof.differences(ids) == before
    assert db.session.get_one(Idea, ids[0]).root_id == ids[1]
    assert db.session.get_one(Idea, ids[1]).supporters == 3


ROLES = ("member", "agent", "manager", "moderator")
Act = tuple[str, str, int, int, bool]
ACTS: dict[str, Callable[[Viewer, int, int, bool], Any]] = {
    "vote": lambda who, one, two, on: write(set_vote, who, one, on=on),
    "vote_for": lambda who, one, two, on: write(vote_for, who, one, email="kim@corp.example"),
    "unvote_for": lambda who, one, two, on: write(unvote_for, who, one, who.id or 0),
    "merge": lambda who, one, two, on: write(merge, who, one, into=two, reason="x"),
    "unmerge": lambda who, one, two, on: write(unmerge, who, one),
    "undo": lambda who, one, two, on: write(undo, who, one),
    "ship": lambda who, one, two, on: write(decide, who, one, status="shipped"),
    "plan": lambda who, one, two, on: write(decide, who, one, status="planned", tell="quiet"),
    "amend": lambda who, one, two, on: write(amend, who, one, reason=f"Reason {on}"),
    "hide": lambda who, one, two, on: write(actions.set_hidden, who, one, on=on, reason="x"),
    "delete": lambda who, one, two, on: write(
        actions.delete_thread if on else actions.restore_thread, who, one, reason="x"
    ),
    "turn": lambda who, one, two, on: write(turn, who, one, kind="question" if on else "idea"),
    "reply": lambda who, one, two, on: write(actions.reply, who, one, body="A reply"),
}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from([*ACTS, "vote", "vote", "merge", "merge", "unmerge"]),
            st.sampled_from([*ROLES, "manager"]),
            st.integers(0, 3),
            st.integers(0, 3),
            st.booleans(),
        ),
        min_size=5,
        max_size=25,
    )
)
def test_whatever_people_do_what_is_kept_is_what_the_rows_say(app: Flask, acts: list[Act]) -> None:
    people = {role: viewer_of(make_person(role=role)) for role in ROLES}
    category = make_category()
    ids = [make_idea(category=category).thread_id for _ in range(4)]
    for kind, role, one, two, on in acts:
        try:
            ACTS[kind](people[role], ids[one], ids[two], on)
        except RondoError:
            continue
        db.session.expire_all()
        assert [str(each) for each in proof.differences(ids)] == [], kind
