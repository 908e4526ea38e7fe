"""What is unread: counted for the frame of every page, listed, jumped to, and marked as read by looking at it."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, Response, flash, g, make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from portal.core import clock
from portal.core.db import db, write, write_if_free
from portal.people.viewer import Viewer
from portal.threads import actions, queries
from portal.threads.queries import MOST, Reading, ThreadPage
from portal.web import htmx
from portal.web.finishing import sign_in_first
from portal.web.texts import ngettext
from portal.web.viewing import came_from, viewer

bp = Blueprint("reading", __name__)


def mount(app: Flask) -> None:
    """Mark what was shown, and give templates the total, and words for how much of a thread is unread."""
    app.after_request(_mark)
    app.context_processor(_context)
    app.add_template_global(unread_words)


def shows(thread: ThreadPage, reading: Reading) -> None:
    """The answer shows this page of a thread: what is on it counts as read once it is made."""
    if viewer().is_signed_in:
        g.thread_opened = thread.id
    if reading.read_to is not None:
        g.shown = (thread.id, reading.read_to, reading.read_to >= thread.activity)


def counts(seen: Viewer) -> dict[int, int]:
    """How many threads of each category have something unread: asked for once, as the total is their sum."""
    g.unread_by_category = queries.unread_by_category(seen)
    return g.unread_by_category


def unread_words(count: int) -> str:
    """ "3 unread", or "99+ unread"."""
    words = ngettext("%(num)s unread", "%(num)s unread", count)
    return words if count < MOST else words.replace(str(count), capped(count))


def capped(count: int) -> str:
    return str(count) if count < MOST else f"{MOST - 1}+"


@bp.get("/threads/<int:thread_id>/unread")
def unread(thread_id: int) -> AnyResponse:
    """To the first post that is unread; where there is none, to the thread."""
    seen = viewer()
    path = queries.thread_place(seen, thread_id)
    post_id = queries.first_unread(seen, thread_id)
    return redirect(f"/posts/{post_id}" if post_id else path, 302)


@bp.get("/threads/<int:thread_id>/news")
def news(thread_id: int) -> Response:
    """What was written since a page was opened: nothing (204), or a link that leads to it, in place where it can."""
    seen, after, shown = viewer(), _number("after"), _number("page")
    path = queries.thread_place(seen, thread_id)
    found = queries.news(seen, thread_id, after=after)
    answer = make_response("", 204)
    if found:
        page = path + (f"?page={found.page}" if found.page > 1 else "")
        here = found.page == shown
        text = render_template("threads/_news.html", thread_id=thread_id, news=found, path=page, here=here)
        answer = make_response(text)
    answer.headers["Cache-Control"] = f"{'private' if seen.is_signed_in else 'public'}, max-age=1"
    return answer


@bp.post("/unread/read")
@sign_in_first
def read() -> Response:
    """Everything, or everything of one category, counts as read as it was when the page was made."""
    seen, before, category = viewer(), _moment(), request.form.get("category", "")
    if category:
        if not category.isascii() or not category.isdigit() or len(category) > 18:
            raise BadRequest
        write(actions.mark_category_read, seen, int(category), before=before)
        flash(_("All of this category is marked as read. What is written from now on counts as new."), "good")
    else:
        write(actions.mark_all_read, seen, before=before)
        flash(_("All is marked as read. What is written from now on counts as new."), "good")
    return htmx.go(came_from() or "/unread")


def _moment() -> datetime:
    """When the page was made that the form was on; without it, now."""
    with suppress(ValueError, OverflowError):
        given = datetime.fromisoformat(request.form.get("before", ""))
        return min((given if given.tzinfo else given.replace(tzinfo=UTC)).astimezone(UTC), clock.now())
    return clock.now()


def _number(name: str) -> int:
    asked = request.args.get(name, "")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 18:
        raise BadRequest
    return int(asked)


def _mark(response: Response) -> Response:
    """After the page is made: a write ends what was read. It waits for nobody; the next page makes up for it."""
    shown = g.pop("shown", None)
    if shown and response.status_code == 200 and not is_prefetch():
        write_if_free(actions.mark_read, viewer(), shown[0], to=shown[1])
    return response


def is_prefetch() -> bool:
    """The browser only gets ready for what someone may want to read."""
    return "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))


def _context() -> dict[str, Any]:
    """`unread_total` for the frame; a fragment has none."""
    try:
        seen = viewer()
        if seen.id is None or htmx.is_htmx():
            return {}
        if "unread_total" not in g:
            g.unread_total = _total(seen)
    except SQLAlchemyError:  # the page that says so needs a frame too
        db.session.rollback()
        return {}
    return {"unread_total": capped(g.unread_total) if g.unread_total else ""}


def _total(seen: Viewer) -> int:
    by_category: dict[int, int] | None = g.get("unread_by_category")
    if by_category is not None:
        return min(sum(by_category.values()), MOST)
    shown = g.get("shown")
    return queries.unread_total(seen, besides=shown[0] if shown and shown[2] else None)
