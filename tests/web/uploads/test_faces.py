"""Pictures of people: chosen and taken away, shown wherever initials would be drawn."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.db import db, write
from portal.core.errors import NotFound
from portal.events.models import Event
from portal.people.models import Person
from portal.uploads import actions, contents
from portal.uploads.models import Upload
from tests.factories import make_person, make_thread, viewer_of
from tests.signing_in import csrf_of
from tests.uploads import making
from tests.web.uploads.sending import browser, post


def choose(client: FlaskClient, data: bytes) -> str:
    """Choose a picture as people do, and read the page that follows."""
    token = csrf_of(client, "/settings/profile")
    answer = post(client, "/settings/picture", (data, "me.jpg"), csrf_token=token)
    assert (answer.status_code, answer.location) == (303, "/settings/profile")
    return client.get("/settings/profile").text


def avatar_of(person: Person) -> str | None:
    return db.session.scalar(db.select(Person.avatar).filter_by(id=person.id))


def dressed(person: Person) -> str:
    (key,) = making.kept(viewer_of(person), [contents.read_avatar(making.picture())])
    write(actions.wear_avatar, viewer_of(person), key)
    return key


def test_a_picture_is_chosen_shown_and_replaced(app: Flask, ada: FlaskClient, person: Person):
    assert "This is your picture now." in choose(ada, making.taken_somewhere(2000, 900))
    first = avatar_of(person)
    answer = browser(app).get(f"/avatars/{first}-96.webp")
    assert answer.status_code == 200
    assert making.shown(answer.data).size == (96, 96)
    assert b"ZYXWV" not in answer.data
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    choose(ada, making.picture(300, 300))
    second = avatar_of(person)
    assert second != first
    assert browser(app).get(f"/avatars/{first}-96.webp").status_code == 404
    assert browser(app).get(f"/avatars/{second}-256.webp").status_code == 200
    assert browser(app).get(f"/avatars/{second}-97.webp").status_code == 404


def test_it_stands_where_initials_stood(app: Flask, ada: FlaskClient, person: Person):
    thread = make_thread(person)
    address = f"/questions/{thread.id}-{thread.slug}"
    assert '<img class="avatar' not in browser(app).get(address).text
    key = dressed(person)
    for page in (browser(app).get(address).text, ada.get(address).text):
        assert f'<img class="avatar big" src="/avatars/{key}-96.webp" width="36" height="36" alt=""' in page
    assert f'src="/avatars/{key}-256.webp" width="72" height="72"' in browser(app).get("/people/ada").text


def test_it_is_removed_again(app: Flask, ada: FlaskClient, person: Person):
    key = dressed(person)
    token = csrf_of(ada, "/settings/profile")
    assert post(ada, "/settings/picture", csrf_token=token, remove="1").status_code == 303
    assert avatar_of(person) is None
    assert browser(app).get(f"/avatars/{key}-96.webp").status_code == 404
    assert '<img class="avatar' not in ada.get("/people/ada").text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (making.SVG, "SVG"),
        (making.HTML, "Only pictures"),
        (making.bomb(30_000, 30_000), "too many pixels"),
        (b"", "Only"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(ada: FlaskClient, person: Person, data: bytes, said: str):
    assert said in choose(ada, data)
    assert avatar_of(person) is None
    assert db.session.scalar(db.select(db.func.count()).select_from(Upload)) == 0


@pytest.mark.parametrize(("role", "done"), [("member", False), ("agent", False), ("moderator", True), ("admin", True)])
def test_moderators_take_a_picture_away(app: Flask, person: Person, role: str, done: bool):
    dressed(person)
    other = browser(app, make_person("other", role=role))
    token = csrf_of(other, "/settings/profile")
    answer = other.post(f"/staff/people/{person.id}/picture", data={"csrf_token": token})
    assert answer.status_code == (303 if done else 404)
    assert (avatar_of(person) is None) == done
    logged = db.session.scalars(db.select(Event.data).filter_by(kind="person.picture_removed")).all()
    assert len(logged) == (1 if done else 0)
    if done:
        assert "Took away a picture" in other.get("/staff/log?about=people").text


def test_a_moderator_does_not_undress_the_team(app: Flask):
    boss = make_person("boss", role="admin")
    dressed(boss)
    moss = browser(app, make_person("moss", role="moderator"))
    page = moss.get(f"/staff/people/{boss.id}").text
    assert "Remove the picture" not in page
    token = csrf_of(moss, "/settings/profile")
    assert moss.post(f"/staff/people/{boss.id}/picture", data={"csrf_token": token}).status_code == 403
    assert avatar_of(boss) is not None


def test_the_picture_of_a_post_is_none_of_a_person(app: Flask, person: Person):
    words = making.bring(viewer_of(person))
    key = making.address_in(words)[9:41]
    assert browser(app, person).get(f"/avatars/{key}-96.webp").status_code == 404
    face = dressed(person)
    assert browser(app, person).get(f"/uploads/{face}-256x256.webp").status_code == 404


def test_nobody_wears_what_another_brought(app: Flask, person: Person):
    (key,) = making.kept(viewer_of(person), [contents.read_avatar(making.picture())])
    other = make_person()
    with pytest.raises(NotFound):
        write(actions.wear_avatar, viewer_of(other), key)
    assert avatar_of(other) is None


def test_it_costs_one_statement(ada: FlaskClient, person: Person, statements: list[str]):
    key = dressed(person)
    statements.clear()
    answer = ada.get(f"/avatars/{key}-96.webp")
    assert (answer.status_code, len(statements)) == (200, 1)
    assert "Set-Cookie" not in answer.headers
