"""Signing in with another browser is told by letter; the way out of letters needs no signing in at all."""

import hashlib
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core import clock
from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.links import not_me_path, unsubscribe_path
from portal.notices.models import NoticeChoice
from portal.people.actions import devices
from portal.people.models import KnownDevice, Person
from portal.people.passwords import hashed
from portal.threads.models import Watch
from tests.factories import make_category, make_person, make_thread
from tests.letters import sent, text
from tests.loop.told import choose, contact, follow

PASSWORD = "correct horse battery staple"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"


def enter(app: Flask, client: FlaskClient | None = None, *, agent: str = CHROME) -> FlaskClient:
    """Sign in by the form, with a browser that holds nothing unless one is given."""
    client = client or app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    form = {"login": "ada", "password": PASSWORD, "csrf_token": token[1] if token else ""}
    answer = client.post("/sign-in", data=form, headers={"User-Agent": agent})
    assert answer.status_code == 303
    return client


class TestBrowsers:
    @pytest.fixture(autouse=True)
    def ada(self, app: Flask) -> Person:
        return make_person("ada", password_hash=hashed(PASSWORD))

    def test_the_first_is_told_to_nobody_and_the_second_is(self, app: Flask) -> None:
        first = enter(app)
        assert sent(app) == []
        enter(app)
        [letter] = sent(app)
        assert "another browser" in letter["Subject"]
        assert "Chrome, Windows" in text(letter)
        assert "127.0.0.1" in text(letter)
        assert "List-Unsubscribe" not in letter
        first.delete_cookie("rondo")
        enter(app, first)
        assert sent(app) == [], "it was known"

    def test_the_secret_is_kept_as_a_hash_and_the_cookie_as_that_of_the_session(self, app: Flask) -> None:
        client = enter(app)
        cookie = client.get_cookie("rondo-device")
        assert cookie is not None
        assert cookie.http_only
        assert cookie.same_site == "Lax"
        kept = db.session.scalars(db.select(KnownDevice)).one()
        assert cookie.value not in kept.digest
        assert "We know 1 of yours" in client.get("/settings/sessions").text

    def test_nothing_goes_to_an_address_that_nobody_confirmed(self, app: Flask, ada: Person) -> None:
        ada.email_confirmed_at = None
        db.session.commit()
        enter(app)
        enter(app)
        assert sent(app) == []

    def test_the_one_used_longest_ago_is_forgotten_for_another(
        self, app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(devices, "MOST", 2)
        held: list[str] = []
        for minutes in range(3):
            with clock.standing(now() + timedelta(minutes=minutes)):
                held.append(write(devices.recognise, ada, "", browser="", network=""))
        known = set(db.session.scalars(db.select(KnownDevice.digest)))
        assert known == {hashlib.sha256(secret.encode()).hexdigest() for secret in held[1:]}

    def test_a_made_up_secret_is_replaced(self, app: Flask) -> None:
        client = app.test_client()
        client.set_cookie("rondo-device", "x" * 4000)
        cookie = enter(app, client).get_cookie("rondo-device")
        assert cookie is not None
        assert len(cookie.value) == 43


class TestUnsubscribing:
    def test_one_click_needs_nothing_but_the_address(self, app: Flask) -> None:
        person = make_person()
        path = unsubscribe_path(person.id, thread_id=make_thread().id, sort="announcements")
        client = app.test_client()
        answer = client.post(path, data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        [kept] = db.session.scalars(db.select(NoticeChoice).filter_by(person_id=person.id))
        assert (kept.sort, kept.inbox, kept.mail) == ("announcements", True, False)

    def test_a_look_changes_nothing(self, app: Flask) -> None:
        person = make_person()
        answer = app.test_client().get(unsubscribe_path(person.id, sort="replies"))
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert db.session.scalars(db.select(NoticeChoice)).all() == []

    @pytest.mark.parametrize("what", ["thread", "requested", "announcements", "all"])
    def test_each_goes_off_and_on_again(self, app: Flask, what: str) -> None:
        person, thread = make_person(), make_thread()
        choose(person, "requested", inbox=False)
        path = unsubscribe_path(person.id, thread_id=thread.id, sort="replies")

        def off() -> set[str]:
            choices = db.session.scalars(db.select(NoticeChoice).filter_by(person_id=person.id, mail=False))
            muted = db.session.scalars(db.select(Watch).filter_by(person_id=person.id, level="mute")).all()
            return {each.sort for each in choices} | ({"thread"} if muted else set())

        client = app.test_client()
        answer = client.post(path, data={"what": what, "on": "0"})
        assert (answer.status_code, answer.location) == (303, f"{path}?done=1")
        everything = {"requested", "announcements", "replies", "mentions", "answers", "followed"}
        assert off() == (everything if what == "all" else {what})
        assert "Letters again" in client.get(answer.location).text
        client.post(path, data={"what": what, "on": "1"})
        assert off() == set()
        kept = db.session.get_one(NoticeChoice, (person.id, "requested"))
        assert not kept.inbox, "what they chose for the inbox stays"

    def test_who_lost_access_can_and_reads_no_title(self, app: Flask) -> None:
        staff = make_category("Staff", visibility="staff")
        thread, person = make_thread(make_person(role="agent"), category=staff, title="Top secret"), make_person()
        path = unsubscribe_path(person.id, thread_id=thread.id, sort="replies")
        client = app.test_client()
        assert "secret" not in client.get(path).text.replace("top-secret", "secret")
        assert client.post(path, data={"what": "thread", "on": "0"}).status_code == 303

    @pytest.mark.parametrize("token", ["x", "a.b", "W10.x", "." * 50, "x" * 400])
    def test_a_link_that_is_none_of_ours_leads_nowhere(self, app: Flask, token: str) -> None:
        for path in (f"/unsubscribe/{token}", f"/not-me/{token}"):
            assert app.test_client().get(path).status_code == 404
            assert app.test_client().post(path).status_code == 404

    def test_a_link_opens_nothing_else(self, app: Flask) -> None:
        token = unsubscribe_path(make_person().id, sort="replies").rpartition("/")[2]
        for path in ("/answer/", "/not-me/"):
            assert app.test_client().get(path + token).status_code == 404

    def test_letters_about_the_account_are_none_of_the_choices(self, app: Flask) -> None:
        path = unsubscribe_path(make_person().id, sort="replies")
        assert app.test_client().post(path, data={"what": "reset", "on": "0"}).status_code == 404
        assert app.test_client().post(path, data={"what": "team", "on": "0"}).status_code == 404
        assert app.test_client().post(path, data={"what": "replies", "on": "2"}).status_code == 400

    def test_contacts_can_too(self, app: Flask) -> None:
        person = contact()
        path = unsubscribe_path(person.id, sort="requested")
        assert app.test_client().get(path).status_code == 200
        assert app.test_client().post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        assert not db.session.get_one(NoticeChoice, (person.id, "requested")).mail
        assert app.test_client().post(path, data={"what": "replies", "on": "0"}).status_code == 404, "they get none"

    def test_who_watches_a_thread_goes_on_watching_it(self, app: Flask) -> None:
        person, thread = make_person(), make_thread()
        follow(person, thread.id, "watch")
        path = unsubscribe_path(person.id, thread_id=thread.id, sort="replies")
        assert app.test_client().post(path, data={"what": "thread", "on": "1"}).status_code == 303
        assert db.session.get_one(Watch, (thread.id, person.id), populate_existing=True).level == "watch"


class TestNotMe:
    def test_one_press_forgets_the_address(self, app: Flask) -> None:
        person = contact()
        path = not_me_path(person.id)
        client = app.test_client()
        assert client.get(path).status_code == 200
        assert db.session.get_one(Person, person.id).email
        for _press in range(2):
            assert client.post(path).location == path
            db.session.expire_all()
            assert db.session.get_one(Person, person.id).email is None
            assert "forgotten, and no more" in client.get(path).text

    def test_it_is_for_contacts_alone(self, app: Flask) -> None:
        assert app.test_client().get(not_me_path(make_person().id)).status_code == 404
