"""What admins do with people: roles, groups, organisations, addresses, sessions."""

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.people.actions import administering as acts
from portal.people.actions import groups, organisations, sessions
from portal.people.actions.organisations import Facts
from portal.people.models import AccountToken, LoginSession, Person
from portal.people.viewer import VISITOR, Viewer
from portal.site.queries import Site
from tests.factories import make_person, viewer_of
from tests.people.logged import log


def test_a_role_is_given_and_logged(admin: Viewer, member: Person):
    write(acts.set_role, admin, member.id, role="agent")
    assert db.session.get_one(Person, member.id).role == "agent"
    (event,) = log("person.role_changed")
    assert (event.actor_id, event.person_id, event.data) == (
        admin.id,
        member.id,
        {"before": "member", "after": "agent"},
    )


def test_the_same_role_again_is_not_logged(admin: Viewer, member: Person):
    write(acts.set_role, admin, member.id, role="member")
    assert not log("person.role_changed")


@pytest.mark.parametrize("role", ["member", "agent", "manager", "moderator"])
def test_for_others_than_admins_none_of_it_exists(app: Flask, member: Person, role: str):
    for viewer in (viewer_of(make_person(role=role)), VISITOR):
        for act, given in (
            (acts.set_role, {"role": "admin"}),
            (acts.set_groups, {"group_ids": []}),
            (acts.set_organisation, {"organisation_id": None}),
            (acts.set_address, {"email": "x@example.com", "confirmed": True, "site": Site()}),
            (acts.end_all_sessions, {}),
            (groups.change_group, {"name": "x", "description": ""}),
            (groups.delete_group, {}),
            (groups.add_members, {"usernames": ["mia"]}),
            (groups.remove_member, {"person_id": 1}),
            (organisations.delete_organisation, {}),
        ):
            with pytest.raises(NotFound):
                write(act, viewer, member.id, **given)
        with pytest.raises(NotFound):
            write(groups.create_group, viewer, name="x")
        with pytest.raises(NotFound):
            write(organisations.create_organisation, viewer, Facts(name="x"))
        with pytest.raises(NotFound):
            write(organisations.change_organisation, viewer, 1, Facts(name="x"))


def test_an_unknown_role_and_an_unknown_person(admin: Viewer, member: Person):
    with pytest.raises(Invalid):
        write(acts.set_role, admin, member.id, role="owner")
    with pytest.raises(NotFound):
        write(acts.set_role, admin, 999_999, role="agent")
    system = make_person("robot", kind="system")
    with pytest.raises(NotFound):
        write(acts.set_role, admin, system.id, role="agent")


def test_who_cannot_sign_in_can_have_no_role(admin: Viewer):
    imported = make_person("ingrid", kind="imported")
    with pytest.raises(Invalid):
        write(acts.set_role, admin, imported.id, role="agent")


def test_the_last_admin_stays_one(admin: Viewer):
    with pytest.raises(Forbidden):
        write(acts.set_role, admin, admin.id, role="member")
    other = make_person("otto", role="admin")  # no password: cannot sign in, so does not count
    with pytest.raises(Forbidden):
        write(acts.set_role, admin, admin.id, role="member")
    other.password_hash = "x"
    db.session.commit()
    write(acts.set_role, admin, admin.id, role="member")
    assert db.session.get_one(Person, admin.id).role == "member"


def test_groups_of_a_person(admin: Viewer, member: Person):
    beta = write(groups.create_group, admin, name=" Beta  testers ", description="First to try")
    early = write(groups.create_group, admin, name="Early")
    write(acts.set_groups, admin, member.id, group_ids=[beta, early, 999_999])
    assert viewer_of(member).group_ids == {beta, early}
    write(acts.set_groups, admin, member.id, group_ids=[early])
    assert viewer_of(member).group_ids == {early}
    assert [event.data for event in log("person.groups_changed")] == [
        {"joined": ["Beta testers", "Early"], "left": []},
        {"joined": [], "left": ["Beta testers"]},
    ]


def test_an_organisation_of_a_person(admin: Viewer, member: Person):
    acme = write(organisations.create_organisation, admin, Facts(name="Acme"))
    write(acts.set_organisation, admin, member.id, organisation_id=acme)
    assert db.session.get_one(Person, member.id).organisation_id == acme
    with pytest.raises(Invalid):
        write(acts.set_organisation, admin, member.id, organisation_id=999_999)
    write(acts.set_organisation, admin, member.id, organisation_id=None)
    assert db.session.get_one(Person, member.id).organisation_id is None
    assert len(log("person.organisation_changed")) == 2


def test_an_address_is_given_and_what_knew_the_old_one_ends(admin: Viewer, member: Person):
    write(sessions.start_session, member.id)
    db.session.add(
        AccountToken(
            digest="d", purpose="reset", person_id=member.id, email="old@x.com", created_at=now(), expires_at=now()
        )
    )
    db.session.commit()
    write(acts.set_address, admin, member.id, email=" Mia@Example.ORG ", confirmed=False, site=Site())
    person = db.session.get_one(Person, member.id)
    assert (person.email_key, person.email_confirmed_at) == ("mia@example.org", None)
    assert not db.session.scalar(db.select(LoginSession).filter_by(person_id=member.id))
    assert db.session.scalars(db.select(AccountToken).filter_by(person_id=member.id)).one().used_at
    (event,) = log("person.address_changed")
    assert "example.org" not in str(event.data)
    write(acts.set_address, admin, member.id, email="mia@example.org", confirmed=True, site=Site())
    assert db.session.get_one(Person, member.id).is_confirmed


