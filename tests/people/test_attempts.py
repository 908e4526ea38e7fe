"""How often someone may try: per account, per network, never against the owner."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import TooOften
from portal.people import passwords
from portal.people.actions import attempts, sessions, sweeping
from portal.people.actions.renewing import reset
from portal.people.actions.tokens import make_token
from portal.people.models import AccountToken, KeptAct, LoginSession, Person, SignInAttempt
from tests.factories import make_person
from tests.signing_in import csrf_of

HERE, THERE = "192.0.2.1", "198.51.100.7"
GOOD = "correct horse battery staple"


def fail(times: int, login: str = "ada", address: str = THERE) -> None:
    for _ in range(times):
        write(attempts.count_sign_in, login, address=address)


def test_ten_times_and_then_a_wait(app: Flask) -> None:
    fail(10)
    with pytest.raises(TooOften) as refused:
        fail(1)
    assert 14 * 60 < refused.value.retry_after <= 15 * 60 + 1
    fail(1, login="bob")


def test_a_wait_ends(app: Flask) -> None:
    fail(10)
    db.session.execute(sa.update(SignInAttempt).values(at=now() - attempts.WINDOW))
    db.session.commit()
    fail(10)


def test_tries_that_were_refused_do_not_make_the_wait_longer(app: Flask) -> None:
    fail(10)
    for _ in range(5):
        with pytest.raises(TooOften):
            fail(1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 10


def test_many_networks_together_are_counted_for_the_account(app: Flask) -> None:
    for number in range(10):
        fail(1, address=f"203.0.113.{number}")
    with pytest.raises(TooOften):
        fail(1, address="203.0.113.99")


def test_one_network_is_counted_over_all_accounts(app: Flask) -> None:
    for number in range(60):
        fail(1, login=f"person{number}")
    with pytest.raises(TooOften):
        fail(1, login="another")
    fail(1, login="another", address=HERE)


@pytest.mark.parametrize(("count", "limit"), [("count_sign_up", "SIGN_UPS"), ("count_answer", "ANSWERS")])
def test_new_accounts_and_answers_by_link_are_counted_for_their_network_alone(
    app: Flask, count: str, limit: str
) -> None:
    for _ in range(getattr(attempts, limit).most):
        write(getattr(attempts, count), address=THERE)
    with pytest.raises(TooOften):
        write(getattr(attempts, count), address=THERE)
    write(getattr(attempts, count), address=HERE)


def test_answers_by_link_keep_nobody_from_signing_in(app: Flask) -> None:
    for _ in range(attempts.ANSWERS.most):
        write(attempts.count_answer, address=THERE)
    fail(1)


def test_the_owner_is_not_kept_out_by_others(app: Flask) -> None:
    ada = make_person("ada")
    write(sessions.start_session, ada.id, address=HERE)
    fail(10)
    fail(5, address=HERE)
    for address in (THERE, "203.0.113.9"):
        with pytest.raises(TooOften):
            fail(1, address=address)


def test_typing_somebodys_address_does_not_make_one_the_owner(app: Flask) -> None:
    """An account with an address that it never confirmed, signed in where the guessing goes on."""
    make_person("ada", email="ada@example.com", email_key="ada@example.com")
    thief = make_person("thief", email="ada@example.com", email_key="ada@example.com", email_confirmed_at=None)
    write(sessions.start_session, thief.id, address=THERE)
    fail(10, login="ada@example.com", address=HERE)
    with pytest.raises(TooOften):
        fail(1, login="ada@example.com", address=THERE)


def test_signing_in_clears_the_count(app: Flask, client: FlaskClient) -> None:
    make_person("ada", password_hash=passwords.hashed(GOOD))
    fail(5, address="127.0.0.1")
    fail(5, login="ada@example.com", address="127.0.0.1")
    fields = {"csrf_token": csrf_of(client), "login": "ada", "password": GOOD}
    assert client.post("/sign-in", data=fields).status_code == 303
    assert db.session.scalar(sa.select(SignInAttempt.id)) is None


def test_choosing_a_new_password_clears_the_count(app: Flask) -> None:
    ada = make_person("ada")
    fail(10)
    secret = write(lambda: make_token("reset", db.session.get_one(Person, ada.id), email="ada@example.com"))
    write(reset, secret, password_hash=passwords.hashed(GOOD))
    fail(1)


def test_letters_are_counted_over_all_addresses_that_one_network_types(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "PER_ADDRESS", 3)
    for number in range(3):
        write(attempts.count_letter, f"{number}@example.com", address=THERE)
    with pytest.raises(TooOften):
        write(attempts.count_letter, "more@example.com", address=THERE)
    write(attempts.count_letter, "more@example.com", address=HERE)


def test_the_page_says_when_to_try_again(app: Flask, client: FlaskClient) -> None:
    make_person("ada", password_hash=passwords.hashed(GOOD))
    fail(10)
    fields = {"csrf_token": csrf_of(client), "login": "ada", "password": GOOD}
    answer = client.post("/sign-in", data=fields)
    assert answer.status_code == 429, "the right password does not help either: else it could be guessed"
    assert int(answer.headers["Retry-After"]) > 600
    assert "15 minutes" in answer.text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True), ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
     ("::ffff:192.0.2.1", "192.0.2.1", True), ("192.0.2.1", "192.0.2.2", False)],
)  # fmt: skip
def test_what_is_one_network(one: str, other: str, same: bool) -> None:
    assert (attempts.network(one) == attempts.network(other)) is same


def test_fifty_at_once_are_counted_one_by_one(own_app: Flask) -> None:
    taken: list[int] = []

    def guess() -> None:
        with own_app.app_context():
            try:
                write(attempts.count_sign_in, "ada", address=THERE)
                taken.append(1)
            except TooOften:
                pass

    guesses = [threading.Thread(target=guess) for _ in range(50)]
    for each in guesses:
        each.start()
    for each in guesses:
        each.join()
    assert len(taken) == 10


def test_what_is_over_is_swept_and_the_rest_stays(app: Flask) -> None:
    ada = make_person("ada")
    old, at = now() - timedelta(days=40), now()
    for when in (old, at):
        db.session.add(SignInAttempt(login_key="ada", address=HERE, at=when))
        db.session.add(KeptAct(id=f"act{when}"[:43], path="/", fields=[], address=HERE, at=when))
        db.session.add(LoginSession(id=f"session{when}"[:43], person_id=ada.id, created_at=old, seen_at=when))
        token = {"purpose": "reset", "person_id": ada.id, "email": "ada@example.com", "created_at": when}
        db.session.add(AccountToken(digest=str(when), expires_at=when + timedelta(hours=1), **token))
    db.session.commit()
    for _ in range(2):
        write(sweeping.sweep)
        for table in (SignInAttempt, KeptAct, LoginSession, AccountToken):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 1
