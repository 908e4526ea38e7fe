"""Links in letters: confirming an address, changing it, choosing a new password."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import NotFound
from portal.people import passwords
from portal.people.actions.confirming import change
from portal.people.actions.renewing import reset
from portal.people.models import AccountToken, LoginSession, Person
from tests.factories import make_person, make_thread, viewer_of
from tests.letters import links, path_of, sent, text
from tests.signing_in import csrf_of, sign_in

PASSWORD = "correct horse battery staple"
NEW = "seven purple lanterns dancing"


def fill(client: FlaskClient, page: str, form: str = "", **fields: str) -> TestResponse:
    return client.post(page, data={"csrf_token": csrf_of(client, form or page), **fields})


def sign_up(client: FlaskClient, username: str = "ada", email: str = "ada@example.com") -> None:
    assert fill(client, "/sign-up", email=email, username=username, password=PASSWORD).status_code == 303


def person(username: str = "ada") -> Person:
    db.session.expire_all()
    return db.session.scalars(sa.select(Person).filter_by(username=username)).one()


class TestConfirming:
    def test_the_letter_comes_and_its_button_confirms(self, app: Flask, client: FlaskClient) -> None:
        sign_up(client)
        [letter] = sent(app)
        assert letter["To"] == "ada@example.com"
        assert "confirm your address" in letter["Subject"]
        page = app.test_client()  # another browser: the one where the mail is read
        assert "ada@example.com" in page.get(path_of(letter)).text
        assert not person().is_confirmed, "a link alone does nothing: scanners follow links"
        assert fill(page, path_of(letter)).location == "/sign-in"
        assert person().is_confirmed

    def test_a_link_works_once_and_for_an_hour(self, app: Flask, client: FlaskClient) -> None:
        sign_up(client)
        path = path_of(sent(app)[0])
        fill(client, path)
        assert client.get(path).status_code == 404
        token = db.session.scalars(sa.select(AccountToken)).one()
        token.used_at, token.expires_at = None, now() - timedelta(seconds=1)
        db.session.commit()
        assert "not good any more" in client.get(path).text

    def test_a_link_does_what_its_letter_says_and_nothing_else(self, app: Flask, client: FlaskClient) -> None:
        sign_up(client)
        secret = path_of(sent(app)[0]).rsplit("/", 1)[1]
        assert client.get(f"/reset/{secret}").status_code == 404
        with pytest.raises(NotFound):
            write(reset, secret, password_hash="another")
        with pytest.raises(NotFound):
            write(change, viewer_of(person()), secret)
        assert client.get(f"/confirm/{secret}").status_code == 200

    def test_only_a_hash_of_the_secret_is_kept(self, app: Flask, client: FlaskClient) -> None:
        sign_up(client)
        secret = path_of(sent(app)[0]).rsplit("/", 1)[1]
        assert db.session.scalars(sa.select(AccountToken.digest)).one() != secret

    def test_links_come_from_the_settings_and_never_from_the_request(self, app: Flask, client: FlaskClient) -> None:
        token = csrf_of(client, "/sign-up")
        fields = {"csrf_token": token, "email": "ada@example.com", "username": "ada", "password": PASSWORD}
        headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
        answer = client.post("/sign-up", data=fields, headers=headers, base_url="http://evil.example")
        if answer.status_code != 303:  # the forged host may be refused outright
            client.post("/sign-up", data=fields)
        [letter] = sent(app)
        assert links(letter)[0].startswith("http://localhost/confirm/")
        assert "evil" not in letter.as_string()

    def test_an_address_that_someone_has_is_not_taken_and_only_they_hear_of_it(
        self, app: Flask, client: FlaskClient
    ) -> None:
        make_person("owner", email="owner@example.com", email_key="owner@example.com")
        sign_up(client, "thief", "Owner@Example.com")
        [letter] = sent(app)
        assert "you have an account already" in letter["Subject"]
        assert "/confirm/" not in text(letter)
        assert not person("thief").is_confirmed

    def test_the_first_to_confirm_has_the_address(self, app: Flask) -> None:
        first, second = app.test_client(), app.test_client()
        sign_up(first, "first", "same@example.com")
        sign_up(second, "second", "same@example.com")
        one, two = (path_of(letter) for letter in sent(app))
        fill(second, two)
        assert fill(first, one).status_code == 409
        assert (person("first").is_confirmed, person("second").is_confirmed) == (False, True)

    def test_the_letter_can_be_sent_again(self, app: Flask, client: FlaskClient) -> None:
        sign_up(client)
        sent(app)
        assert fill(client, "/settings/address/confirm", "/settings/address").status_code == 303
        [letter] = sent(app)
        fill(client, path_of(letter))
        assert person().is_confirmed

    def test_letters_to_one_address_end_somewhere(self, app: Flask, client: FlaskClient) -> None:
        sign_up(client)
        answers = [fill(client, "/settings/address/confirm", "/settings/address") for _ in range(5)]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["Retry-After"]) > 60


class TestChanging:
    @pytest.fixture
    def ada(self, client: FlaskClient) -> Person:
        ada = make_person("ada", password_hash=passwords.hashed(PASSWORD))
        sign_in(client, ada)
        return ada

    def ask(self, client: FlaskClient, email: str = "new@example.com", password: str = PASSWORD) -> TestResponse:
        return fill(client, "/settings/address", email=email, password=password)

    def test_the_new_address_confirms_and_the_old_one_is_told(
        self, app: Flask, client: FlaskClient, ada: Person
    ) -> None:
        assert self.ask(client).status_code == 303
        assert person().email == "ada@example.com"
        [letter] = sent(app)
        assert letter["To"] == "new@example.com"
        assert fill(client, path_of(letter)).location == "/settings/address"
        assert (person().email, person().is_confirmed) == ("new@example.com", True)
        [told] = sent(app)
        assert (told["To"], "was changed" in told["Subject"]) == ("ada@example.com", True)
        assert "new@example.com" not in text(told)

    def test_it_needs_the_password(self, app: Flask, client: FlaskClient, ada: Person) -> None:
        assert self.ask(client, password="wrong").status_code == 422
        assert sent(app) == []

    def test_somebody_else_cannot_use_the_link(self, app: Flask, client: FlaskClient, ada: Person) -> None:
        self.ask(client)
        path = path_of(sent(app)[0])
        stranger = app.test_client()
        assert "/sign-in" in stranger.get(path).location
        sign_in(stranger, make_person("eve"))
        assert stranger.get(path).status_code == 404
        with pytest.raises(NotFound):
            write(change, viewer_of(person("eve")), path.rpartition("/")[2])
        assert person().email == "ada@example.com"

    def test_an_address_that_someone_confirmed_meanwhile_is_refused(
        self, app: Flask, client: FlaskClient, ada: Person
    ) -> None:
        self.ask(client)
        path = path_of(sent(app)[0])
        make_person("other", email="new@example.com", email_key="new@example.com")
        assert fill(client, path).status_code == 409
        assert person().email == "ada@example.com"

    def test_links_to_the_old_address_end(self, app: Flask, client: FlaskClient, ada: Person) -> None:
        fill(app.test_client(), "/reset", email="ada@example.com")
        old = path_of(sent(app)[0])
        self.ask(client)
        fill(client, path_of(sent(app)[0]))
        assert client.get(old).status_code == 404

    def test_an_address_that_was_never_confirmed_is_replaced(self, app: Flask, client: FlaskClient) -> None:
        sign_up(client)
        first = path_of(sent(app)[0])
        self.ask(client, "right@example.com")
        [letter] = sent(app)
        assert letter["To"] == "right@example.com"
        assert client.get(first).status_code == 404
        fill(client, path_of(letter))
        assert (person().email, person().is_confirmed) == ("right@example.com", True)


class TestResetting:
    @pytest.fixture
    def ada(self, app: Flask) -> Person:
        return make_person("ada", password_hash=passwords.hashed(PASSWORD))

    def link(self, app: Flask, email: str = "ada@example.com") -> str:
        fill(app.test_client(), "/reset", email=email)
        return path_of(sent(app)[0])

    def test_a_new_password_by_letter(self, app: Flask, client: FlaskClient, ada: Person) -> None:
        path = self.link(app)
        assert client.get(path).headers["Cache-Control"] == "no-store"
        assert fill(client, path, password=NEW).location == "/"
        assert client.get("/settings/profile").status_code == 200, "they are signed in"
        other = app.test_client()
        assert fill(other, "/sign-in", login="ada", password=PASSWORD).status_code == 422
        assert fill(other, "/sign-in", login="ada", password=NEW).status_code == 303

    def test_it_ends_every_session_and_every_older_link(self, app: Flask, client: FlaskClient, ada: Person) -> None:
        thief = app.test_client()
        sign_in(thief, ada)
        older, newer = self.link(app), self.link(app)
        fill(client, newer, password=NEW)
        assert thief.get("/settings/profile").status_code == 303
        assert client.get(older).status_code == client.get(newer).status_code == 404
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LoginSession)) == 1

    def test_known_and_unknown_addresses_get_the_same_answer(
        self, app: Flask, ada: Person, statements: list[str]
    ) -> None:
        answers, costs = [], []
        for email in ("ada@example.com", "nobody@example.com"):
            client = app.test_client()
            token = csrf_of(client, "/reset")
            statements.clear()
            answer = client.post("/reset", data={"csrf_token": token, "email": email})
            costs.append(len(statements))
            answers.append((answer.status_code, answer.location, client.get(answer.location).text))
        assert answers[0] == answers[1]
        assert costs[0] == costs[1]
        assert [letter["To"] for letter in sent(app)] == ["ada@example.com"]

    def test_a_weak_password_is_refused_and_the_link_stays_good(
        self, app: Flask, client: FlaskClient, ada: Person
    ) -> None:
        path = self.link(app)
        assert fill(client, path, password="password1").status_code == 422
        assert fill(client, path, password=NEW).status_code == 303

    def test_someone_imported_claims_what_they_wrote(self, app: Flask, client: FlaskClient) -> None:
        make_person("old-hand", kind="imported", email="hand@example.com", email_key="hand@example.com",
                    email_confirmed_at=None, created_at=now() - timedelta(days=2000))  # fmt: skip
        make_thread(title="Long ago")
        fill(client, self.link(app, "hand@example.com"), password=NEW)
        claimed = person("old-hand")
        assert (claimed.kind, claimed.is_confirmed) == ("account", True)
        assert "Long ago" not in client.get("/unread").text, "what was there before they came they did not miss"

    def test_two_who_typed_the_same_address_get_a_link_each_in_one_letter(
        self, app: Flask, client: FlaskClient
    ) -> None:
        for name in ("first", "sec.ond"):
            make_person(name, email="same@example.com", email_key="same@example.com", email_confirmed_at=None)
        fill(client, "/reset", email="same@example.com")
        [letter] = sent(app)
        assert len(links(letter)) == 2
        assert "@first" in text(letter)
        assert "sec.ond" not in text(letter), "a name must not become a link in a mail program"

    def test_someone_suspended_is_not_let_in_by_it(self, app: Flask, client: FlaskClient, ada: Person) -> None:
        from portal.people.models import Suspension

        db.session.add(Suspension(person_id=ada.id, reason="spam", since=now()))
        db.session.commit()
        assert fill(client, self.link(app), password=NEW).status_code == 403
        assert client.get("/settings/profile").status_code == 303

    def test_the_form_has_a_token(self, client: FlaskClient) -> None:
        assert client.post("/reset", data={"email": "ada@example.com"}).status_code == 400
