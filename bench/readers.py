"""Whoever asks: people who are signed in, and a visitor at a form."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, session
from flask_wtf.csrf import generate_csrf

from bench.data import PEOPLE
from bench.measuring import Ask
from portal.core.clock import now
from portal.core.db import db
from portal.people.models import LoginSession

READERS = 50


@dataclass(frozen=True)
class Reader:
    """A signed-in person: the cookie and the CSRF token that goes with it."""

    cookie: str
    token: str

    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "Accept-Encoding": "gzip"}

    def form(self, path: str, expect: int = 303, **fields: str) -> Ask:
        """A form as the browser sends it."""
        headers = self.headers() | {"Content-Type": "application/x-www-form-urlencoded"}
        return Ask(path, "POST", urlencode({"csrf_token": self.token, **fields}), headers, expect=(expect,))


def stranger(app: Flask) -> Reader:
    """A visitor at the form to sign in."""
    return _reader(app)


def readers(app: Flask) -> list[Reader]:
    """Sign people in by rows and cookies of our own, as if they had come by the sign-in page."""
    keys = {secrets.token_urlsafe(32): PEOPLE - number for number in range(1, READERS + 1)}
    with app.app_context(), db.engine.begin() as connection:
        rows = [{"id": key, "person_id": person, "created_at": now(), "seen_at": now()} for key, person in keys.items()]
        connection.execute(sa.insert(LoginSession), rows)
    return [_reader(app, key) for key in keys]


def _reader(app: Flask, key: str = "") -> Reader:
    """A context for each: the token of a form is kept there. Without a key, a visitor with the form to sign in."""
    with app.test_request_context():
        if key:
            session["_user_id"] = key
            session["_fresh"] = True
        token = generate_csrf()
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        return Reader(f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(dict(session))}", token)
