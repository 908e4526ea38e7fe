"""Organisations: customer companies. What they pay and what we note about them is for staff only."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.text import one_line, storable
from portal.events.actions import record
from portal.people import policy
from portal.people.models import Organisation, Person
from portal.people.viewer import Viewer

MOST = 10**15
"""Of a yearly value; what is more is a slip of the finger."""
LONGEST_NOTE = 10_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What we know of an organisation. `yearly_value` is in whole units of the portal's currency."""

    name: str
    plan: str = ""
    segment: str = ""
    yearly_value: int = 0
    note: str = ""


def create_organisation(viewer: Viewer, facts: Facts) -> int:
    """Enter an organisation. Raises Invalid when there is one of the name."""
    _check(viewer)
    organisation = Organisation()
    _put(organisation, facts)
    db.session.add(organisation)
    _save()
    record(
        "organisation.created", actor_id=viewer.id, logged=True, organisation_id=organisation.id, name=organisation.name
    )
    return organisation.id


def change_organisation(viewer: Viewer, organisation_id: int, facts: Facts) -> int:
    """Write down what we know now. What a customer is worth is not repeated in the log, only that it changed."""
    organisation = _organisation(viewer, organisation_id)
    before = _facts(organisation)
    _put(organisation, facts)
    _save()
    changed = [field for field in Facts.__slots__ if getattr(before, field) != getattr(organisation, field)]
    if changed:
        record(
            "organisation.changed",
            actor_id=viewer.id,
            logged=True,
            organisation_id=organisation.id,
            changed=changed,
            before=before.name,
            name=organisation.name,
        )
    return organisation.id


def delete_organisation(viewer: Viewer, organisation_id: int) -> int:
    """Delete an organisation nothing was ever asked for; its people stay, without one. Raises Invalid otherwise."""
    organisation = _organisation(viewer, organisation_id)
    record(
        "organisation.deleted", actor_id=viewer.id, logged=True, organisation_id=organisation.id, name=organisation.name
    )
    db.session.execute(update(Person).where(Person.organisation_id == organisation.id).values(organisation_id=None))
    try:
        with db.session.begin_nested():
            db.session.delete(organisation)
            db.session.flush()
    except IntegrityError:
        kept = _("There are questions that only this organisation may see, so it has to stay.")
        raise Invalid(kept) from None
    return organisation_id


def _check(viewer: Viewer) -> None:
    if not policy.can_administer(viewer):
        raise NotFound


def _organisation(viewer: Viewer, organisation_id: int) -> Organisation:
    _check(viewer)
    found = db.session.scalar(select(Organisation).filter_by(id=organisation_id).with_for_update())
    if found is None:
        raise NotFound
    return found


def _facts(organisation: Organisation) -> Facts:
    return Facts(**{field: getattr(organisation, field) for field in Facts.__slots__})


def _put(organisation: Organisation, facts: Facts) -> None:
    name, plan, segment = one_line(facts.name), one_line(facts.plan), one_line(facts.segment)
    note = storable(facts.note).strip()
    wrong: dict[str, object] = {}
    if not 0 < len(name) <= 120:
        wrong["name"] = _("A name has 1 to %(most)s characters.", most=120)
    for field, text in (("plan", plan), ("segment", segment)):
        if len(text) > 60:
            wrong[field] = _("At most %(most)s characters.", most=60)
    if not 0 <= facts.yearly_value <= MOST:
        wrong["yearly_value"] = _("Write a whole number, without a currency.")
    if len(note) > LONGEST_NOTE:
        wrong["note"] = _("At most %(most)s characters.", most=LONGEST_NOTE)
    if wrong:
        raise Invalid(fields=wrong)
    organisation.name, organisation.plan, organisation.segment = name, plan, segment
    organisation.yearly_value, organisation.note = facts.yearly_value, note


def _save() -> None:
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise Invalid(fields={"name": _("There is an organisation of this name already.")}) from None
