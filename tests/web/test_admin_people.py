"""The pages on which admins tend people, groups and organisations, as a browser without JavaScript uses them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.db import db
from portal.people.models import Group, LoginSession, Membership, Organisation, Person
from tests.factories import make_category, make_person, viewer_of
from tests.signing_in import csrf_of, sign_in
from tests.web.reading import costs


@pytest.fixture
def admin(client: FlaskClient) -> Person:
    person = make_person("ada", role="admin", password_hash="x")
    sign_in(client, person)
    return person


@pytest.fixture
def member(app: Flask) -> Person:
    return make_person("mia", name="Mia Berg")


def post(client: FlaskClient, address: str, **fields: object):
    return client.post(address, data={"csrf_token": csrf_of(client, "/admin/site"), **fields})


def many(count: int) -> None:
    acme = Organisation(name=f"Acme {count}")
    db.session.add(acme)
    db.session.flush()
    for n in range(count):
        make_person(f"many{count}x{n}", organisation_id=acme.id)
        db.session.add_all((Group(name=f"Group {count} {n}"), Organisation(name=f"Org {count} {n}")))
    db.session.commit()


def test_a_list_costs_the_same_with_3_and_with_300(client: FlaskClient, admin: Person, statements: list[str]):
    lists = ("/admin/people", "/admin/groups", "/admin/organisations", "/staff/log")
    many(3)
    few = costs(client, lists, statements)
    many(300)
    assert costs(client, lists, statements) == few


def test_people_are_found_by_name_username_and_address(client: FlaskClient, admin: Person, member: Person):
    make_person("otto", name="100% Otto", email="o.tto@else.org", email_key="o.tto@else.org")
    for words, found in (("berg", "Mia"), ("MIA", "Mia"), ("mia@exam", "Mia"), ("100%", "Otto"), ("else.org", "Otto")):
        text = client.get("/admin/people", query_string={"q": words}).text
        assert ("Mia Berg" in text) == (found == "Mia"), words
        assert ("100% Otto" in text) == (found == "Otto"), words
    assert "Nobody found" in client.get("/admin/people?q=nobody%25").text


def test_which_people(client: FlaskClient, admin: Person, member: Person):
    make_person("igor", name="Igor Import", kind="imported")
    make_person("una", name="Una Unsure", email_confirmed_at=None)
    shown = lambda which: client.get(f"/admin/people?which={which}").text  # noqa: E731
    assert "Igor Import" in shown("imported")
    assert "Mia Berg" not in shown("imported")
    assert "Una Unsure" in shown("unconfirmed")
    assert "Igor Import" not in shown("unconfirmed")
    assert "Mia Berg" not in shown("staff")
    assert "Mia Berg" in shown("nonsense")


def test_pages_lead_on_and_back(client: FlaskClient, admin: Person):
    for n in range(60):
        make_person(f"number{n:02}")
    first = client.get("/admin/people").text
    assert "number59" in first
    assert "number05" not in first
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(older).text
    assert "number05" in second
    assert 'rel="prev"' in second


def test_a_role_is_changed(client: FlaskClient, admin: Person, member: Person):
    answer = post(client, f"/admin/people/{member.id}/role", role="agent")
    assert (answer.status_code, answer.location) == (303, f"/admin/people/{member.id}")
    assert db.session.get_one(Person, member.id).role == "agent"
    assert "The role is changed." in client.get(answer.location).text


def test_a_role_that_is_none(client: FlaskClient, admin: Person, member: Person):
    answer = post(client, f"/admin/people/{member.id}/role", role="king")
    assert answer.status_code == 422
    assert "Choose one of the list." in answer.text
    assert post(client, f"/admin/people/{member.id}/role").status_code == 422


def test_the_last_admin_is_told_why_not(client: FlaskClient, admin: Person):
    answer = post(client, f"/admin/people/{admin.id}/role", role="member")
    assert answer.status_code == 403
    assert "only admin" in answer.text
    assert post(client, f"/admin/people/{admin.id}/erase", sure="y").status_code == 403
    assert db.session.get_one(Person, admin.id).role == "admin"


def test_without_the_token_nothing_changes(client: FlaskClient, admin: Person, member: Person):
    assert client.post(f"/admin/people/{member.id}/role", data={"role": "admin"}).status_code == 400
    assert db.session.get_one(Person, member.id).role == "member"


def test_groups_are_ticked(client: FlaskClient, admin: Person, member: Person):
    beta = Group(name="Beta")
    db.session.add(beta)
    db.session.commit()
    assert post(client, f"/admin/people/{member.id}/groups", groups=[str(beta.id), "x"]).status_code == 303
    assert viewer_of(member).group_ids == {beta.id}
    assert "checked" in client.get(f"/admin/people/{member.id}").text.split('name="groups"')[0].rsplit("<input", 1)[1]
    assert post(client, f"/admin/people/{member.id}/groups").status_code == 303
    assert viewer_of(member).group_ids == frozenset()


def test_an_organisation_is_named(client: FlaskClient, admin: Person, member: Person):
    db.session.add(Organisation(name="Acme GmbH"))
    db.session.commit()
    assert post(client, f"/admin/people/{member.id}/organisation", organisation="acme gmbh ").status_code == 303
    assert db.session.get_one(Person, member.id).organisation_id
    answer = post(client, f"/admin/people/{member.id}/organisation", organisation="Nobody Ltd")
    assert answer.status_code == 422
    assert 'value="Nobody Ltd"' in answer.text
    assert post(client, f"/admin/people/{member.id}/organisation", organisation="").status_code == 303
    assert db.session.get_one(Person, member.id).organisation_id is None


def test_an_address_is_given(client: FlaskClient, admin: Person, member: Person):
    at = f"/admin/people/{member.id}/address"
    assert post(client, at, email="mia@new.example.com", confirmed="y").status_code == 303
    assert db.session.get_one(Person, member.id).email == "mia@new.example.com"
    answer = post(client, at, email="none")
    assert answer.status_code == 422
    assert 'value="none"' in answer.text


def test_signed_out_everywhere(client: FlaskClient, app: Flask, admin: Person, member: Person):
    sign_in(app.test_client(), member)
    assert "In 1 browser" in client.get(f"/admin/people/{member.id}").text
    assert post(client, f"/admin/people/{member.id}/sessions").status_code == 303
    assert not db.session.scalars(db.select(LoginSession).filter_by(person_id=member.id)).all()


def test_erasing_asks_first(client: FlaskClient, admin: Person, member: Person):
    at = f"/admin/people/{member.id}/erase"
    assert "Mia Berg" in client.get(at).text
    answer = post(client, at, reason="Asked")
    assert answer.status_code == 422
    assert db.session.get_one(Person, member.id).erased_at is None
    assert post(client, at, reason="Asked", sure="y").location == "/admin/people"
    assert db.session.get_one(Person, member.id).erased_at
    assert client.get(f"/admin/people/{member.id}").status_code == 404


def test_someone_new(client: FlaskClient, admin: Person):
    answer = post(client, "/admin/people/new", email="kim@example.com", username="kim", name="Kim")
    kim = db.session.scalars(db.select(Person).filter_by(username="kim")).one()
    assert answer.location == f"/admin/people/{kim.id}"
    answer = post(client, "/admin/people/new", email="", username="kim")
    assert answer.status_code == 422
    assert 'value="kim"' in answer.text


# Groups


def test_a_group_is_made_changed_filled_and_deleted(client: FlaskClient, admin: Person, member: Person):
    at = post(client, "/admin/groups/new", name="Beta", description="First").location
    assert post(client, "/admin/groups/new", name="Beta").status_code == 422
    group_id = int(at.rpartition("/")[2])
    assert post(client, f"{at}/members", usernames="@mia, ada").status_code == 303
    answer = post(client, f"{at}/members", usernames="mia ghost")
    assert answer.status_code == 422
    assert "ghost" in answer.text
    assert "Mia Berg" in client.get(at).text
    assert post(client, f"{at}/members/{member.id}/remove").status_code == 303
    assert post(client, at, name="Beta 2", description="").status_code == 303
    category = make_category("Secret place", visibility="groups")
    from portal.threads.models import CategoryGroup

    db.session.add(CategoryGroup(category_id=category.id, group_id=group_id))
    db.session.commit()
    asks = client.get(f"{at}/delete").text
    assert "only staff see these categories" in asks
    assert "Secret place" in asks
    assert post(client, f"{at}/delete").status_code == 422
    assert post(client, f"{at}/delete", sure="y").location == "/admin/groups"
    assert not db.session.scalars(db.select(Membership)).all()


# Organisations


def test_an_organisation_is_entered_changed_and_deleted(client: FlaskClient, admin: Person):
    answer = post(client, "/admin/organisations/new", name="Acme", plan="Pro", segment="Retail", yearly_value="12 000")
    at = answer.location
    kept = db.session.scalars(db.select(Organisation)).one()
    assert (kept.name, kept.plan, kept.yearly_value) == ("Acme", "Pro", 12_000)
    for value in ("12.50", "-1", "9" * 30, "x"):
        refused = post(client, at, name="Acme", yearly_value=value)
        assert refused.status_code == 422
        assert value in refused.text
    assert post(client, at, name="Acme 2", note="Careful").status_code == 303
    assert "Acme 2" in client.get("/admin/organisations?q=ACME").text
    assert "Nothing found" in client.get("/admin/organisations?q=_").text
    assert post(client, f"{at}/delete").location == "/admin/organisations"
    assert client.get(at).status_code == 404
