"""Sessions: one row for each browser that is signed in."""

import hashlib
import secrets

from sqlalchemy import delete, select, update

from portal.core.clock import now
from portal.core.db import db
from portal.people.models import LoginSession
from portal.people.viewer import Viewer


def start_session(person_id: int, *, address: str = "", user_agent: str = "") -> str:
    """Sign a browser in and return the id of its session."""
    session_id = secrets.token_urlsafe(32)
    at = now()
    db.session.add(
        LoginSession(
            id=session_id,
            person_id=person_id,
            created_at=at,
            seen_at=at,
            address=address[:45],
            user_agent=user_agent[:255],
        )
    )
    db.session.flush()
    return session_id


def sign_out(session_id: str) -> None:
    """End this browser's session. One that has ended already is no mistake."""
    db.session.execute(delete(LoginSession).where(LoginSession.id == session_id))


def end_session(viewer: Viewer, mark: str) -> None:
    """End one of the viewer's own sessions, named by its mark. One that has ended already is no mistake."""
    for session_id in db.session.scalars(select(LoginSession.id).where(LoginSession.person_id == viewer.id)):
        if mark_of(session_id) == mark:
            sign_out(session_id)


def mark_of(session_id: str) -> str:
    """What a page may say of a session: enough to tell it from others, not enough to use it."""
    return hashlib.sha256(session_id.encode()).hexdigest()[:16]


def end_sessions(person_id: int, *, keep: str = "") -> None:
    """End every session of a person, but for the one they act from."""
    db.session.execute(delete(LoginSession).where(LoginSession.person_id == person_id, LoginSession.id != keep))


def touch(session_id: str) -> None:
    """Note that a browser was seen."""
    db.session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now()))
