"""Signing up, in and out, as a browser does it."""

from flask import Flask
from flask.testing import FlaskClient

from portal.core.db import db
from portal.people.models import LoginSession, Person
from tests.factories import make_person
from tests.signing_in import csrf_of, sign_in

PASSWORD = "correct horse battery staple"


def fill(client: FlaskClient, page: str, **fields: str):
    return client.post(page, data={"csrf_token": csrf_of(client, page), **fields})


def test_someone_signs_up_and_is_signed_in(client: FlaskClient) -> None:
    answer = fill(client, "/sign-up", email="ada@example.com", username="Ada", password=PASSWORD)
    assert answer.status_code == 303
    person = db.session.scalars(db.select(Person)).one()
    assert (person.username, person.username_key, person.is_confirmed) == ("Ada", "ada", False)
    assert db.session.scalars(db.select(LoginSession)).one().person_id == person.id


def test_the_same_name_in_other_letters_is_taken(client: FlaskClient) -> None:
    make_person("ada")
    answer = fill(client, "/sign-up", email="other@example.com", username="ＡＤＡ", password=PASSWORD)
    assert answer.status_code == 422
    assert "taken" in answer.text


def test_sign_in_and_out(app: Flask) -> None:
    client = app.test_client()
    fill(client, "/sign-up", email="ada@example.com", username="ada", password=PASSWORD)
    other = app.test_client()
    assert fill(other, "/sign-in", login="ADA@example.com", password=PASSWORD).status_code == 303
    assert db.session.scalar(db.select(db.func.count()).select_from(LoginSession)) == 2
    with other.session_transaction() as cookie:
        held = cookie["_user_id"]
    assert db.session.get(LoginSession, held) is not None


def test_a_wrong_password_says_no_more_than_an_unknown_name(app: Flask, client: FlaskClient) -> None:
    make_person("ada")
    known = fill(client, "/sign-in", login="ada", password="wrong")
    unknown = fill(app.test_client(), "/sign-in", login="ava", password="wrong")
    assert known.status_code == unknown.status_code == 422
    assert "do not belong together" in known.text


def test_a_signed_in_browser_is_known(client: FlaskClient) -> None:
    session_id = sign_in(client, make_person("ada"))
    assert client.get("/sign-in").status_code == 303
    db.session.delete(db.session.get_one(LoginSession, session_id))
    db.session.commit()
    assert client.get("/sign-in").status_code == 200
