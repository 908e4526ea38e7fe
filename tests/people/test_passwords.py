"""Passwords: refused with advice when easy to guess, kept as scrypt, checked at the same cost for everyone."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid
from portal.people import passwords, queries
from portal.people.actions.entering import enter
from tests.conftest import SECURE
from tests.factories import make_person

GOOD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _as_in_the_real_thing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(passwords, "METHOD", SECURE)
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.mark.parametrize(
    ("password", "advice"),
    [("short", "at least 8"), ("password", "most common"), ("12345678", "most common"), ("aaaaaaaaaa", "Repeats like"),
     ("qwertyuiop", "easy to guess"), ("lovelace", "easy to guess"), ("ada@example.com", "easy to guess"),
     ("x" * 1001, "at most 1000")],
)  # fmt: skip
def test_weak_ones_are_refused_with_advice(app: Flask, password: str, advice: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.chosen(password, about=("lovelace", "ada@example.com"))
    assert advice in str(refused.value.fields["password"])


def test_the_advice_is_complete(app: Flask) -> None:
    """Every sentence that zxcvbn can say has its own here, to be translated."""
    import inspect
    import re

    from zxcvbn import feedback

    source = re.sub(r"['\"]\s*\\?\n\s*['\"]", "", inspect.getsource(feedback))
    said = {
        found[1] or found[2] for found in re.finditer(r"_\(\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)')", source)
    }
    assert len(said) > 20
    assert {sentence.replace('\\"', '"') for sentence in said} <= set(passwords._advice())


def test_good_ones_are_kept_as_scrypt_and_long_ones_count_whole(app: Flask) -> None:
    kept = passwords.chosen(GOOD * 10)
    assert kept.startswith("scrypt:32768:8:1$")
    assert passwords.is_right(kept, GOOD * 10)
    assert not passwords.is_right(kept, (GOOD * 10)[:72])


def test_any_keyboard_writes_the_same_password(app: Flask) -> None:
    kept = passwords.chosen("Bl\u00e5b\u00e4r i skogen om h\u00f6sten")
    assert passwords.is_right(kept, "Bla\u030aba\u0308r i skogen om ho\u0308sten")


def test_an_unknown_account_costs_as_much_as_a_known_one(
    app: Flask, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person("ada", password_hash=passwords.hashed(GOOD))
    make_person("imported", kind="imported", password_hash=None)
    checked: list[str] = []
    check = passwords.check_password_hash
    monkeypatch.setattr(
        passwords, "check_password_hash", lambda kept, typed: (checked.append(kept), check(kept, typed))[1]
    )
    costs = set()
    for login in ("ada", "ada@example.com", "nobody", "nobody@example.com", "imported"):
        checked.clear()
        statements.clear()
        assert queries.who_signs_in(login, "wrong") is None
        costs.add((len(statements), len(checked), checked[0].split("$")[0]))
    assert costs == {(1, 1, "scrypt:32768:8:1")}


def test_the_advice_is_in_the_readers_language(app: Flask) -> None:
    with force_locale("de"), pytest.raises(Invalid):
        passwords.chosen("password")


def test_the_password_before_this_one_lets_nobody_in(app: Flask) -> None:
    """It was right when it was checked, and was changed before the session began."""
    ada, here = make_person("ada", password_hash="before"), {"address": "192.0.2.1", "user_agent": ""}
    ada.password_hash = "after"
    db.session.commit()
    with pytest.raises(Forbidden):
        write(enter, ada.id, password_hash="before", **here)
    assert write(enter, ada.id, password_hash="after", **here).session
