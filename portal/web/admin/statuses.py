"""What the statuses of ideas are called here; their meanings stay."""

from flask import Response, request
from flask_babel import gettext as _

from portal.core.db import write
from portal.core.errors import Invalid
from portal.ideas.actions import rename_status
from portal.ideas.models import STATUSES
from portal.ideas.queries.marks import status_names
from portal.people.viewer import Viewer
from portal.web.admin.frame import bp, gone_to, shown
from portal.web.forms import Form
from portal.web.statuses import STATUSES as USUAL
from portal.web.viewing import viewer


@bp.route("/statuses", methods=["GET", "POST"])
def statuses() -> Response:
    """Rename them; an empty name is the usual one."""
    form = Form(None)
    names = {each: request.form.get(each, "") for each in STATUSES} if request.method == "POST" else status_names()
    if request.method == "POST" and form.done(lambda: write(_rename, viewer(), names)):
        return gone_to("/admin/statuses", _("Saved."))
    usual = {each: str(USUAL[each]) for each in STATUSES}
    return shown("admin/statuses.html", form, here="statuses", names=names, usual=usual)


def _rename(seen: Viewer, names: dict[str, str]) -> None:
    for status, name in names.items():
        try:
            rename_status(seen, status, name)
        except Invalid as error:
            said = ": ".join([str(USUAL[status]), *map(str, error.fields.values())])
            raise Invalid(said) from None
