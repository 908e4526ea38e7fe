"""Signing up, in and out."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from portal.core.db import write
from portal.core.errors import Invalid
from portal.people import passwords, queries
from portal.people.actions import accounts, sessions
from portal.web import locale, viewing
from portal.web.forms import Form

bp = Blueprint("accounts", __name__)
Answer = str | Response | tuple[str, int]
required = DataRequired(lazy_gettext("Fill this in."))


class SignInForm(Form):
    login = StringField(lazy_gettext("E-mail address or username"), [required, Length(max=254)])
    password = PasswordField(lazy_gettext("Password"), [required, Length(max=1000)])
    next = HiddenField()


class SignUpForm(Form):
    email = StringField(lazy_gettext("E-mail address"), [required, Length(max=254)])
    username = StringField(lazy_gettext("Username"), [required, Length(min=3, max=40)])
    password = PasswordField(lazy_gettext("Password"), [required, Length(max=1000)])
    next = HiddenField()


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Answer:
    """The form to sign in."""
    if viewing.viewer().is_signed_in:
        return redirect("/", 303)
    form = SignInForm(data={"next": request.args.get("next", "")})
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422 if form.errors else 200
    person_id = queries.who_may_sign_in(form.login.data or "", form.password.data or "")
    if person_id is None:
        wrong = _("This address or username and this password do not belong together.")
        form.refuse(Invalid(fields={"password": wrong}))
        return render_template("accounts/sign_in.html", form=form), 422
    return _enter(person_id, form.next.data or "")


@bp.route("/sign-up", methods=["GET", "POST"])
def sign_up() -> Answer:
    """The form to make an account."""
    if viewing.viewer().is_signed_in:
        return redirect("/", 303)
    form = SignUpForm(data={"next": request.args.get("next", "")})
    if not form.validate_on_submit():
        return render_template("accounts/sign_up.html", form=form), 422 if form.errors else 200
    try:
        person_id = _make_account(form)
    except Invalid as trouble:
        form.refuse(trouble)
        return render_template("accounts/sign_up.html", form=form), 422
    return _enter(person_id, form.next.data or "")


@bp.post("/sign-out")
def sign_out() -> Response:
    """End this browser's session."""
    if current := viewing.session_id():
        write(sessions.sign_out, current)
    viewing.let_out()
    return redirect("/", 303)


def _make_account(form: SignUpForm) -> int:
    return write(
        accounts.sign_up,
        email=(form.email.data or "").strip(),
        username=(form.username.data or "").strip(),
        password_hash=passwords.hashed(form.password.data or ""),
        language=locale.chosen(),
        time_zone=viewing.this_site().time_zone,
    )


def _enter(person_id: int, back: str) -> Response:
    """Sign this browser in and go where it was."""
    agent = request.user_agent.string
    viewing.let_in(write(sessions.start_session, person_id, address=viewing.visitor_address(), user_agent=agent))
    flash(_("You are signed in."), "good")
    return redirect(local_path(back) or "/", 303)


def local_path(wanted: str) -> str:
    """An address of this portal, or an empty text for anything that could lead elsewhere."""
    parts = urlsplit(wanted)
    plain = wanted.startswith("/") and wanted[1:2] not in ("/", "\\") and wanted.isprintable()
    return wanted if plain and not parts.scheme and not parts.netloc and "\\" not in wanted else ""
