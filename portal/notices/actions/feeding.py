"""People make an address for the feed of their inbox, another one, or none any more."""

import secrets

from sqlalchemy import delete

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Forbidden
from portal.notices.models import FeedKey
from portal.people.viewer import Viewer


def make_feed(viewer: Viewer) -> None:
    """A secret for their feed. The one before, if there was any, leads nowhere from now on. Raises Forbidden."""
    if viewer.id is None:
        raise Forbidden
    db.session.merge(FeedKey(person_id=viewer.id, key=secrets.token_urlsafe(32), made_at=now()))
    db.session.flush()


def drop_feed(viewer: Viewer) -> None:
    """Their feed is no more."""
    db.session.execute(delete(FeedKey).where(FeedKey.person_id == viewer.id))
