"""Making an account."""

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Invalid
from portal.events.actions import record
from portal.people.models import Person
from portal.people.names import username_key


def sign_up(*, email: str, username: str, password_hash: str, language: str, time_zone: str) -> int:
    """Make an account and return whose it is. Raises Invalid when the username is taken."""
    person = Person(
        username=username,
        username_key=username_key(username),
        email=email,
        email_key=email.casefold(),
        password_hash=password_hash,
        language=language,
        time_zone=time_zone,
        created_at=now(),
    )
    db.session.add(person)
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise Invalid(fields={"username": _("This username is taken.")}) from None
    record("person.signed_up", actor_id=person.id, person_id=person.id)
    return person.id
