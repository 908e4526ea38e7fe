"""The lists of threads: what is new, by kind, category, tag and person, and what waits for an answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from portal.core import clock
from portal.core.places import LANGUAGES
from portal.ideas.queries.marks import marks
from portal.people.viewer import Viewer
from portal.threads import queries
from portal.threads.queries import ThreadRow
from portal.web import following, formats, htmx, reading
from portal.web.caching import same_for_visitors
from portal.web.formats import tag_path
from portal.web.people import head
from portal.web.texts import ngettext
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

    filters: ClassVar[str] = "lists/_filters.html"

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
    context = {
        "listing": listing,
        "rows": found.rows,
        "older": listing.at(found.older),
        "newer": listing.at(found.newer),
    }
    context |= words_of_rows(found.rows) | unread_in_rows(seen, found.rows)
    context["marks"] = marks(seen, [row.id for row in found.rows if row.kind == "idea"])
    context["languages"] = {"": _("All languages"), **formats.LANGUAGE_NAMES}
    if htmx.asks_for("list"):
        return render_template("lists/_list.html", **context)
    context |= {"categories": queries.categories_for(seen), "current": name, "unread_in": reading.counts(seen)}
    context["read_at"] = clock.now().isoformat()
    return render_template(f"lists/{name}.html", **context, **(about or {}))


def _asked(name: str, path: str) -> Listing:
    order, language = request.args.get("order", ""), request.args.get("language", "")
    return Listing(name, path, order if order in ORDERS else ORDERS[0], language if language in LANGUAGES else "")


def unread_in_rows(seen: Viewer, rows: Sequence[ThreadRow]) -> dict[str, Any]:
    """What is unread in each thread of the list, and the words for it."""
    found = queries.unread_by_thread(seen, rows)
    words = {each.count: reading.unread_words(each.count) for each in found.values()}
    return {"unread": found, "unread_words": words}


def words_of_rows(rows: Iterable[ThreadRow]) -> dict[str, dict[int, str]]:
    """How many, in words, for each number that the rows need: each is looked up once."""
    replies, votes = {row.replies for row in rows}, {row.helpful for row in rows}
    return {
        "answers": {n: ngettext("%(num)s answer", "%(num)s answers", n) for n in replies},
        "others": {n: ngettext("%(num)s reply", "%(num)s replies", n) for n in replies},
        "helpful": {n: ngettext("%(num)s found it helpful", "%(num)s found it helpful", n) for n in votes},
    }
