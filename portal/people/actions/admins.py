"""The portal always keeps someone who can run it."""

from flask_babel import gettext as _
from sqlalchemy import exists, select

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Forbidden
from portal.people.models import Person, Suspension
from portal.people.queries import suspended


def keep_an_admin(person: Person) -> None:
    """Refuse what would leave the portal without an admin who can sign in. Two who go at once wait for each other.

    Raises Forbidden.
    """
    if person.role != "admin":
        return
    others = db.session.scalars(
        select(Person.id)
        .where(
            Person.role == "admin",
            Person.kind == "account",
            Person.erased_at.is_(None),
            Person.password_hash.is_not(None),
            ~exists().where(Suspension.person_id == Person.id, suspended(now())),
        )
        .order_by(Person.id)
        .with_for_update()
    ).all()
    if set(others) <= {person.id}:
        raise Forbidden(_("This is the only admin who can sign in. Make someone else an admin first."))


def has_admin() -> bool:
    """Whether anyone was ever made an admin, and still is one."""
    return db.session.scalar(select(exists().where(Person.role == "admin", Person.erased_at.is_(None)))) or False
