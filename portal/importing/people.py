"""People from elsewhere, written."""

from collections.abc import Mapping
from typing import Any

from portal.importing.mentioned import PERSON
from portal.importing.running import add_external, add_numbered
from portal.people.models import Person


def save_people(source: str, people: Mapping[int, dict[str, Any]]) -> None:
    """Write these people, by their ids there. Called inside the write transaction."""
    ids = add_numbered(Person, list(people.values()))
    add_external(source, PERSON, dict(zip(people, ids, strict=True)))
