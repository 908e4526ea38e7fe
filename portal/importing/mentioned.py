"""Whom a text from elsewhere means by a name after an @: people of its own community, and nobody else."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select

from portal.core.db import db
from portal.importing.models import ExternalId
from portal.people.models import Person

PERSON = "person"


class Mentioned:
    """Finds usernames here by names there, as `render` asks for them. Remembers what it was asked."""

    def __init__(self, source: str, find: Callable[[Sequence[str]], Mapping[str, str]] | None = None) -> None:
        self._source = source
        self._find = find or self._of_this_source
        self._names: dict[str, str] = {}

    def __call__(self, names: Sequence[str]) -> Mapping[str, str]:
        """Of these names, those that mean someone, with the usernames that they have here."""
        if unknown := [name for name in names if name not in self._names]:
            self._names |= dict.fromkeys(unknown, "") | dict(self._find(unknown))
        return {name: self._names[name] for name in names if self._names[name]}

    def _of_this_source(self, names: Sequence[str]) -> Mapping[str, str]:
        query = (
            select(Person.username_key, Person.username)
            .join(ExternalId, ExternalId.local_id == Person.id)
            .where(ExternalId.source == self._source, ExternalId.kind == PERSON)
            .where(Person.username_key.in_(names))
        )
        return {str(key): str(name) for key, name in db.session.execute(query)}
