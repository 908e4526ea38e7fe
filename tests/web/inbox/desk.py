"""The staff inbox as a browser sees it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from typing import Any

import pytest
from bs4 import Tag
from flask.testing import FlaskClient

from portal.core import clock
from portal.core.db import db, write
from portal.questions.actions.targets import set_targets
from portal.questions.models import Question
from portal.threads.models import Category, Thread
from tests.factories import make_person, viewer_of
from tests.signing_in import csrf_of
from tests.web.reading import soup

INBOX = "/staff/inbox"
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@contextmanager
def standing(moment: datetime) -> Iterator[None]:
    """The clock stands, for requests too: each has a context of its own."""

    class Stopped:
        @staticmethod
        def now(zone: tzinfo) -> datetime:
            return moment.astimezone(zone)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "datetime", Stopped)
        yield


def post(client: FlaskClient, address: str, *, htmx: str = "", **fields: object) -> Any:
    headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {"Referer": f"http://localhost{INBOX}?which=x"}
    return client.post(address, data={"csrf_token": csrf_of(client, INBOX), **fields}, headers=headers)


def titles(client: FlaskClient, query: str = "") -> list[str]:
    page = soup(client.get(f"{INBOX}?{query}" if query else INBOX))
    return [link.get_text() for link in page.select(".row h2 a")]


def row_of(client: FlaskClient, thread: Thread, query: str = "") -> Tag:
    found = soup(client.get(f"{INBOX}?{query}")).select_one(f"#question-{thread.id}")
    assert found is not None
    return found


def words(tag: Any) -> str:
    return " ".join(tag.get_text(" ").split())


def question_of(thread: Thread) -> Question:
    return db.session.get_one(Question, thread.id, populate_existing=True)


def promise(category: Category, first_reply: int | None = None, waiting: int | None = None) -> None:
    admin = viewer_of(make_person(role="admin"))
    write(set_targets, admin, category.id, first_reply=first_reply, waiting=waiting)
