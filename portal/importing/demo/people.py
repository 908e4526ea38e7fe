"""The demonstration's people: made, and known again when they sign in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.core.db import db
from portal.core.markup import render
from portal.importing.demo.reading import cast_of
from portal.importing.mentioned import PERSON
from portal.importing.queries import DEMO, known
from portal.importing.running import add_external
from portal.people.models import Organisation, Person
from portal.people.names import username_key
from portal.people.passwords import hashed
from portal.people.viewer import Viewer

PASSWORD = "rondo-demo"  # noqa: S105
"""Everybody's who can sign in. It is printed in the documents: it opens nothing but from this machine to itself."""
READ = timedelta(days=6)
"""What is older than this they have read."""


@dataclass(frozen=True, slots=True)
class SignIn:
    username: str
    role: str
    name: str


def sign_ins() -> list[SignIn]:
    """One for each role, the mightiest first."""
    return [
        SignIn(person["username"], person.get("role", "member"), person["name"])
        for person in cast_of()["person"]
        if person.get("sign_in")
    ]


def is_here() -> bool:
    """Whether the demonstration was loaded into this database."""
    return bool(known(DEMO, PERSON, [1]))


def add_people(today: datetime) -> dict[str, Person]:
    """Write the organisations and everyone, and return them by their usernames."""
    organisations = {given["name"]: Organisation(**given) for given in cast_of()["organisation"]}
    db.session.add_all(organisations.values())
    db.session.flush()
    secret = hashed(PASSWORD)
    people = {
        given["username"]: _person(given, organisations, today, secret if given.get("sign_in") else None)
        for given in cast_of()["person"]
    }
    db.session.add_all(people.values())
    db.session.flush()
    add_external(DEMO, PERSON, {number: person.id for number, person in enumerate(people.values(), 1)})
    return people


def viewer_of(person: Person) -> Viewer:
    """How actions see them."""
    return Viewer(
        id=person.id,
        role=person.role,
        username=person.username or "",
        name=person.name,
        is_confirmed=True,
        organisation_id=person.organisation_id,
        language=person.language,
    )


def _person(
    given: dict[str, Any], organisations: dict[str, Organisation], today: datetime, secret: str | None
) -> Person:
    username, joined = str(given["username"]), today - timedelta(days=int(given["joined"]))
    email = f"{username}@vandrel.example"
    organisation = organisations.get(given.get("organisation", ""))
    return Person(
        kind="account",
        role=given.get("role", "member"),
        username=username,
        username_key=username_key(username),
        name=given["name"],
        email=email,
        email_key=email,
        email_confirmed_at=joined,
        password_hash=secret,
        about=given["about"],
        about_html=render(given["about"]).html,
        language=given.get("language", "en"),
        organisation_id=organisation.id if organisation else None,
        shows_organisation=given.get("shows_organisation", False),
        created_at=joined,
        read_since=today - READ,
        welcomed_at=joined,
    )
