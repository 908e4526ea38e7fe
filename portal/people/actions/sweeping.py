"""Throw away what is over: tries, links, sessions, kept acts. Safe to run at any time, and twice."""

from datetime import timedelta

from sqlalchemy import delete

from portal.core.clock import now
from portal.core.db import db
from portal.people.actions import keeping
from portal.people.models import AccountToken, KeptAct, KnownDevice, LoginSession, SignInAttempt
from portal.people.queries import DEVICE_LASTS, SESSION_LASTS

KEPT = timedelta(days=1)
"""Tries and links stay for a day, for whoever looks into what happened."""


def sweep() -> None:
    """Delete the rows that nobody can use any more."""
    at = now()
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < at - KEPT))
    db.session.execute(delete(AccountToken).where(AccountToken.expires_at < at - KEPT))
    db.session.execute(delete(KeptAct).where(KeptAct.at < at - keeping.LASTS))
    db.session.execute(delete(KnownDevice).where(KnownDevice.seen_at < at - DEVICE_LASTS))
    db.session.execute(delete(LoginSession).where(LoginSession.seen_at < at - SESSION_LASTS))
