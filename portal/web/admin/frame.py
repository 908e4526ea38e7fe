"""What the pages of admins share: who gets in, and how a form that was refused is shown again."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request

from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.web.forms import Form
from portal.web.viewing import viewer

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.before_app_request
def keep_out() -> None:
    """For everyone else no address below these exists, whatever is asked of it, and whether or not there is one."""
    path = request.path.rstrip("/") + "/"
    if (path.startswith("/admin/") and not viewer().is_admin) or (path.startswith("/staff/") and not viewer().is_staff):
        raise NotFound


def shown(template: str, form: Form | None = None, **context: Any) -> Response:
    """A page, with the status that a form that was refused asks for."""
    return make_response(render_template(template, form=form, **context), form.shown_status if form else 200)


def gone_to(address: str, said: str = "", kind: str = "good") -> Response:
    """Lead the browser on with a sentence about what was done."""
    if said:
        flash(said, kind)
    return make_response(redirect(address, 303))


def listed(found: Page[Any], path: str, **asked: str) -> dict[str, Any]:
    """The rows of a page of a list, and the addresses of the pages beside it."""

    def at(cursor: str | None) -> str | None:
        words = {name: value for name, value in asked.items() if value}
        return f"{path}?{urlencode(words | {'at': cursor})}" if cursor else None

    return {"rows": found.rows, "older": at(found.older), "newer": at(found.newer)}


def asked(name: str) -> str:
    """What the address asks for, in one word or a few."""
    return request.args.get(name, "")[:200]


def asked_id(name: str) -> int | None:
    """A number that the address asks for."""
    value = request.args.get(name, "")
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 19 else None
