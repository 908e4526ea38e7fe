"""The days after which a loop counts as open."""

from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.events.actions import record
from portal.site.models import SiteSetting
from portal.site.policy import Actor, can_change
from portal.site.queries import Site, site

LONGEST = 3650


def set_patience(viewer: Actor, **days: int) -> Site:
    """`respond_days`, `silence_days` and `announce_days`, as many as are given. Raises NotFound, Invalid; logs it."""
    if not can_change(viewer):
        raise NotFound
    wrong = {name: _("Between 1 and %(most)s days.", most=LONGEST) for name, n in days.items() if not 1 <= n <= LONGEST}
    if wrong:
        raise Invalid(fields=wrong)
    before = site()
    changed = {name: [getattr(before, name), n] for name, n in days.items() if getattr(before, name) != n}
    for name, (_was, n) in changed.items():
        db.session.merge(SiteSetting(name=name, value=n))
    if changed:
        record("site.changed", actor_id=viewer.id, logged=True, changed=sorted(changed), values=changed)
    db.session.flush()
    return site()
