"""Messages to hooks as they stand in the database."""

from typing import Any

import sqlalchemy as sa

from portal.core.db import db
from portal.delivery.models import HookDelivery


def rows(**of: Any) -> list[HookDelivery]:
    """Of these values, the oldest first, and as they are by now."""
    query = sa.select(HookDelivery).filter_by(**of).order_by(HookDelivery.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def states(**of: Any) -> list[tuple[str, str]]:
    return [(row.kind, row.state) for row in rows(**of)]
