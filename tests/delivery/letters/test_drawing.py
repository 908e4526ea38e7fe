"""Letters are drawn twice from one template: what escapes in the one must not in the other."""

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader, FileSystemBytecodeCache

from portal.delivery.letters.drawing import drawn

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
