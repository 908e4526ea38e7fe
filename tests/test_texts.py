"""The portal speaks German and Swedish wherever it speaks English."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale, gettext, ngettext, refresh

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    subprocess.run([sys.executable, ROOT / "bin" / "texts", "--compile"], check=True)


def test_every_text_is_translated():
    done = subprocess.run(
        [sys.executable, ROOT / "bin" / "texts", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("language", "title", "one", "two"),
    [("de", "Frage", "1 Antwort", "2 Antworten"), ("sv", "Fråga", "1 svar", "2 svar")],
)
def test_a_text_and_its_plural_come_in_the_language(app: Flask, language: str, title: str, one: str, two: str):
    with app.test_request_context("/"), force_locale(language):
        refresh()
        assert gettext("Question") == title
        assert ngettext("%(num)s answer", "%(num)s answers", 1) == one
        assert ngettext("%(num)s answer", "%(num)s answers", 2) == two
