"""What stands in letters."""

import pytest
from flask import Flask

from portal.core.db import db, write
from portal.delivery.actions import send_letter
from portal.delivery.letters import KINDS
from portal.delivery.models import Delivery
from portal.events.actions import record
from portal.notices.models import Notice
from portal.people.models import Person
from tests.factories import make_person, make_thread
from tests.letters import links, sent


def carry_a_notice(letter: Delivery, person_id: int) -> None:
    """What the letter of a notice is about."""
    thread = make_thread()
    event = record("post.written", actor_id=None, thread_id=thread.id)
    notice = Notice(
        event_id=event.id, person_id=person_id, kind="reply", reason="watcher", thread_id=thread.id, at=event.at
    )
    db.session.add(notice)
    db.session.flush()
    db.session.get_one(Delivery, letter.id).notice_id = notice.id
    db.session.commit()


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", ["en", "de", "sv"])
def test_every_letter_in_every_language(app: Flask, kind: str, language: str) -> None:
    given = {"email": "ada@example.com", "email_key": "ada@example.com", "language": language}
    person_id = make_person("evil.example", **given, **({"email_confirmed_at": None} if kind == "confirm" else {})).id
    letter = write(lambda: send_letter(kind, db.session.get_one(Person, person_id)))
    if letter is not None and kind == "notice":
        carry_a_notice(letter, person_id)
    [letter] = sent(app)
    assert letter["Subject"].startswith("Rondo: ")
    assert letter["Content-Language"] == language
    body = letter.get_content().replace("\r\n", "\n")
    assert "{" not in body
    assert "None" not in body
    assert "evil.example" not in body
    assert body.rstrip().endswith("-- \nRondo\nhttp://localhost")
    assert all(link.startswith("http://localhost/") for link in links(letter))
    assert len(links(letter)) == (0 if kind == "changed" else 1)


def test_a_name_is_no_link_in_a_letter(app: Flask) -> None:
    person_id = make_person("win.example", email="ada@example.com", email_key="ada@example.com").id
    write(lambda: send_letter("password", db.session.get_one(Person, person_id)))
    [letter] = sent(app)
    assert "win.example" not in letter.get_content()
    assert "win.\u2060example" in letter.get_content()
