"""Looking for things, as tests do it."""

from portal.core.db import db, write
from portal.people.viewer import VISITOR, Viewer
from portal.search.actions.counting_words import count_waiting
from portal.search.parsing import parse
from portal.search.queries.finding import Found, find


def found(text: str, viewer: Viewer = VISITOR, **given: int) -> Found:
    """What a search gives."""
    db.session.commit()
    return find(viewer, parse(text), **given)


def titles(text: str, viewer: Viewer = VISITOR) -> list[str]:
    """The titles of the threads that it gives."""
    return [hit.title for hit in found(text, viewer).hits]


def counted() -> None:
    """The worker was here."""
    while write(count_waiting):
        pass
