"""What people set for themselves: what others see, how they read, and how they get in."""

from flask import Blueprint, Response, flash
from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired

from portal.core.db import write
from portal.core.errors import Invalid
from portal.core.places import time_zones
from portal.people import passwords, queries
from portal.people.actions import attempts, confirming, erasing, profile, renewing, sessions
from portal.people.names import username_key
from portal.web import htmx, viewing
from portal.web.accounts import page
from portal.web.browsers import browser_name
from portal.web.finishing import sign_in_first
from portal.web.forms import Form
from portal.web.lists import LANGUAGE_NAMES
from portal.web.viewing import signed_in, viewer

bp = Blueprint("settings", __name__, url_prefix="/settings")
required = DataRequired(lazy_gettext("Fill this in."))


class ProfileForm(Form):
    name = StringField(lazy_gettext("Name"))
    about = TextAreaField(lazy_gettext("About you"))
    shows_organisation = BooleanField(lazy_gettext("Show others whom I work for"))


class ReadingForm(Form):
    language = SelectField(
        lazy_gettext("Language"), choices=[SelectChoice(code, name) for code, name in LANGUAGE_NAMES]
    )
    time_zone = SelectField(
        lazy_gettext("Time zone"), choices=[SelectChoice(zone, zone.replace("_", " ")) for zone in time_zones()]
    )
    colour_scheme = RadioField(
        lazy_gettext("Colours"),
        choices=[
            SelectChoice("auto", lazy_gettext("As the device has them")),
            SelectChoice("light", lazy_gettext("Light")),
            SelectChoice("dark", lazy_gettext("Dark")),
        ],
    )
    rows_per_list = SelectField(
        lazy_gettext("Rows in a list"), choices=[SelectChoice(str(rows)) for rows in profile.ROWS], coerce=int
    )


class AddressForm(Form):
    email = StringField(lazy_gettext("New address"), [required])
    password = PasswordField(lazy_gettext("Your password"), [required])


class PasswordForm(Form):
    password = PasswordField(lazy_gettext("Your password now"), [required])
    new_password = PasswordField(lazy_gettext("New password"), [required])


class SessionForm(Form):
    session = HiddenField()


class LeaveForm(Form):
    password = PasswordField(lazy_gettext("Your password"), [required])


@bp.get("")
@signed_in
def settings() -> Response:
    """The first of them."""
    return htmx.go("/settings/profile")


@bp.route("/profile", methods=["GET", "POST"])
@sign_in_first
def own_profile() -> Response:
    """What others see."""
    person = queries.own(viewer())
    form, organisation = ProfileForm(obj=person), person.organisation.name if person.organisation else ""

    def save() -> None:
        name, about = form.name.data or "", form.about.data or ""
        shows = form.shows_organisation.data
        write(profile.update_profile, viewer(), name=name, about=about, shows_organisation=shows)

    if form.is_submitted() and form.done(save):
        return _saved("/settings/profile")
    return page("settings/profile.html", form, here="profile", organisation=organisation)


@bp.route("/reading", methods=["GET", "POST"])
@sign_in_first
def reading() -> Response:
    """How pages look to oneself."""
    form = ReadingForm(obj=queries.own(viewer()))
    if form.is_submitted() and form.done(lambda: write(profile.update_reading, viewer(), **form.data)):
        with force_locale(form.language.data):
            return _saved("/settings/reading")
    return page("settings/reading.html", form, here="reading")


@bp.route("/address", methods=["GET", "POST"])
@signed_in
def address() -> Response:
    """Where letters go."""
    form = AddressForm()

    def ask() -> str:
        _need_password(form.password.data or "")
        place = viewing.visitor_address()
        return write(confirming.ask_to_change, viewer(), email=form.email.data or "", address=place)

    if form.is_submitted() and (email := form.take(ask)):
        flash(_("We have sent a letter to %(email)s. Open its link to confirm the address.", email=email), "good")
        return htmx.go("/settings/address")
    person = queries.own(viewer())
    return page("settings/address.html", form, here="address", email=person.email, is_confirmed=person.is_confirmed)


@bp.post("/address/confirm")
@signed_in
def ask_to_confirm() -> Response:
    """Send the letter that confirms the address once more."""
    write(confirming.ask_to_confirm, viewer(), address=viewing.visitor_address())
    flash(_("We have sent the letter once more. Look into the spam folder too."), "good")
    return htmx.go("/settings/address")


@bp.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> Response:
    """A new password ends every other session."""
    form = PasswordForm()

    def change() -> None:
        _need_password(form.password.data or "")
        password_hash = _new_hash(form.new_password.data or "")
        write(renewing.change_password, viewer(), password_hash=password_hash, session_id=viewing.session_id())

    if form.is_submitted() and form.done(change):
        return _saved("/settings/password", _("Your new password holds. Every other browser was signed out."))
    return page("settings/password.html", form, here="password")


@bp.route("/sessions", methods=["GET", "POST"])
@signed_in
def own_sessions() -> Response:
    """Where one is signed in, and the way to end it."""
    form = SessionForm()
    if form.is_submitted():
        _end(form.session.data or "")
        return htmx.go("/settings/sessions" if form.session.data != _mark() else "/")
    found = queries.own_sessions(viewer())
    rows = [(sessions.mark_of(each.id), browser_name(each.user_agent), each) for each in found]
    return page(
        "settings/sessions.html", form, here="sessions", rows=rows, this=_mark(), known=queries.known_devices(viewer())
    )


@bp.route("/leave", methods=["GET", "POST"])
@signed_in
def leave() -> Response:
    """Erase one's account."""
    form = LeaveForm()

    def go() -> None:
        _need_password(form.password.data or "")
        write(erasing.erase, viewer())

    if form.is_submitted() and form.done(go):
        viewing.let_out()
        flash(_("Your account is erased."), "good")
        return htmx.go("/sign-in")
    return page("settings/leave.html", form, here="leave")


def _saved(back: str, words: str = "") -> Response:
    flash(words or _("Saved."), "good")
    return htmx.go(back)


def _need_password(typed: str) -> None:
    """Raise Invalid unless it is the viewer's own: asked before what could lock them out. Raises TooOften."""
    write(attempts.count_sign_in, username_key(viewer().username), address=viewing.visitor_address())
    if not queries.password_is_right(viewer(), typed):
        raise Invalid(fields={"password": _("This is not your password.")})
    write(attempts.clear, viewer())


def _new_hash(typed: str) -> str:
    try:
        return passwords.chosen(typed, about=(viewer().username, viewer().name))
    except Invalid as trouble:
        raise Invalid(fields={"new_password": trouble.message}) from None


def _mark() -> str:
    return sessions.mark_of(viewing.session_id())


def _end(mark: str) -> None:
    """End the session with this mark, or, without one, every other."""
    if mark:
        write(sessions.end_session, viewer(), mark)
        flash(_("That browser is signed out."), "good")
    else:
        write(sessions.end_sessions, viewer().id or 0, keep=viewing.session_id())
        flash(_("Every other browser is signed out."), "good")
