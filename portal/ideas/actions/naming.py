"""What the admin calls the statuses; their meanings stay."""

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.text import one_line
from portal.events.actions import record
from portal.ideas.models import STATUSES, StatusName
from portal.people.policy import can_administer
from portal.people.viewer import Viewer

LONGEST = 40


def rename_status(viewer: Viewer, status: str, name: str) -> None:
    """Call a status something else, or (empty) what it is called everywhere. Raises Invalid for another one's name."""
    if not can_administer(viewer) or status not in STATUSES:
        raise NotFound
    name = one_line(name)
    if len(name) > LONGEST:
        raise Invalid(fields={status: _("At most %(most)s characters.", most=LONGEST)})
    taken = select(StatusName.status).where(func.lower(StatusName.name) == name.lower(), StatusName.status != status)
    if name and db.session.scalar(taken) is not None:
        raise Invalid(fields={status: _("Another status has this name.")})
    before = db.session.scalar(select(StatusName.name).where(StatusName.status == status)) or ""
    if before == name:
        return
    if name:
        db.session.merge(StatusName(status=status, name=name))
    else:
        db.session.execute(delete(StatusName).where(StatusName.status == status))
    record("status.renamed", actor_id=viewer.id, logged=True, status=status, before=before, name=name)
