"""The feed of someone's own inbox: its secret address, and whose it is."""

from datetime import datetime

from sqlalchemy import select

from portal.core.db import db
from portal.notices.models import FeedKey
from portal.people.viewer import Viewer


def feed_key(viewer: Viewer) -> tuple[str, datetime] | None:
    """The secret of their feed, and since when it holds; None while they have none."""
    row = db.session.execute(select(FeedKey.key, FeedKey.made_at).where(FeedKey.person_id == viewer.id)).one_or_none()
    return (row.key, row.made_at) if row else None


def whose_feed(key: str) -> int | None:
    """The id of the person whose feed this is the secret of."""
    return db.session.scalar(select(FeedKey.person_id).where(FeedKey.key == key))
