"""What someone is told of an answer that they wrote by mail."""

from typing import Any

import pytest
from flask import Flask

from portal.core.db import db, write
from portal.delivery.actions import send_letter
from portal.people.models import Person
from tests.factories import make_person
from tests.letters import html, links, sent, text

WORDS = "My *words* <b>.\n\nAnd more."


def letter(app: Flask, kind: str, language: str = "en", **data: Any) -> Any:
    person_id = make_person(language=language).id
    write(lambda: send_letter(kind, db.session.get_one(Person, person_id), data=data))
    return sent(app)[0]


@pytest.mark.parametrize("language", ["en", "de", "sv"])
@pytest.mark.parametrize(("next_", "path"), [("", ""), ("account", "/sign-up"), ("answer", "/answer/")])
def test_what_was_not_posted_comes_back_whole(app: Flask, language: str, next_: str, path: str) -> None:
    found = letter(app, "not-posted", language, why="It is locked.", text=WORDS, next=next_)
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Reply-To"] is None
    assert "It is locked." in text(found)
    assert "> My *words* <b>.\n> \n> And more." in text(found)
    assert "My *words* &lt;b&gt;." in html(found)
    assert len(links(found)) == bool(next_)
    assert path in "".join(links(found))


@pytest.mark.parametrize("language", ["en", "de", "sv"])
def test_files_that_were_left_out_can_be_added(app: Flask, language: str) -> None:
    found = letter(app, "without-files", language, post=7)
    assert links(found) == ["http://localhost/posts/7"]
