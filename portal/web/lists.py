"""The lists of threads: what is new, by kind, category, tag and person, and what waits for an answer."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from portal.core import clock
from portal.core.places import LANGUAGES
from portal.ideas.queries.marks import marks
from portal.threads import queries
from portal.web import following, formats, htmx, reading
from portal.web.caching import same_for_visitors
from portal.web.formats import tag_path
from portal.web.people import head
from portal.web.viewing import signed_in, viewer

bp = Blueprint("lists", __name__)

ORDERS = ("active", "new", "helpful")
LANGUAGE_NAMES = list(formats.LANGUAGE_NAMES.items())


@dataclass(frozen=True, slots=True)
class Listing:
    """One list as the address asks for it, and the addresses of the others like it."""

    name: str
    path: str
    order: str = "active"
    language: str = ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.language)

    def at(self, cursor: str | None) -> str | None:
        """The address of the page that a cursor stands for."""
        return self._address(at=cursor) if cursor else None

    def ordered(self, order: str) -> str:
        """The first page in another order."""
        return replace(self, order=order)._address()

    def spoken(self, language: str) -> str:
        """The first page in one language, or in all of them ('')."""
        return replace(self, language=language)._address()

    def _address(self, at: str = "") -> str:
        order = "" if self.order == ORDERS[0] else self.order
        asked = {"order": order, "language": self.language, "at": at}
        words = urlencode({name: value for name, value in asked.items() if value})
        return f"{self.path}?{words}" if words else self.path


@bp.get("/")
def home() -> str:
    return _list("home", "/")


@bp.get("/questions")
def questions() -> str:
    return _list("questions", "/questions", kind="question")


@bp.get("/discussions")
def discussions() -> str:
    return _list("discussions", "/discussions", kind="discussion")


@bp.get("/unanswered")
def unanswered() -> str:
    return _list("unanswered", "/unanswered", unanswered=True)


@bp.get("/unread")
@signed_in
def unread() -> str:
    return _list("unread", "/unread", unread=True)


@bp.get("/c/<slug>")
def category(slug: str) -> str:
    found = queries.find_category(viewer(), slug)
    about = {"category": found, "watched": following.of_category(viewer(), found)}
    return _list("category", f"/c/{found.slug}", about, category_id=found.id)


@bp.get("/tags/<path:name>")
def tag(name: str) -> str:
    found = queries.find_tag(viewer(), name)
    about = {"tag": found, "watched": following.of_tag(viewer(), found)}
    return _list("tag", tag_path(found.name), about, tag=found.name)


@bp.get("/people/<username>/threads")
def person(username: str) -> str:
    context = head(viewer(), username, "threads")
    found = context["person"]
    return _list("person", f"/people/{found.username}/threads", context, author_id=found.id)


def _list(name: str, path: str, about: dict[str, Any] | None = None, **which: Any) -> str:
    """The page of a list, or only the list where HTMX asks for it."""
    same_for_visitors()
    seen, listing = viewer(), _asked(name, path)
    found = queries.rows(
        seen,
        order=listing.order,
        language=listing.language or None,
        cursor=request.args.get("at"),
        limit=seen.rows_per_list,
        **which,
    )
    context: dict[str, Any] = {
        "listing": listing,
        "rows": found.rows,
        "older": listing.at(found.older),
        "newer": listing.at(found.newer),
    }
    context["unread"] = queries.unread_by_thread(seen, found.rows)
    context["marks"] = marks(seen, [row.id for row in found.rows if row.kind == "idea"])
    if htmx.asks_for("list"):
        return render_template("lists/_list.html", **context)
    context |= {"categories": queries.categories_for(seen), "current": name, "unread_in": reading.counts(seen)}
    context["read_at"] = clock.now().isoformat()
    return render_template(f"lists/{name}.html", **context, **(about or {}))


def _asked(name: str, path: str) -> Listing:
    order, language = request.args.get("order", ""), request.args.get("language", "")
    return Listing(name, path, order if order in ORDERS else ORDERS[0], language if language in LANGUAGES else "")
