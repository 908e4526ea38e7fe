"""The links of letters by which someone has no more of them, or says that they are someone else: without signing in. A
GET shows what one press would do; mail scanners follow links."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from portal.core.db import write
from portal.core.errors import NotFound
from portal.delivery import links, unsubscribing
from portal.delivery.links import Unwanted
from portal.people.actions.contacts import not_me
from portal.people.queries import claimed_by, contact
from portal.web import htmx
from portal.web.wishes import SORTS

bp = Blueprint("unsubscribing", __name__)


@bp.get("/unsubscribe/<token>")
def show(token: str) -> Response:
    """Which letters they get, and a button for each to get no more of them, or again."""
    link = _link(token)
    wanted = unsubscribing.wanted(link)
    rows = [(sort, *SORTS[sort], on) for sort, on in wanted.sorts.items()]
    rows.sort(key=lambda row: row[0] != link.sort)
    done = bool(request.args.get("done"))
    shown = {"path": f"/unsubscribe/{token}", "wanted": wanted, "rows": rows, "done": done}
    return _unkept(render_template("notices/unsubscribe.html", **shown))


@bp.post("/unsubscribe/<token>")
def record(token: str) -> Response:
    """Do it. A mail program says "List-Unsubscribe=One-Click" and nothing else (RFC 8058): the sort of the letter."""
    link = _link(token)
    if request.form.get("List-Unsubscribe") == "One-Click":
        write(_one_click, link)
        return _unkept(_("You get no more of these letters."))
    on = request.form.get("on")
    if on not in ("0", "1"):
        raise BadRequest
    write(_set, link, request.form.get("what", ""), on=on == "1")
    return htmx.go(f"/unsubscribe/{token}?done=1")


@bp.route("/not-me/<token>", methods=["GET", "POST"])
def someone_else(token: str) -> Response:
    """Whoever reads a contact's letters is someone else: one press, and the address is forgotten."""
    person_id, path = links.not_me(token), f"/not-me/{token}"
    person = contact(person_id) if person_id is not None else None
    if person is None:
        raise NotFound
    if request.method == "POST":
        write(not_me, person.id)
        return htmx.go(path)
    return _unkept(render_template("notices/not_me.html", path=path, done=person.email is None))


def _one_click(link: Unwanted) -> None:
    if link.sort:
        unsubscribing.set_sort(link, link.sort, on=False)
    else:
        unsubscribing.set_all(link, on=False)


def _set(link: Unwanted, what: str, *, on: bool) -> None:
    if what == "thread":
        unsubscribing.set_thread(link, on=on)
    elif what == "all":
        unsubscribing.set_all(link, on=on)
    else:
        unsubscribing.set_sort(link, what, on=on)


def _link(token: str) -> Unwanted:
    link = links.unwanted(token)
    if link is None:
        raise NotFound
    account = claimed_by(link.person_id)
    return link if account is None else replace(link, person_id=account)


def _unkept(page: Any) -> Response:
    """Nobody keeps a page whose address is a secret."""
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
