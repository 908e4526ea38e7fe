"""What was imported before."""

from collections.abc import Collection, Sequence

from sqlalchemy import exists, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.importing.models import ExternalId

DEMO = "demo"
"""The source that the demonstration's people are known by."""


def known(source: str, kind: str, externals: Collection[int | str]) -> dict[str, int]:
    """The local ids of those rows of a source that are here, by their id there."""
    if not externals:
        return {}
    query = select(ExternalId.external, ExternalId.local_id).where(
        ExternalId.source == source,
        ExternalId.kind == kind,
        ExternalId.external.in_([str(external) for external in externals]),
    )
    return dict(db.session.execute(query).all())


def came_from(source: str, kind: str, local_id: int) -> bool:
    """Whether a row here was brought in from there."""
    query = exists().where(ExternalId.source == source, ExternalId.kind == kind, ExternalId.local_id == local_id)
    return bool(db.session.scalar(select(query)))


def is_demo_person(person_id: int) -> bool:
    """Whether an account belongs to the demonstration."""
    return came_from(DEMO, "person", person_id)


def post_from(source: str, external: int, *, kinds: Sequence[str] = ("topic", "post")) -> int:
    """The post here that had this id there, or that opened the topic of this id. Who may see it is asked elsewhere.
    Raises NotFound."""
    for kind in kinds:
        if (found := known(source, kind, [external]).get(str(external))) is not None:
            return found
    raise NotFound
