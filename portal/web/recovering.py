"""Links in letters: to confirm an address, to change it, to choose a new password.

A GET only shows a button, for the scanners of mail servers follow every link; the POST acts.
"""

from flask import Blueprint, Response, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from portal.core.db import write
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound, TooOften
from portal.people import passwords
from portal.people.actions import confirming, renewing, tokens
from portal.people.models import Person
from portal.web import htmx
from portal.web.accounts import EnteringForm, SignInForm, enter, page
from portal.web.forms import Form
from portal.web.viewing import signed_in, this_site, viewer, visitor_address

bp = Blueprint("recovering", __name__)
required = DataRequired(lazy_gettext("Fill this in."))


class AskForm(Form):
    email = StringField(lazy_gettext("E-mail address"), [required])


class ResetForm(EnteringForm):
    username = StringField(lazy_gettext("Username"))
    password = PasswordField(lazy_gettext("New password"), [required])


@bp.route("/reset", methods=["GET", "POST"])
def ask() -> Response:
    """The form to ask for a letter. What it answers does not depend on whether anyone has the address."""
    form = AskForm()
    if form.is_submitted() and form.validate():
        try:
            write(renewing.ask_to_reset, email=form.email.data or "", address=visitor_address())
            return htmx.go("/reset?sent=1")
        except (Invalid, TooOften) as trouble:
            return page("accounts/ask_reset.html", form, trouble)
    return page("accounts/ask_reset.html", form, sent=bool(request.args.get("sent")))


@bp.route("/reset/<secret>", methods=["GET", "POST"])
def reset(secret: str) -> Response:
    """Choose a new password."""
    person, form = _owner("reset", secret), ResetForm()
    if not form.validate_on_submit():
        return _private(page("accounts/reset.html", form, person=person))
    try:
        password_hash = passwords.chosen(form.password.data or "", about=(person.username or "", person.email or ""))
        person_id = write(renewing.reset, secret, password_hash=password_hash, username=form.username.data or "")
    except (Invalid, Conflict) as trouble:
        return _private(page("accounts/reset.html", form, trouble, person=_owner("reset", secret)))
    try:
        flash(_("Your new password holds from now on. Every other browser was signed out."), "good")
        return enter(person_id, password_hash, form)
    except Forbidden as trouble:
        return page("accounts/sign_in.html", SignInForm(formdata=None), trouble)


@bp.route("/confirm/<secret>", methods=["GET", "POST"])
def confirm(secret: str) -> Response:
    """Confirm the address of an account. Nobody needs to be signed in: the letter is what counts."""
    person = _owner("confirm", secret)
    if request.method == "GET":
        return _private(page("accounts/confirm.html", Form(), email=person.email))
    try:
        email = write(confirming.confirm, secret)
    except Conflict as trouble:
        return _private(page("accounts/confirm.html", Form(), trouble, email=person.email))
    flash(_("Thank you: %(email)s is confirmed.", email=email), "good")
    return htmx.go("/" if viewer().is_signed_in else "/sign-in")


@bp.route("/change-address/<secret>", methods=["GET", "POST"])
@signed_in
def change_address(secret: str) -> Response:
    """Make the address that the letter went to one's own."""
    found = tokens.owner_of("change", secret)
    if found is None or found[0].id != viewer().id:
        raise NotFound
    if request.method == "GET":
        return _private(page("accounts/change_address.html", Form(), email=found[1]))
    try:
        email = write(confirming.change, viewer(), secret)
    except Conflict as trouble:
        return _private(page("accounts/change_address.html", Form(), trouble, email=found[1]))
    flash(_("Your address is %(email)s from now on.", email=email), "good")
    return htmx.go("/settings/address")


@bp.errorhandler(NotFound)
def over(_error: NotFound) -> tuple[str, int]:
    """A link that was used, is too old, or never was one: all the same."""
    return render_template("accounts/link_over.html", site_name=this_site().name), 404


def _owner(purpose: str, secret: str) -> Person:
    found = tokens.owner_of(purpose, secret)
    if found is None:
        raise NotFound
    return found[0]


def _private(answer: Response) -> Response:
    """Nobody keeps a page whose address is a secret."""
    answer.headers["Cache-Control"] = "no-store"
    return answer
