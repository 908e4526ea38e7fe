"""The list of ideas and the roadmap."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from portal.core import clock
from portal.core.places import LANGUAGES
from portal.ideas.models import STATUSES
from portal.ideas.policy import can_decide
from portal.ideas.queries import lists as queries
from portal.ideas.queries.desk import colleagues
from portal.ideas.queries.marks import status_names
from portal.people.viewer import Viewer
from portal.threads.queries import CategoryRow, categories_for, unread_by_thread
from portal.web import htmx, reading
from portal.web.caching import same_for_visitors
from portal.web.idea_forms import ways_to_tell
from portal.web.statuses import status_words
from portal.web.viewing import viewer

bp = Blueprint("ideas", __name__)

PATH = "/ideas"
OPEN, ANY = "open-to-votes", "any"


@dataclass(frozen=True, slots=True)
class IdeaListing:
    """The list of ideas as the address asks for it, and the addresses of the others like it."""

    order: str = "wanted"
    status: str = ""
    category: str = ""
    """The slug of one that they may see."""
    tag: str = ""
    language: str = ""
    mine: bool = False

    name: ClassVar[str] = "ideas"
    path: ClassVar[str] = PATH

    @property
    def is_filtered(self) -> bool:
        return bool(self._words.keys() - {"order"})

    @property
    def shown_status(self) -> str:
        """Without a choice: those that one can still vote for. Of one's own, and of what was decided, all."""
        if self.status:
            return "" if self.status == ANY else self.status
        return "" if self.mine or self.order == "decided" else OPEN

    def at(self, cursor: str | None) -> str | None:
        """The address of the page that a cursor stands for."""
        return _address(self._words | {"at": cursor}) if cursor else None

    def but(self, **changed: Any) -> str:
        """The first page of the same list, but for this."""
        return _address(replace(self, **changed)._words)

    @property
    def _words(self) -> dict[str, str]:
        order = "" if self.order == "wanted" else self.order
        said = {"order": order, "status": self.status, "category": self.category, "tag": self.tag}
        said |= {"language": self.language, "mine": "1" if self.mine else ""}
        return {name: value for name, value in said.items() if value}


def _address(words: dict[str, str]) -> str:
    return f"{PATH}?{urlencode(words)}" if words else PATH


@bp.get("/ideas")
def ideas() -> str:
    """The list, or only its rows where HTMX asks for them."""
    same_for_visitors()
    seen = viewer()
    categories = categories_for(seen)
    listing = _asked(seen, categories)
    context = _listed(seen, listing, categories)
    if htmx.asks_for("list"):
        return render_template("lists/_list.html", **context)
    context |= {"categories": categories, "current": "ideas", "unread_in": reading.counts(seen)}
    return render_template("ideas/index.html", **context, read_at=clock.now().isoformat())


def _listed(seen: Viewer, listing: IdeaListing, categories: tuple[CategoryRow, ...]) -> dict[str, Any]:
    """What templates/lists/_list.html needs, and its filters."""
    found = queries.ideas(
        seen,
        order=listing.order,
        status=listing.shown_status,
        category_id=next((each.id for each in categories if each.slug == listing.category), None),
        tag=listing.tag,
        language=listing.language,
        mine=listing.mine,
        cursor=request.args.get("at"),
        limit=seen.rows_per_list,
    )
    names = status_names()
    context: dict[str, Any] = {"listing": listing, "rows": found.rows, "marks": found.marks}
    context |= {"older": listing.at(found.older), "newer": listing.at(found.newer)}
    context["unread"] = unread_by_thread(seen, found.rows)
    context["statuses"] = (
        ("", _("Open to votes")),
        (ANY, _("All")),
        *((status, status_words(status, names[status])) for status in STATUSES if status != "duplicate"),
    )
    places = ((each.slug, each.name) for each in categories if "idea" in each.kinds)
    context["places"] = (("", _("All categories")), *places)
    if can_decide(seen):
        context |= {"colleagues": colleagues(seen), "tells": ways_to_tell()}
    return context


def _asked(seen: Viewer, categories: tuple[CategoryRow, ...]) -> IdeaListing:
    """What an address asks for; what cannot be is left out."""

    def among(name: str, known: Any) -> str:
        value = request.args.get(name, "")
        return value if value in known else ""

    return IdeaListing(
        order=among("order", queries.ORDERS) or "wanted",
        status=among("status", (*STATUSES[:-1], ANY)),
        category=among("category", {each.slug for each in categories}),
        tag=request.args.get("tag", "")[:40].replace("\0", ""),
        language=among("language", LANGUAGES),
        mine=seen.is_signed_in and request.args.get("mine", "") == "1",
    )


@bp.get("/roadmap")
def roadmap() -> str:
    """What is planned, in progress and shipped."""
    same_for_visitors()
    seen, names = viewer(), status_names()
    columns = queries.roadmap(seen)
    told = {name: status_words(name, names[name]) for name in columns}
    return render_template("ideas/roadmap.html", columns=columns, names=told, current="roadmap")
