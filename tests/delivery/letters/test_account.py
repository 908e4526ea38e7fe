"""What stands in letters."""

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.actions import send_letter
from portal.delivery.letters import account
from portal.people.models import Person
from tests.factories import make_hook, make_person
from tests.letters import html, links, sent, text


@pytest.mark.parametrize("kind", sorted(account.KINDS))
@pytest.mark.parametrize("language", ["en", "de", "sv"])
def test_every_letter_in_every_language(app: Flask, kind: str, language: str) -> None:
    given = {"email": "ada@example.com", "email_key": "ada@example.com", "language": language}
    more = {"confirm": {"email_confirmed_at": None}, "hook-paused": {"role": "admin"}}.get(kind, {})
    person_id, data = make_person("evil.example", **given, **more).id, {}
    if kind == "hook-paused":
        data["hook"] = make_hook(paused_at=now(), pause_reason="gone").id
    write(lambda: send_letter(kind, db.session.get_one(Person, person_id), data=data))
    [letter] = sent(app)
    assert letter["Subject"].startswith("Rondo: ")
    assert letter["Content-Language"] == language
    body = text(letter)
    assert "{" not in body
    assert "None" not in body
    assert "evil.example" not in body
    assert body.rstrip().endswith("-- \nRondo\nhttp://localhost")
    assert all(link.startswith("http://localhost/") for link in links(letter))
    assert len(links(letter)) == {"changed": 0, "device": 2}.get(kind, 1)
    assert all(link in html(letter) for link in links(letter))


def test_a_name_is_no_link_in_a_letter(app: Flask) -> None:
    person_id = make_person("win.example", email="ada@example.com", email_key="ada@example.com").id
    write(lambda: send_letter("password", db.session.get_one(Person, person_id)))
    [letter] = sent(app)
    assert "win.example" not in text(letter)
    assert "win.\u2060example" in text(letter)


def test_who_has_no_name_here_yet_is_invited_without_one(app: Flask) -> None:
    """A contact, or someone imported: they choose it with the password."""
    given = {"kind": "contact", "username_key": None, "email_confirmed_at": None}
    person_id = make_person("kim", **given).id
    db.session.execute(db.update(Person).where(Person.id == person_id).values(username=None))
    db.session.commit()
    write(lambda: send_letter("invited", db.session.get_one(Person, person_id)))
    [letter] = sent(app)
    assert "@" not in text(letter)
