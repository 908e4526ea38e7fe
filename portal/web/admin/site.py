"""The portal's own settings."""

from dataclasses import asdict

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField

from portal.core.db import write
from portal.core.places import time_zones
from portal.site.actions import change_site
from portal.site.queries import Site
from portal.web import words
from portal.web.admin.frame import bp, gone_to, shown
from portal.web.forms import Form, choices
from portal.web.lists import LANGUAGE_NAMES
from portal.web.viewing import this_site, viewer


def time_zone_choices() -> list[SelectChoice]:
    """Every time zone, for a select."""
    return choices((zone, zone.replace("_", " ")) for zone in time_zones())


class SiteForm(Form):
    name = StringField(lazy_gettext("Name"))
    accent = RadioField(lazy_gettext("Colour"), choices=choices(words.COLOURS.items()), validate_choice=False)
    welcome = TextAreaField(lazy_gettext("Welcome"))
    language = SelectField(lazy_gettext("Language"), choices=choices(LANGUAGE_NAMES), validate_choice=False)
    time_zone = SelectField(
        lazy_gettext("Time zone"),
        choices=time_zone_choices,
        validate_choice=False,
    )
    sign_up = RadioField(
        lazy_gettext("Who may make an account"),
        choices=choices(
            (
                ("everyone", lazy_gettext("Everyone")),
                ("domains", lazy_gettext("People with an address of these organisations")),
                ("nobody", lazy_gettext("Nobody by themselves: an admin makes accounts")),
            )
        ),
        validate_choice=False,
    )
    sign_up_domains = TextAreaField(lazy_gettext("Their domains"))

    def change(self) -> Site:
        """Put it into force."""
        return write(
            change_site,
            viewer(),
            name=self.name.data or "",
            accent=self.accent.data or "",
            welcome=self.welcome.data or "",
            language=self.language.data or "",
            time_zone=self.time_zone.data or "",
            sign_up=self.sign_up.data or "",
            sign_up_domains=(self.sign_up_domains.data or "").replace(",", " ").split(),
        )


@bp.get("")
def index() -> Response:
    """The first page of the administration."""
    return gone_to("/admin/people")


@bp.route("/site", methods=["GET", "POST"])
def site() -> Response:
    """What the portal is called, how it looks, and who may sign up."""
    now = this_site()
    form = SiteForm(data=asdict(now) | {"sign_up_domains": "\n".join(now.sign_up_domains)})
    if request.method == "POST" and form.take(form.change):
        return gone_to("/admin/site", _("Saved. It holds from now on."))
    return shown("admin/site.html", form, here="site")
