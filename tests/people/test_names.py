"""Which usernames and addresses can be had, and which look like someone else's."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.core.markup import mention_key
from portal.people import names
from portal.people.actions.accounts import free_username
from portal.people.addresses import email_key, parsed
from tests.factories import make_person


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("ada", "ada"), (" Ada ", "Ada"), ("@ada", "ada"), ("Ａｄａ", "Ada"), ("ada.lovelace", "ada.lovelace"),
     ("a_b-c.d", "a_b-c.d"), ("Пётр", "Пётр"), ("日本語かな", "日本語かな"), ("x1y", "x1y"), ("Straße", "Straße")],
)  # fmt: skip
def test_a_username_that_can_be_had(app: Flask, typed: str, kept: str) -> None:
    assert names.well_formed(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "ab", "a" * 41, "a b", "a\nb", "ada!", "<b>x", "a/b", "a@b", "-ada", "ada-", ".ada", "ada.", "_ada", "ada_",
     "a..b", "a.-b", "a__b", "123", "1.2.3", "аda", "adа", "paypаl",
     "ada\u200b", "a\u202edb", "ada\u0301\u0301", "ﷺ" * 3],
)  # fmt: skip
def test_a_username_that_cannot_be_had(app: Flask, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        names.well_formed(typed)
    assert set(refused.value.fields) == {"username"}


@pytest.mark.parametrize(
    "typed", ["admin", "ADMIN", "Adm1n", "a.d-m_i.n", "supp0rt", "ѕtaff", "m0derator", "ＲＯＯＴ", "sign-in"]
)
def test_names_kept_for_the_portal(app: Flask, typed: str) -> None:
    assert names.is_reserved(typed)
    with pytest.raises(Invalid):
        free_username(typed)


@pytest.mark.parametrize("typed", ["PauI", "pau1", "p.a.u.l", "páúl", "Graсe.Hopper", "GraceH0pper", "gracehopper"])
def test_nobody_looks_like_staff(app: Flask, typed: str) -> None:
    make_person("paul", role="agent", name="Grace Hopper")
    with pytest.raises(Invalid):
        free_username(typed)


def test_members_may_look_like_members(app: Flask) -> None:
    make_person("paul")
    assert free_username("pau1") == "pau1"


@given(st.text(max_size=50))
def test_what_is_kept_is_what_a_mention_finds(typed: str) -> None:
    from portal.core.markup import render

    app = Flask("names")
    from flask_babel import Babel

    Babel(app)
    with app.app_context():
        try:
            kept = names.well_formed(typed)
        except Invalid:
            return
        found = render(f"hello @{kept}", people=lambda keys: dict.fromkeys(keys, "someone")).mentions
    assert found == (mention_key(kept),)
    assert len(kept) <= 40
    assert len(names.username_key(kept)) <= 60


@pytest.mark.parametrize(
    ("typed", "key"),
    [("Ada@Example.COM", "ada@example.com"), (" ada+x@example.com ", "ada+x@example.com"),
     ("ada@exämple.se", "ada@xn--exmple-cua.se"), ("ada@portal.local", "ada@portal.local")],
)  # fmt: skip
def test_addresses(app: Flask, typed: str, key: str) -> None:
    assert parsed(typed).key == key == email_key(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "ada", "ada@", "@example.com", "ada@localhost", "a b@example.com", '"a b"@example.com', "ada@[127.0.0.1]",
     "=?utf-8?q?ada=40evil.example=3e?=@example.com", "ada@example.com\nBcc: x@example.com", "Ada <ada@example.com>",
     "ada@example.com,eve@example.com", "ada(comment)@example.com", "ada@exa mple.com", "ädä@example.com",
     "x" * 65 + "@example.com", "ada@" + "x" * 260 + ".com", "ada@@example.com", "ada@example..com"],
)  # fmt: skip
def test_what_is_no_address(app: Flask, typed: str) -> None:
    with pytest.raises(Invalid):
        parsed(typed)
    assert "@" not in email_key(typed) or email_key(typed) == typed.strip().casefold()[:254]
