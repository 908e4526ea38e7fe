"""Addresses that belong to one letter."""

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.config import BadSetting, in_force, load
from portal.delivery.addresses import bounce_address, delivery_of, reply_address


@pytest.fixture
def takes_replies(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        monkeypatch.setattr(in_force(), "mail_replies", "reply@in.example.com")


@pytest.mark.usefixtures("takes_replies")
@pytest.mark.parametrize("number", [1, 42, 2**63 - 1])
def test_an_address_says_what_it_is_for(number: int) -> None:
    for made, purpose in ((reply_address(number), "reply"), (bounce_address(number), "bounce")):
        assert made is not None
        local, _at, host = made.partition("@")
        assert local.startswith("reply+")
        assert len(local) <= 64
        assert host == "in.example.com"
        assert delivery_of(made) == (purpose, number)
        assert delivery_of(made.upper()) == (purpose, number)
    assert reply_address(number) != bounce_address(number)


@pytest.mark.usefixtures("takes_replies")
def test_nobody_makes_one_up() -> None:
    made = reply_address(7) or ""
    assert delivery_of(made.replace("+r7-", "+r8-")) is None
    assert delivery_of(made.replace("+r7-", "+b7-")) is None
    assert delivery_of(made.replace("+r7-", "+r07-")) is None
    assert delivery_of(made.replace("+r7-", "+r\u0667-")) is None
    assert delivery_of(made.replace("@", "x@")) is None
    assert delivery_of("reply@in.example.com") is None


@pytest.mark.usefixtures("app")
@given(st.text(max_size=90))
def test_nonsense_belongs_to_no_letter(said: str) -> None:
    assert delivery_of(said) is None
    assert delivery_of(f"reply+r{said}@in.example.com") is None


@pytest.mark.usefixtures("app")
def test_without_a_way_in_there_is_no_address() -> None:
    assert reply_address(1) is None
    assert bounce_address(1) is None


@pytest.mark.parametrize(
    "value", ["reply", "re+ply@example.com", "a b@example.com", "x" * 25 + "@example.com", "<a@b>"]
)
def test_a_setting_that_is_no_such_address_is_refused(value: str) -> None:
    with pytest.raises(BadSetting, match="MAIL_REPLIES"):
        load(mail_replies=value)


def test_capitals_are_no_matter(tmp_path: Path) -> None:
    assert load(data_dir=tmp_path, mail_replies="Reply@Example.com").mail_replies == "reply@example.com"
