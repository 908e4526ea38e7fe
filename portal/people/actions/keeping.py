"""What a visitor pressed, kept until they have signed in."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Invalid, TooOften
from portal.core.text import storable
from portal.people.models import KeptAct

LASTS = timedelta(hours=1)
MOST_FIELDS = 60
MOST_CHARACTERS = 100_000
MOST_AN_HOUR = 60
"""Acts kept for one network address in an hour: anyone can make these rows."""


@dataclass(frozen=True, slots=True)
class Act:
    """What was pressed: where the form goes, and what was in it."""

    path: str
    fields: tuple[tuple[str, str], ...]


def keep_act(act: Act, *, address: str) -> str:
    """Keep it and return its id. Raises Invalid when there is too much of it, TooOften when one address keeps many."""
    size = len(act.path) + sum(len(name) + len(value) for name, value in act.fields)
    if size > MOST_CHARACTERS or len(act.fields) > MOST_FIELDS:
        raise Invalid(_("This is too long to keep while you sign in. Sign in first, then send it again."))
    lately = (KeptAct.address == address, KeptAct.at > now() - LASTS)
    if (db.session.scalar(select(func.count()).select_from(KeptAct).where(*lately)) or 0) >= MOST_AN_HOUR:
        raise TooOften(
            _("That was very often from your network. Sign in first."), retry_after=int(LASTS.total_seconds())
        )
    fields = [[storable(name), storable(value)] for name, value in act.fields]
    kept = KeptAct(id=secrets.token_urlsafe(32), path=storable(act.path), fields=fields, address=address, at=now())
    db.session.add(kept)
    db.session.flush()
    return kept.id


def take_act(act_id: str) -> Act | None:
    """Hand the act out, once; None when it is gone or too old."""
    kept = db.session.execute(
        delete(KeptAct).where(KeptAct.id == act_id, KeptAct.at > now() - LASTS).returning(KeptAct.path, KeptAct.fields)
    ).one_or_none()
    return Act(path=kept.path, fields=_pairs(kept.fields)) if kept else None


def _pairs(fields: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in fields)
