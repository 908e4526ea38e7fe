"""The first visit: from an empty portal to one that people can use, a step at a time.

The first admin can be made in the browser only by someone at the machine itself. Such a request comes from a loopback
address to a server that listens on one, names this machine as its host (another site's name that leads here does
not), and shows no sign of a proxy, which would make everyone look local: no proxy is set, no header of one is there,
and it is not HTTP/1.0, which proxies speak and browsers do not. In production the form is never there.
"""

import ipaddress
import sys
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, PasswordField, RadioField, SelectField, StringField

from portal.config import Settings, in_force
from portal.core.db import write
from portal.core.errors import NotFound
from portal.moderation.actions import name_portal, set_up
from portal.moderation.queries.places import has_categories
from portal.people import passwords
from portal.people.actions import entering
from portal.people.actions.administering import create_first_admin
from portal.people.actions.admins import has_admin
from portal.threads.actions.categories import Shape
from portal.web import viewing, words
from portal.web.admin.frame import gone_to, shown
from portal.web.admin.site import LANGUAGE_NAMES, time_zone_choices
from portal.web.forms import Form, choices
from portal.web.viewing import this_site, viewer

bp = Blueprint("setup", __name__)

NEEDS_CATEGORIES = ("/", "/questions/new", "/discussions/new", "/ideas/new")
"""Pages that have nothing to show before there is a category."""
SIGNS_OF_A_PROXY = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
LOOKS = ("blue", "green", "slate", "violet")
"""The colours of the categories that the form has room for."""


class FirstAdminForm(Form):
    email = EmailField(lazy_gettext("E-mail address"))
    username = StringField(lazy_gettext("Username"))
    password = PasswordField(lazy_gettext("Password"))

    def make(self) -> entering.Entered:
        """Make the admin, and return what this browser is to hold. Raises Invalid."""
        typed = {"email": self.email.data or "", "username": self.username.data or ""}
        password_hash = passwords.chosen(self.password.data or "", about=tuple(typed.values()))
        person_id = write(create_first_admin, **typed, password_hash=password_hash, site=this_site())
        return write(
            entering.enter,
            person_id,
            password_hash=password_hash,
            address=viewing.visitor_address(),
            user_agent=request.user_agent.string,
            device=viewing.device(),
        )


class NameForm(Form):
    name = StringField(lazy_gettext("Name"))
    accent = RadioField(lazy_gettext("Colour"), choices=choices(words.COLOURS.items()), validate_choice=False)
    language = SelectField(lazy_gettext("Language"), choices=choices(LANGUAGE_NAMES), validate_choice=False)
    time_zone = SelectField(lazy_gettext("Time zone"), choices=time_zone_choices, validate_choice=False)

    def change(self) -> object:
        """Put it into force."""
        return write(
            name_portal,
            viewer(),
            name=self.name.data or "",
            accent=self.accent.data or "",
            language=self.language.data or "",
            time_zone=self.time_zone.data or "",
        )


class CategoriesForm(Form):
    """Some categories, one below the other. One without a name is left out."""

    def shapes(self) -> dict[str, Shape]:
        """The categories that have a name, by their place. Each gets a colour of its own."""
        typed = {n: (self[f"name_{n}"].data or "", self[f"description_{n}"].data or "") for n in range(len(LOOKS))}
        return {
            str(n): Shape(name=name, description=description, colour=LOOKS[n])
            for n, (name, description) in typed.items()
            if name.strip()
        }


for _n in range(len(LOOKS)):
    setattr(CategoriesForm, f"name_{_n}", StringField(lazy_gettext("Name")))
    setattr(CategoriesForm, f"description_{_n}", StringField(lazy_gettext("What belongs here")))


@bp.before_app_request
def lead_on() -> AnyResponse | None:
    """As long as there is nothing here, the pages that would be empty say so and lead on."""
    if request.method != "GET" or request.path not in NEEDS_CATEGORIES or this_site().is_set_up or has_categories():
        return None
    if viewer().is_admin:
        return redirect("/setup", 303)
    return _start() if request.path == "/" else redirect("/", 303)


@bp.get("/setup")
def steps() -> AnyResponse:
    """The step that comes next. For others than admins it is gone once there is an admin."""
    if viewer().is_admin:
        return redirect("/setup/name" if not this_site().is_set_up else "/", 303)
    if has_admin():
        raise NotFound
    return _start()


@bp.post("/setup")
def make_admin() -> AnyResponse:
    """Make the first admin, from this machine only."""
    if not is_local() or has_admin():
        raise NotFound
    form = FirstAdminForm()
    if not (entered := form.take(form.make)):
        return _start(form)
    viewing.let_in(entered.session)
    welcome = gone_to("/setup/name", _("You are signed in as the admin of this portal."))
    return viewing.keep_device(welcome, entered.device)


@bp.route("/setup/name", methods=["GET", "POST"])
def name() -> Response:
    """What the portal is called and how it looks."""
    _admins_only()
    now = this_site()
    form = NameForm(data={field: getattr(now, field) for field in ("name", "accent", "language", "time_zone")})
    if request.method == "POST" and form.take(form.change):
        return gone_to("/setup/categories")
    return shown("setup/name.html", form)


@bp.route("/setup/categories", methods=["GET", "POST"])
def categories() -> Response:
    """The first places for conversations, some of them suggested."""
    _admins_only()
    form = CategoriesForm(data=_suggested() if request.method == "GET" else None)
    if request.method == "POST" and form.take(lambda: write(set_up, viewer(), form.shapes())):
        return gone_to("/", _("The portal is ready."))
    return shown("setup/categories.html", form, places=range(len(LOOKS)))


def is_local() -> bool:
    """Whether whoever asks sits at this machine (see above)."""
    settings = in_force()
    return (
        _listens_here(settings)
        and _is_loopback(request.remote_addr or "")
        and _is_loopback(urlsplit(f"//{request.host}").hostname or "")
        and not any(name in request.headers for name in SIGNS_OF_A_PROXY)
        and request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0"
    )


def _listens_here(settings: Settings) -> bool:
    public = urlsplit(settings.public_url).hostname
    elsewhere = public is not None and not _is_loopback(public)
    return not settings.is_production and not settings.trusted_proxies and settings.is_loopback and not elsewhere


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _admins_only() -> None:
    if not viewer().is_admin or this_site().is_set_up:
        raise NotFound


def _start(form: FirstAdminForm | None = None) -> Response:
    """What whoever runs the portal does first. Never kept: it looks different to others."""
    waits = has_admin()
    offered = form or (FirstAdminForm() if not waits and is_local() else None)
    answer = shown("setup/start.html", offered, waits=waits, command=_command())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _command() -> str:
    """How `flask` is called in the folder of this portal."""
    try:
        return str(Path(sys.prefix, "bin", "flask").relative_to(Path.cwd()))
    except ValueError:
        return "flask"


def _suggested() -> dict[str, str]:
    """The fields of a form with what most communities begin with."""
    suggested = (
        (_("Help"), _("Questions about using the product, and their answers.")),
        (_("Tips and experience"), _("How others do it, and what works well.")),
        (_("About this community"), _("How it works here, and what could be better.")),
    )
    names = {f"name_{n}": name for n, (name, _description) in enumerate(suggested)}
    return names | {f"description_{n}": description for n, (_name, description) in enumerate(suggested)}
