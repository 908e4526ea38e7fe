"""What the log of staff's acts has."""

from portal.core.db import db
from portal.events.models import Event


def log(kind: str) -> list[Event]:
    """The acts of this kind, as they came."""
    return list(db.session.scalars(db.select(Event).filter_by(kind=kind, logged=True)))