def test_the_same_address_again_changes_nothing(admin: Viewer, member: Person):
    session = write(sessions.start_session, member.id)
    write(acts.set_address, admin, member.id, email="MIA@example.com", confirmed=False, site=Site())
    assert db.session.get_one(Person, member.id).is_confirmed
    assert db.session.get(LoginSession, session)
    assert not log("person.address_changed")


def test_a_letter_asks_unless_the_admin_knows(admin: Viewer, member: Person, monkeypatch: pytest.MonkeyPatch):
    sent: list[tuple[str, str]] = []
    note = lambda kind, person, **_: sent.append((kind, person.email))  # noqa: E731
    monkeypatch.setattr("portal.people.hooks.letters", [note])
    imported = make_person("ingrid", kind="imported", email=None, email_key=None, email_confirmed_at=None)
    member.password_hash = "x"
    db.session.commit()
    write(acts.set_address, admin, member.id, email="new@example.org", confirmed=False, site=Site())
    write(acts.set_address, admin, member.id, email="known@example.org", confirmed=True, site=Site())
    write(acts.set_address, admin, imported.id, email="ingrid@example.org", confirmed=False, site=Site(language="sv"))
    assert sent == [("confirm", "new@example.org"), ("invited", "ingrid@example.org")]
    spoken = {person.username: person.language for person in db.session.scalars(db.select(Person))}
    assert (spoken["ingrid"], spoken["mia"]) == ("sv", "en"), "only who could not choose a language gets the portal's"


def test_an_address_that_someone_else_confirmed_stays_theirs(admin: Viewer, member: Person):
    make_person("nora", email="nora@example.com", email_key="nora@example.com")
    with pytest.raises(Invalid) as refused:
        write(acts.set_address, admin, member.id, email="NORA@example.com", confirmed=True, site=Site())
    assert "email" in refused.value.fields
    with pytest.raises(Invalid):
        write(acts.set_address, admin, member.id, email="no address", confirmed=False, site=Site())
    assert db.session.get_one(Person, member.id).email == "mia@example.com"


def test_signed_out_everywhere(admin: Viewer, member: Person):
    write(sessions.start_session, member.id)
    write(acts.end_all_sessions, admin, member.id)
    assert not db.session.scalar(db.select(LoginSession).filter_by(person_id=member.id))
    assert len(log("person.sessions_ended")) == 1


def test_an_account_made_by_an_admin_is_opened_by_letter(admin: Viewer, monkeypatch: pytest.MonkeyPatch):
    sent: list[str] = []
    monkeypatch.setattr("portal.people.hooks.letters", [lambda kind, person, **_: sent.append(kind)])
    site = Site(language="sv", time_zone="Europe/Stockholm", sign_up="nobody")
    person_id = write(acts.add_person, admin, email="Kim@example.com", username="Kim", name="Kim B", site=site)
    person = db.session.get_one(Person, person_id)
    assert (person.username, person.name, person.language, person.role) == ("Kim", "Kim B", "sv", "member")
    assert (person.is_confirmed, person.password_hash, sent) == (False, None, ["invited"])
    assert log("person.created")[0].actor_id == admin.id


def test_an_account_that_cannot_be_made_says_all_that_is_wrong(admin: Viewer, member: Person):
    with pytest.raises(Invalid) as refused:
        write(acts.add_person, admin, email="x", username="!", name="x" * 200, site=Site())
    assert set(refused.value.fields) == {"email", "username", "name"}
    with pytest.raises(Invalid) as refused:
        write(acts.add_person, admin, email="MIA@example.com", username="other", name="", site=Site())
    assert set(refused.value.fields) == {"email"}
    with pytest.raises(Invalid) as refused:
        write(acts.add_person, admin, email="new@example.com", username="MIA", name="", site=Site())
    assert set(refused.value.fields) == {"username"}
    with pytest.raises(NotFound):
        write(acts.add_person, viewer_of(member), email="n@example.com", username="other", name="", site=Site())


def test_erased_by_an_admin(admin: Viewer, member: Person):
    write(sessions.start_session, member.id)
    write(acts.erase_person, admin, member.id, reason="Asked for by letter")
    person = db.session.get_one(Person, member.id)
    assert person.erased_at
    assert (person.username, person.email, person.name) == (None, None, "")
    assert not db.session.scalars(db.select(LoginSession).filter_by(person_id=member.id)).all()
    (event,) = log("person.erased")
    assert (event.actor_id, event.reason) == (admin.id, "Asked for by letter")
    with pytest.raises(NotFound):
        write(acts.erase_person, admin, member.id)
    with pytest.raises(Forbidden):
        write(acts.erase_person, admin, admin.id)
    with pytest.raises(NotFound):
        write(acts.erase_person, viewer_of(make_person(role="moderator")), admin.id)
