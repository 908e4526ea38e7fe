"""Whoever was told has seen it: they opened their inbox, or what it is about."""

from collections.abc import Sequence

from sqlalchemy import update

from portal.core.clock import now
from portal.core.db import db
from portal.loop.models import Debt
from portal.people.viewer import Viewer


def mark_seen(viewer: Viewer, notice_ids: Sequence[int]) -> None:
    """They have seen these notices. Only the first time counts."""
    if notice_ids and viewer.id is not None:
        theirs = update(Debt).where(
            Debt.person_id == viewer.id, Debt.notice_id.in_(notice_ids), Debt.seen_at.is_(None), Debt.state == "told"
        )
        db.session.execute(theirs.values(seen_at=now()).execution_options(synchronize_session=False))
