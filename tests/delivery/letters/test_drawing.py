"""Letters are drawn twice from one template: what escapes in the one must not in the other."""

from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import ChoiceLoader, DictLoader, FileSystemBytecodeCache

from portal.delivery.letters.drawing import drawn, own

LETTER = "{% extends frame %}{% block subject %}x{% endblock %}{% block body %}{{ words }}{% endblock %}"
WORDS = "<b>A & B</b>"


def test_what_is_kept_compiled_is_not_mixed_up(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The web keeps compiled templates in a folder, by their names."""
    ours = DictLoader({"mail/probe.txt": LETTER})
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([ours, app.jinja_env.loader]))
    monkeypatch.setattr(app.jinja_env, "bytecode_cache", FileSystemBytecodeCache(str(tmp_path)))
    monkeypatch.delitem(app.extensions, "letters", raising=False)
    letter = drawn("probe", {"words": WORDS, "site": "Rondo", "address": "http://localhost"})
    monkeypatch.delitem(app.extensions, "letters")
    assert WORDS in letter.text
    assert WORDS not in letter.html
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in letter.html


def test_what_is_one_readers_own_is_in_no_others_letter(app: Flask) -> None:
    """What says the same is drawn once, and what is theirs is put in for each: escaped where it must be."""
    values = {"site": "Rondo", "address": "http://localhost", "username": own("username")}
    letters = [drawn("changed", dict(values), {"username": name}) for name in ("<ada>", "ben")]
    assert "@<ada>" in letters[0].text
    assert "@&lt;ada&gt;" in letters[0].html
    assert "@ben" in letters[1].text
    assert "@ben" in letters[1].html
    assert not any(word in said for said in (letters[1].text, letters[1].html) for word in ("ada", own("username")))


def test_letters_that_differ_in_anything_are_drawn_each_by_itself(app: Flask) -> None:
    values = {"site": "Rondo", "address": "http://localhost", "username": "ada", "off": False}
    ones = [drawn("changed", values | more) for more in ({}, {"off": 0}, {"off": "x"}, {"site": "Other"})]
    assert len({(each.text, each.html) for each in ones}) == 3
    with force_locale("de"):
        assert drawn("changed", values).text != ones[0].text


def test_a_letter_that_opens_an_account_is_drawn_and_not_kept(app: Flask) -> None:
    values = {"site": "Rondo", "address": "http://localhost", "username": "a-name-of-its-own", "off": ""}
    said = drawn("changed", values, keep=False)
    assert "a-name-of-its-own" in said.text
    assert not any("a-name-of-its-own" in each.text for each in app.extensions["letters"].letters.values())
    assert drawn("changed", values) == said
    assert said in app.extensions["letters"].letters.values()
