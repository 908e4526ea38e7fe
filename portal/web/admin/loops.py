"""The days after which a loop counts as open."""

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import IntegerField

from portal.core.db import write
from portal.site.actions.loops import LONGEST, set_patience
from portal.web.admin.frame import bp, gone_to, shown
from portal.web.forms import Form, Needed
from portal.web.viewing import this_site, viewer


class PatienceForm(Form):
    respond_days = IntegerField(lazy_gettext("Days until a first response"), [Needed()])
    silence_days = IntegerField(lazy_gettext("Days without a word about what is planned"), [Needed()])
    announce_days = IntegerField(lazy_gettext("Days until what shipped is announced"), [Needed()])

    def change(self) -> object:
        """Put it into force. What is no number is none that can be."""
        return write(set_patience, viewer(), **{name: self[name].data or 0 for name in NAMES})


NAMES = ("respond_days", "silence_days", "announce_days")


@bp.route("/loops", methods=["GET", "POST"])
def loops() -> Response:
    """When people have waited too long."""
    site = this_site()
    form = PatienceForm(data={name: getattr(site, name) for name in NAMES})
    if request.method == "POST" and form.done(form.change):
        return gone_to("/admin/loops", _("Saved. It holds from now on."))
    return shown("admin/loops.html", form, here="loops", most=LONGEST)
