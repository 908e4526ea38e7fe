"""Someone at a browser: reads pages, presses buttons, with or without JavaScript."""

from collections.abc import Iterable
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.people.models import Person
from tests.signing_in import sign_in, token_of


class Reader:
    """A browser of its own; `htmx` asks as HTMX does."""

    def __init__(self, app: Flask, person: Person | None = None) -> None:
        self.client = app.test_client()
        self.token = ""
        if person is not None:
            sign_in(self.client, person)
            self.token = token_of(self.client)

    def get(self, path: str, *, target: str = "", shown: str = "") -> TestResponse:
        return self.client.get(path, headers=self._headers(target, shown))

    def post(self, path: str, *, target: str = "", shown: str = "", **fields: Any) -> TestResponse:
        data = {"csrf_token": self.token, **fields} if self.token else fields
        return self.client.post(path, data=data, headers=self._headers(target, shown))

    def read(self, path: str) -> BeautifulSoup:
        """A page that is there."""
        answer = self.get(path)
        assert answer.status_code == 200, (answer.status_code, answer.text[:500])
        return soup(answer)

    @staticmethod
    def _headers(target: str, shown: str) -> dict[str, str]:
        asked = {"HX-Request": "true", "HX-Target": target} if target else {}
        return asked | ({"HX-Current-URL": shown} if shown else {})


def costs(client: FlaskClient, paths: Iterable[str], statements: list[str]) -> dict[str, int]:
    """How many statements each page takes, once it has been read before."""
    found: dict[str, int] = {}
    for path in paths:
        client.get(path)
        statements.clear()
        assert client.get(path).status_code == 200
        found[path] = len(statements)
    return found


def soup(answer: TestResponse) -> BeautifulSoup:
    """What was answered, to look things up in."""
    return BeautifulSoup(answer.text, "html.parser")


def root(answer: TestResponse) -> Tag:
    """The one element that a fragment is."""
    roots = [child for child in soup(answer).children if isinstance(child, Tag)]
    assert len(roots) == 1, answer.text[:500]
    return roots[0]


def titles(page: BeautifulSoup | Tag) -> list[str]:
    """The threads of a list, in order."""
    return [link.get_text() for link in page.select(".row h2 a")]


def fields_of(page, action: str) -> dict[str, str]:
    """What the form would send as it is."""
    form = page.select_one(f'form[action="{action}"]') or page.select_one("main form")
    found = {each["name"]: each.get("value", "") for each in form.select("input[name]") if each["type"] != "radio"}
    return found | {each["name"]: each.get_text().removeprefix("\r\n") for each in form.select("textarea[name]")}
