"""Staff vote on behalf of customers: contacts with an address, who claim what is theirs by confirming it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events.models import Event
from portal.ideas.actions import decide, merge, set_silence, set_vote, unvote_for, vote_for
from portal.ideas.models import Idea, IdeaSilence, IdeaVote, Supporter
from portal.ideas.queries import requesters
from portal.people.actions import accounts
from portal.people.actions.confirming import confirm
from portal.people.actions.contacts import not_me
from portal.people.actions.erasing import anonymise
from portal.people.actions.tokens import make_token
from portal.people.models import Organisation, Person
from portal.people.viewer import Viewer
from portal.site.actions import change_site
from portal.site.queries import Site
from tests.factories import make_idea, make_person, viewer_of

pytestmark = pytest.mark.usefixtures("proved")
NOTED: dict[str, Any] = {"source_url": "https://desk.example/7", "permission": "On the phone", "note": "Big account"}


@pytest.fixture
def agent(app: Flask) -> Viewer:
    return viewer_of(make_person(role="agent"))


def counts(idea_id: int) -> tuple[int, int, int]:
    db.session.expire_all()
    idea = db.session.get_one(Idea, idea_id)
    return idea.votes, idea.supporters, idea.wanted


def vote_of(idea_id: int, person_id: int) -> IdeaVote | None:
    db.session.expire_all()
    return db.session.get(IdeaVote, (idea_id, person_id))


def sign_up(email: str) -> int:
    """An account that has confirmed its address."""
    name = re.sub(r"\W", "", email.partition("@")[0])
    given: dict[str, Any] = {"password_hash": "x", "language": "en", "site": Site(), "address": "127.0.0.1"}
    person_id = write(accounts.sign_up, email=email, username=name, **given)
    secret = write(lambda: make_token("confirm", db.session.get_one(Person, person_id), email=email))
    write(confirm, secret)
    return person_id


def test_a_contact_is_entered_once_and_is_owed_word(agent: Viewer) -> None:
    first, second = make_idea().thread_id, make_idea().thread_id
    given = {"email": "Kim@Corp.example", "name": "Kim", "organisation": "Corp"}
    kim = write(vote_for, agent, first, **given, **NOTED)
    assert write(vote_for, agent, second, email="kim@corp.example", name="Other", organisation="Else") == kim
    person = db.session.get_one(Person, kim)
    assert (person.kind, person.name, person.email_key) == ("contact", "Kim", "kim@corp.example")
    assert [each.name for each in db.session.scalars(select(Organisation))] == ["Corp"]
    assert person.organisation_id is not None
    vote = vote_of(first, kim)
    assert vote is not None
    assert (vote.by_id, vote.source_url, vote.note) == (agent.id, NOTED["source_url"], NOTED["note"])
    assert (counts(first), counts(second)) == ((2, 2, 2), (2, 2, 2))
    owed = {(row.person_id, row.rank) for row in db.session.execute(requesters(first))}
    assert (kim, 1) in owed
    event = db.session.scalars(select(Event).where(Event.kind == "idea.voted_for")).first()
    assert event is not None
    assert (event.person_id, event.logged) == (kim, True)


def test_a_contact_is_written_to_in_the_language_of_the_portal(agent: Viewer) -> None:
    write(change_site, viewer_of(make_person(role="admin")), language="sv", time_zone="Europe/Stockholm")
    agent = replace(agent, language="de", time_zone="Asia/Tokyo")
    kim = db.session.get_one(Person, write(vote_for, agent, make_idea().thread_id, email="kim@corp.example", **NOTED))
    assert (kim.language, kim.time_zone) == ("sv", "Europe/Stockholm")


def test_someone_who_is_here_by_name_or_by_the_address_they_confirmed(agent: Viewer) -> None:
    idea_id, known = make_idea().thread_id, make_person("kim")
    assert write(vote_for, agent, idea_id, person="@Kim") == known.id
    assert write(vote_for, agent, idea_id, email="kim@example.com", name="Kimberly", organisation="Corp") == known.id
    db.session.refresh(known)
    assert (known.name, known.organisation_id) == ("Kim", None), "nothing of an account is changed"
    assert counts(idea_id) == (2, 2, 2)


def test_an_address_that_nobody_confirmed_is_nobodys(agent: Viewer) -> None:
    squatter = make_person("squatter", email="kim@corp.example", email_key="kim@corp.example", email_confirmed_at=None)
    assert write(vote_for, agent, make_idea().thread_id, email="kim@corp.example") != squatter.id


def test_again_it_is_one_vote_and_what_is_noted_is_the_newest(agent: Viewer) -> None:
    idea_id = make_idea().thread_id
    kim = write(vote_for, agent, idea_id, email="kim@corp.example", note="First")
    write(vote_for, agent, idea_id, email="kim@corp.example")
    vote = vote_of(idea_id, kim)
    assert vote is not None
    assert vote.note == "First"
    write(vote_for, agent, idea_id, email="kim@corp.example", **NOTED)
    vote = vote_of(idea_id, kim)
    assert vote is not None
    assert vote.note == NOTED["note"]
    assert counts(idea_id) == (2, 2, 2)


def test_a_vote_of_their_own_stays_their_own(agent: Viewer, member: Viewer) -> None:
    idea_id = make_idea().thread_id
    write(set_vote, member, idea_id, on=True)
    write(vote_for, agent, idea_id, person=member.username, **NOTED)
    vote = vote_of(idea_id, member.id or 0)
    assert vote is not None
    assert (vote.by_id, vote.note) == (None, "")
    write(unvote_for, agent, idea_id, member.id or 0)
    assert counts(idea_id) == (2, 2, 2)


def test_staff_take_back_what_they_voted_even_when_it_is_closed(agent: Viewer, manager: Viewer) -> None:
    idea_id = make_idea().thread_id
    kim = write(vote_for, agent, idea_id, email="kim@corp.example")
    write(decide, manager, idea_id, status="shipped")
    with pytest.raises(Forbidden):
        write(vote_for, agent, idea_id, email="lee@corp.example")
    write(unvote_for, agent, idea_id, kim)
    write(unvote_for, agent, idea_id, kim)
    assert counts(idea_id) == (1, 1, 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "email"),
        ({"email": "nobody"}, "email"),
        ({"person": "nobody"}, "person"),
        ({"email": "a@b.example", "source_url": "javascript:alert(1)"}, "source_url"),
        ({"email": "a@b.example", "source_url": "https://x y"}, "source_url"),
        ({"email": "a@b.example", "note": "x" * 2001}, "note"),
        ({"email": "a@b.example", "organisation": "x" * 121}, "organisation"),
    ],
)
def test_what_cannot_be_taken(agent: Viewer, given: dict[str, Any], field: str) -> None:
    idea_id = make_idea().thread_id
    with pytest.raises(Invalid) as refused:
        write(vote_for, agent, idea_id, **given)
    assert list(refused.value.fields) == [field]
    assert db.session.scalars(select(Person.id).where(Person.kind == "contact")).all() == []


def test_only_staff(member: Viewer) -> None:
    idea_id = make_idea().thread_id
    with pytest.raises(Forbidden):
        write(vote_for, member, idea_id, email="kim@corp.example")
    with pytest.raises(Forbidden):
        write(unvote_for, member, idea_id, 1)


def test_a_contact_claims_the_votes_by_confirming_the_address(agent: Viewer, manager: Viewer) -> None:
    ideas = [make_idea().thread_id for _ in range(3)]
    contact = write(vote_for, agent, ideas[0], email="kim@corp.example", name="Kim", **NOTED)
    for idea_id in ideas[1:]:
        write(vote_for, agent, idea_id, email="kim@corp.example")
    write(merge, manager, ideas[1], into=ideas[2], reason="x")
    given: dict[str, Any] = {"password_hash": "x", "language": "en", "site": Site(), "address": "127.0.0.1"}
    kim = write(accounts.sign_up, email="kim@corp.example", username="kim", **given)
    viewer = viewer_of(db.session.get_one(Person, kim))
    write(set_vote, viewer, ideas[0], on=True)
    assert counts(ideas[0]) == (3, 3, 3), "until it is confirmed nobody knows that they are one"
    write(set_silence, viewer_of(db.session.get_one(Person, contact)), ideas[0], on=True)
    secret = write(lambda: make_token("confirm", db.session.get_one(Person, kim), email="kim@corp.example"))
    write(confirm, secret)
    assert (counts(ideas[0]), counts(ideas[2])) == ((2, 2, 2), (2, 3, 3))
    assert {row.person_id for row in db.session.scalars(select(IdeaVote)).all()} & {kim, contact} == {kim}
    assert contact not in set(db.session.scalars(select(Supporter.person_id)))
    assert list(db.session.scalars(select(IdeaSilence.person_id))) == [kim]
    left = db.session.get_one(Person, contact)
    assert (left.email, left.name, left.erased_at is None) == (None, "", False)
    own, entered = vote_of(ideas[0], kim), vote_of(ideas[1], kim)
    assert own is not None
    assert entered is not None
    assert (own.by_id, entered.by_id) == (None, agent.id)


def test_nobody_elses_votes_are_claimed(agent: Viewer) -> None:
    idea_id = make_idea().thread_id
    contact = write(vote_for, agent, idea_id, email="kim@corp.example")
    sign_up("lee@corp.example")
    assert vote_of(idea_id, contact) is not None
    assert counts(idea_id) == (2, 2, 2)


def test_this_is_not_me_forgets_the_address_and_keeps_the_vote(agent: Viewer) -> None:
    idea_id = make_idea().thread_id
    contact = write(vote_for, agent, idea_id, email="kim@corp.example", name="Kim")
    write(not_me, contact)
    person = db.session.get_one(Person, contact)
    assert (person.email, person.email_key, person.name) == (None, None, "Kim")
    assert counts(idea_id) == (2, 2, 2)
    assert write(vote_for, agent, idea_id, email="kim@corp.example") != contact
    for other in (make_person().id, 10**9):
        with pytest.raises(NotFound):
            write(not_me, other)


def test_the_room_says_nothing_of_contacts_to_others() -> None:
    """Notes, sources and permissions are read by staff's pages alone; the first letter to a contact says to them where
    they were entered from."""
    rooms = Path(__file__).parents[2] / "portal"
    readers = [
        str(path.relative_to(rooms))
        for path in rooms.rglob("*.py")
        if re.search(r"IdeaVote\.(note|permission|source_url)", path.read_text(encoding="utf-8"))
    ]
    assert set(readers) <= {"ideas/queries/voters.py", "delivery/letters/owing.py"}


def test_what_staff_noted_of_someone_goes_when_they_are_erased(agent: Viewer) -> None:
    idea, person = make_idea(), make_person("kim")
    write(vote_for, agent, idea.thread_id, person="kim", **NOTED)
    write(lambda: anonymise(db.session.get_one(Person, person.id)))
    db.session.expire_all()
    vote = db.session.get_one(IdeaVote, (idea.thread_id, person.id))
    assert (vote.source_url, vote.permission, vote.note) == ("", "", "")
