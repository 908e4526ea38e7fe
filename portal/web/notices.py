"""The inbox: what someone was told, and the count of it in the frame of every page."""

from typing import Any

from flask import Blueprint, Flask, Response, flash, g, make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from portal.core.db import db, write, write_if_free
from portal.loop.actions.seeing import mark_seen
from portal.loop.links import answer_path
from portal.loop.queries.told import asked_for
from portal.notices import actions, queries
from portal.notices.queries import MOST
from portal.web import htmx
from portal.web.finishing import sign_in_first
from portal.web.notice_words import NEEDS, said
from portal.web.reading import capped, is_prefetch
from portal.web.viewing import signed_in, viewer

bp = Blueprint("notices", __name__)


def mount(app: Flask) -> None:
    """Give the frame its count, and note what was seen."""
    app.after_request(_note)
    app.context_processor(_context)


@bp.get("/inbox")
@signed_in
def inbox() -> str:
    """What they were told: all, or a part of it."""
    seen, part = viewer(), request.args.get("show", "")
    part = part if part in queries.PARTS else ""
    found = queries.inbox(seen, part, cursor=request.args.get("at"), limit=seen.rows_per_list)
    asked = asked_for(seen, [row.id for row in found.rows])
    g.notices_seen = [row for row, every in asked.items() if not all(each.is_seen for each in every)]
    base = f"/inbox?show={part}&" if part else "/inbox?"
    context: dict[str, Any] = {"part": part, "rows": [said(row, asked.get(row.id, ())) for row in found.rows]}
    context |= {name: f"{base}at={at}" if at else None for name, at in _cursors(found)}
    return render_template("notices/_inbox.html" if htmx.asks_for("notices") else "notices/inbox.html", **context)


@bp.get("/inbox/count")
@signed_in
def count() -> Response:
    """The entry in the frame, as it is now."""
    answer = make_response(render_template("layout/_bell.html", inbox_total=_words(queries.unread_count(viewer())[0])))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/inbox/<int:notice_id>")
@signed_in
def follow(notice_id: int) -> AnyResponse:
    """Where a notice leads; it is read then."""
    row = queries.inbox_row(viewer(), notice_id)
    if not is_prefetch():
        write(actions.mark_notice_read, viewer(), notice_id)
        write(mark_seen, viewer(), [notice_id])
    return redirect(answer_path(viewer().id or 0) if row.kind in NEEDS else row.place, 303)


@bp.post("/inbox/read")
@sign_in_first
def read() -> Response:
    """One line, or all that the page showed or had further on, is read."""
    seen, one, up_to = viewer(), _number("notice"), _number("up_to")
    if one:
        write(actions.mark_notice_read, seen, one)
    else:
        write(actions.mark_all_read, seen, up_to=up_to)
        flash(_("All is marked as read."), "good")
    part = request.form.get("show", "")
    return htmx.go(f"/inbox?show={part}" if part in queries.PARTS[1:] else "/inbox")


@bp.post("/people/<username>/mute")
@sign_in_first
def mute(username: str) -> Response:
    """Hear nothing of what someone writes, or do again."""
    on = request.form.get("on") == "1"
    write(actions.mute_person, viewer(), username, on=on)
    words = (
        _("You hear nothing of what %(name)s writes any more.") if on else _("You hear of what %(name)s writes again.")
    )
    flash(words % {"name": username}, "good")
    back = request.form.get("back", "")
    return htmx.go("/settings/notices" if back == "settings" else f"/people/{username}")


def _cursors(found: Any) -> tuple[tuple[str, str | None], ...]:
    return (("older", found.older), ("newer", found.newer))


def _number(name: str) -> int:
    given = request.form.get(name, "")
    if given and not (given.isascii() and given.isdigit() and len(given) < 19):
        raise BadRequest
    return int(given or 0)


def _words(total: int) -> str:
    return capped(total) if total else ""


def _note(response: Response) -> Response:
    """After the page is made: what it showed of what is owed was seen, and what it is about is read by opening it. It
    waits for nobody; the next page makes up for it."""
    listed, opened = g.pop("notices_seen", None), g.pop("notices_opened", None)
    if (listed or opened) and response.status_code == 200 and not is_prefetch():
        write_if_free(_seen, listed or [], opened)
    return response


def _seen(listed: list[int], opened: int | None) -> None:
    read_now = actions.mark_thread_read(viewer(), opened) if opened else []
    mark_seen(viewer(), [*listed, *read_now])


def _context() -> dict[str, Any]:
    """`inbox_total` for the frame; a fragment has none. What is opened just now is read, and is not counted."""
    try:
        seen = viewer()
        if seen.id is None or htmx.is_htmx():
            return {}
        if "inbox_total" not in g:
            g.inbox_total, here = queries.unread_count(seen, besides=g.get("thread_opened"))
            g.notices_opened = g.get("thread_opened") if here else None
    except SQLAlchemyError:  # the page that says so needs a frame too
        db.session.rollback()
        return {}
    return {"inbox_total": _words(min(g.inbox_total, MOST))}
