"""What was imported before."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.importing.models import ExternalId


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


def post_from(source: str, external: int, *, kinds: Sequence[str] = ("topic", "post")) -> int:
    """The post here that had this id there, or that opened the topic of this id. Who may see it is asked elsewhere.
    Raises NotFound."""
    for kind in kinds:
        if (found := known(source, kind, [external]).get(str(external))) is not None:
            return found
    raise NotFound
