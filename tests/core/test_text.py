"""Titles and names: what is kept of what people type."""

import pytest

from portal.core.text import one_line, slug_of, storable


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two \n lines\t", "two lines"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("\u2067right\u2069", "right"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("bell\x07 nul\x00", "bell nul"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("e\u0301", "é"),
        ("Z" + "\u0301\u0302\u0303\u0304\u0305" * 9, "Ź\u0302\u0303\u0304\u0305"),
        ("\ud800", ""),
        ("\u200d\u200d", ""),
    ],
)
def test_one_line_keeps_what_can_be_read(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@pytest.mark.parametrize(
    ("title", "slug"), [("Wie geht's Über?", "wie-geht-s-uber"), ("東京で印刷", "dong-jing-teyin-shua"), ("🎉", "x")]
)
def test_any_script_makes_an_address(title: str, slug: str) -> None:
    assert slug_of(title, otherwise="x") == slug


def test_a_long_title_makes_a_short_address() -> None:
    assert len(slug_of("word " * 100, otherwise="x")) <= 80


def test_what_no_database_takes_is_left_out() -> None:
    assert storable("a\0b\ud800c") == "abc"
