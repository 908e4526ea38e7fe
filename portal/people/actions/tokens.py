"""The secrets in links of letters: made when the letter is, single use, one hour. Only their SHA-256 is kept."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.people.models import AccountToken, Person

LASTS = timedelta(hours=1)


def make_token(purpose: str, person: Person, *, email: str) -> str:
    """A secret for one letter: whoever has it can do this one thing. `email` is where the letter goes."""
    secret = secrets.token_urlsafe(32)
    at = now()
    db.session.add(
        AccountToken(
            digest=digest_of(secret),
            purpose=purpose,
            person_id=person.id,
            email=email,
            created_at=at,
            expires_at=at + LASTS,
        )
    )
    db.session.flush()
    return secret


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def use_token(purpose: str, secret: str) -> AccountToken:
    """Take the secret; a second time it is worth nothing. Raises NotFound when it is not good (any more)."""
    at = now()
    found = db.session.scalar(
        update(AccountToken)
        .where(
            AccountToken.digest == digest_of(secret),
            AccountToken.purpose == purpose,
            AccountToken.used_at.is_(None),
            AccountToken.expires_at > at,
        )
        .values(used_at=at)
        .returning(AccountToken)
    )
    if found is None:
        raise NotFound
    return found


def end_tokens(person_id: int, *, purpose: str = "") -> None:
    """End every link that a person was sent (for one purpose, or for all)."""
    those = update(AccountToken).where(AccountToken.person_id == person_id, AccountToken.used_at.is_(None))
    db.session.execute((those.where(AccountToken.purpose == purpose) if purpose else those).values(used_at=now()))


def owner_of(purpose: str, secret: str) -> tuple[Person, str] | None:
    """Whose link this is and the address it went to, while it is good. Using it is another act."""
    row = db.session.execute(
        select(Person, AccountToken.email)
        .join(AccountToken, AccountToken.person_id == Person.id)
        .where(
            AccountToken.digest == digest_of(secret),
            AccountToken.purpose == purpose,
            AccountToken.used_at.is_(None),
            AccountToken.expires_at > now(),
            Person.erased_at.is_(None),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None
