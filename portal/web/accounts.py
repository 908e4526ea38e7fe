"""Signing up, in and out."""

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired

from portal.core.db import write
from portal.core.errors import Forbidden, Invalid, RondoError, TooOften
from portal.people import queries
from portal.people.actions import accounts, attempts, entering, sessions
from portal.web import finishing, htmx, locale, viewing
from portal.web.browsers import browser_name
from portal.web.demo import refuse_from_afar
from portal.web.forms import Form

bp = Blueprint("accounts", __name__)
required = DataRequired(lazy_gettext("Fill this in."))


class EnteringForm(Form):
    """What both forms carry: the page someone came from, and what they pressed there."""

    next = HiddenField()
    act = HiddenField()


class SignInForm(EnteringForm):
    login = StringField(lazy_gettext("E-mail address or username"), [required])
    password = PasswordField(lazy_gettext("Password"), [required])


class SignUpForm(EnteringForm):
    email = StringField(lazy_gettext("E-mail address"), [required])
    username = StringField(lazy_gettext("Username"), [required])
    password = PasswordField(lazy_gettext("Password"), [required])


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    """The form to sign in."""
    form = SignInForm(data=_carried())
    if viewing.viewer().is_signed_in:
        return htmx.go(viewing.local_path(form.next.data or "") or "/")
    if not form.validate_on_submit():
        return page("accounts/sign_in.html", form)
    try:
        person_id, password_hash = _who(form.login.data or "", form.password.data or "")
        return enter(person_id, password_hash, form)
    except (Invalid, TooOften, Forbidden) as trouble:
        return page("accounts/sign_in.html", form, trouble)


@bp.route("/sign-up", methods=["GET", "POST"])
def sign_up() -> Response:
    """The form to make an account."""
    form = SignUpForm(data=_carried())
    if viewing.viewer().is_signed_in:
        return htmx.go(viewing.local_path(form.next.data or "") or "/")
    if not form.validate_on_submit():
        return page("accounts/sign_up.html", form)
    try:
        person_id, password_hash = _make_account(form)
        flash(_("Welcome. We have sent you a letter: please open its link to confirm your address."), "good")
        return enter(person_id, password_hash, form)
    except (Invalid, TooOften) as trouble:
        return page("accounts/sign_up.html", form, trouble)


@bp.post("/sign-out")
def sign_out() -> Response:
    """End this browser's session."""
    write(sessions.sign_out, viewing.session_id())
    viewing.let_out()
    return htmx.go("/")


def page(template: str, form: Form, trouble: RondoError | None = None, **more: object) -> Response:
    """The page of a form, with what was wrong, and the status that says so."""
    if isinstance(trouble, Invalid):
        form.refuse(trouble)
    elif trouble is not None:
        form.form_errors.append(trouble.message)
    status = trouble.status if trouble else form.status if form.errors else 200
    answer = make_response(render_template(template, form=form, show_flash=True, **more), status)
    if isinstance(trouble, TooOften):
        answer.headers["Retry-After"] = str(trouble.retry_after)
    return answer


def enter(person_id: int, password_hash: str, form: EnteringForm) -> Response:
    """Sign this browser in, finish what was pressed before, and go back. Raises Forbidden."""
    refuse_from_afar(person_id)
    act = finishing.waiting(form.act.data or "")
    entered = write(
        entering.enter,
        person_id,
        password_hash=password_hash,
        address=viewing.visitor_address(),
        user_agent=request.user_agent.string,
        device=viewing.device(),
        browser=browser_name(request.user_agent.string),
    )
    viewing.let_in(entered.session)
    return viewing.keep_device(finishing.finish(act, form.next.data or ""), entered.device)


def _carried() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in ("next", "act")}


def _who(login: str, password: str) -> tuple[int, str]:
    """Whose these are. Raises TooOften, and Invalid for an unknown account as for a wrong password."""
    write(attempts.count_sign_in, queries.login_key(login), address=viewing.visitor_address())
    found = queries.who_signs_in(login, password)
    if found is None:
        raise Invalid(fields={"password": _("This address or username and this password do not belong together.")})
    return found


def _make_account(form: SignUpForm) -> tuple[int, str]:
    typed = {"email": form.email.data or "", "username": form.username.data or ""}
    site = viewing.this_site()
    password_hash = accounts.prepare(**typed, password=form.password.data or "", site=site)
    person_id = write(
        accounts.sign_up,
        **typed,
        password_hash=password_hash,
        language=str(locale.chosen()),
        site=site,
        address=viewing.visitor_address(),
    )
    return person_id, password_hash
