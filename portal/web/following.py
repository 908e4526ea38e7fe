"""How closely people follow threads, categories and tags; and the page where they look over all of it."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from portal.core.db import write
from portal.core.errors import NotFound
from portal.people.viewer import Viewer
from portal.threads import actions, queries
from portal.threads.models import LEVELS
from portal.threads.queries import CategoryRow, Followed, TagRow
from portal.web import htmx
from portal.web.conversations import show_thread
from portal.web.finishing import sign_in_first
from portal.web.people import head
from portal.web.viewing import came_from, signed_in, viewer

bp = Blueprint("following", __name__)


@dataclass(frozen=True, slots=True)
class Watched:
    """What templates/layout/_watch.html draws: a menu with the level that is in force ('' for visitors)."""

    kind: str
    id: int
    action: str
    level: str

    @property
    def place(self) -> str:
        """The id of the element."""
        return f"watch-{self.kind}-{self.id}"


def of_category(seen: Viewer, category: CategoryRow) -> Watched:
    """For the page of a category."""
    level = queries.category_level(seen, category.id)
    return Watched("category", category.id, f"/categories/{category.id}/watch", level)


def of_tag(seen: Viewer, tag: TagRow) -> Watched:
    """For the page of a tag."""
    return Watched("tag", tag.id, f"/tags/{quote(tag.name)}/watch", queries.tag_level(seen, tag.name))


@bp.post("/threads/<int:thread_id>/watch")
@sign_in_first
def watch_thread(thread_id: int) -> Response:
    """How closely to follow a thread: asked on its page, or on the page of all that one follows."""
    level, watched = (
        _level(),
        Watched("thread", thread_id, f"/threads/{thread_id}/watch", request.form.get("level", "")),
    )
    write(actions.set_watch, viewer(), thread_id, level=level)
    said = {
        "watch": _("You watch this: every reply."),
        "follow": _("You follow this: its answer, and what becomes of it."),
        "mute": _("Muted: you hear nothing of this."),
        "none": _("You do not follow this any more."),
    }
    if htmx.asks_for(watched.place) or came_from().partition("?")[0].endswith("/following"):
        return _show(watched, said[level])
    return show_thread(thread_id, said[level])


@bp.post("/categories/<int:category_id>/watch")
@sign_in_first
def watch_category(category_id: int) -> Response:
    """How closely to follow what is begun in a category."""
    level = _level()
    write(actions.watch_category, viewer(), category_id, level=level)
    return _show(Watched("category", category_id, f"/categories/{category_id}/watch", level), _said(level))


@bp.post("/tags/<path:name>/watch")
@sign_in_first
def watch_tag(name: str) -> Response:
    """How closely to follow what is marked with a tag."""
    seen, level = viewer(), _level()
    write(actions.watch_tag, seen, name, level=level)
    return _show(of_tag(seen, queries.find_tag(seen, name)), _said(level))


@bp.get("/people/<username>/following")
@signed_in
def following(username: str) -> str:
    """What one follows or has muted. Nobody else's business."""
    seen = viewer()
    if seen.username != username:
        raise NotFound
    threads = queries.followed_threads(seen, cursor=request.args.get("at"), limit=seen.rows_per_list)
    path = f"/people/{username}/following"
    return render_template(
        "people/following.html",
        **head(seen, username, "following"),
        threads=_menus("thread", threads.rows),
        categories=_menus("category", queries.followed_categories(seen)),
        tags=_menus("tag", queries.followed_tags(seen)),
        older=f"{path}?at={threads.older}" if threads.older else None,
        newer=f"{path}?at={threads.newer}" if threads.newer else None,
    )


def _menus(kind: str, rows: tuple[Followed, ...]) -> list[tuple[Followed, Watched]]:
    def action(row: Followed) -> str:
        return {"thread": f"/threads/{row.id}", "category": f"/categories/{row.id}"}.get(kind, row.path) + "/watch"

    return [(row, Watched(kind, row.id, action(row), row.level)) for row in rows]


def _level() -> str:
    level = request.form.get("level", "")
    if level not in LEVELS:
        raise BadRequest
    return level


def _said(level: str) -> str:
    return {
        "watch": _("You watch this: every reply in what is begun here."),
        "follow": _("You follow this: what is begun here, and what becomes of it."),
        "mute": _("Muted: you hear nothing of this, and it does not count as unread."),
        "none": _("You do not follow this any more."),
    }[level]


def _show(watched: Watched, said: str) -> Response:
    """The menu again, with the new level; or the page that it was on."""
    if not htmx.is_htmx():
        flash(said, "good")
    load = {"watched": watched, "said": said}
    return htmx.answer(came_from() or "/", "layout/_watch.html", lambda: load)
