"""Sign a test's browser in without the form: a session row and its cookie."""

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from portal.core.db import write
from portal.people.actions import sessions
from portal.people.models import Person


def sign_in(client: FlaskClient, person: Person) -> str:
    """Sign this browser in as that person and return the id of the session."""
    person_id = person.id
    session_id = write(sessions.start_session, person_id)
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie["_user_id"] = session_id
        cookie["_fresh"] = True
        cookie.permanent = True
    return session_id


def csrf_of(client: FlaskClient, page: str = "/sign-in") -> str:
    """The form token of this browser's session; a page of which is read to get it."""
    text = client.get(page).text
    return text.split('name="csrf_token" value="')[1].split('"')[0]


def token_of(client: FlaskClient) -> str:
    """The same for someone signed in, made as Flask-WTF makes it: no page need be read for it."""
    with client.session_transaction() as cookie:
        given = cookie.setdefault("csrf_token", "0" * 40)
    return URLSafeTimedSerializer(client.application.secret_key or "", salt="wtf-csrf-token").dumps(given)
