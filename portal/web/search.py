"""Finding: the page of what was found, and the titles that come while one types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from urllib.parse import quote_plus, urlencode

from babel import Locale
from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask_babel import lazy_gettext

from portal.ideas.queries.marks import status_names
from portal.people.viewer import Viewer
from portal.search.parsing import Query, parse
from portal.search.queries.finding import Found, find
from portal.search.queries.names import PersonNamed, people, tags
from portal.search.queries.titles import titles
from portal.threads.queries import categories_for
from portal.web import htmx
from portal.web.caching import for_visitors, same_for_visitors
from portal.web.counting import count_search
from portal.web.texts import ngettext, spoken
from portal.web.viewing import viewer

bp = Blueprint("search", __name__)

ROWS = 20
LAST_PAGE = 5
"""Nobody reads on; whoever is not found by then asks in other words."""
FILTERS = {
    "kind": ("kind", "kind"),
    "state": ("is", "state"),
    "status": ("status", "status"),
    "category": ("in", "category"),
    "tag": ("tag", "tags"),
    "by": ("by", "by"),
    "language": ("lang", "language"),
    "after": ("after", "after"),
    "before": ("before", "before"),
    "order": ("order", "order"),
}
"""What the address may name besides: the operator that it stands for, and where a Query has it."""
LONGEST = 1_000
WORDS, WORDS_QUOTED = "\x01", "%01"
"""Stands for the words in filters that are kept: in a field, and in an address."""
NOTHING = parse("")
BY = {
    "asked": lazy_gettext("asked by %(name)s"),
    "begun": lazy_gettext("begun by %(name)s"),
    "suggested": lazy_gettext("suggested by %(name)s"),
    "answered": lazy_gettext("answer by %(name)s"),
    "replied": lazy_gettext("reply by %(name)s"),
    "commented": lazy_gettext("comment by %(name)s"),
}
"""What is said of the author, by what they did (Hit.role)."""


@dataclass(frozen=True, slots=True)
class Search:
    """One search as the address asks for it, and the addresses of the others like it."""

    query: Query
    page: int = 1

    @property
    def path(self) -> str:
        """This search, its first page."""
        return _address(self.query)

    def at(self, **changed: Any) -> str:
        """The same with another filter, or without it."""
        return _address(self.query.with_(**changed))

    def choices(self, name: str, offered: Mapping[str, str]) -> list[tuple[str, str, str, bool]]:
        """For each value of a filter and its words: the value, the words, the address, and whether it is chosen.

        Written once without the filter, and each with its operator behind: there are dozens of them on a page."""
        operator, field = FILTERS[name]
        without, chosen = _address(self.query.with_(**{field: getattr(NOTHING, field)})), getattr(self.query, field)
        joint = "" if without.endswith("=") else "+"
        return [
            (value, words, f"{without}{joint}{operator}%3A{quote_plus(value)}" if value else without, value == chosen)
            for value, words in offered.items()
        ]

    @property
    def words(self) -> str:
        """What is looked for, without filters."""
        return " ".join((*self.query.phrases, *self.query.words))

    def ask(self, **more: str) -> str:
        """The form to ask it, with the words carried over."""
        return "/questions/new?" + urlencode({"title": self.words[:200], "searched": self.words[:200], **more})


@bp.get("/search")
def show() -> Response:
    """What was found, or how one searches."""
    seen, search = viewer(), Search(_asked(), _page())
    context: dict[str, Any] = {"search": search, "current": "search", "found": None, **_filters(seen, search.query)}
    if not search.query.is_empty:
        context |= _found(seen, search)
    template = "search/_found.html" if htmx.asks_for("found") else "search/show.html"
    answer = make_response(render_template(template, **context))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/search/titles")
def as_you_type() -> Response:
    """The first titles for what was typed so far; nothing (204) where there are none."""
    same_for_visitors()
    typed = request.args.get("q", "")[:LONGEST].strip()
    found = titles(viewer(), typed) if len(typed) > 1 else ()
    answer = make_response(render_template("search/_titles.html", found=found) if found else "", 200 if found else 204)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _found(seen: Viewer, search: Search) -> dict[str, Any]:
    found = find(seen, search.query, page=search.page, limit=ROWS)
    context: dict[str, Any] = {"found": found, "more": _more(found), "how_many": _how_many(found)}
    context["by"] = _around_author(spoken()[0])
    context["last_page"] = search.page + (1 if found.has_more and search.page < LAST_PAGE else 0)
    if search.page == 1 and search.words and not search.query.is_narrowed:
        context |= {"people": people(seen, search.words), "tags": tags(seen, search.words)}
    if search.page == 1 and not _is_name(search.words, context.get("people", ())):
        count_search(search.query, found_nothing=not found.count and not search.query.is_narrowed)
    return context


def _filters(seen: Viewer, query: Query) -> dict[str, Any]:
    """What one can narrow a search by. It is the same whatever the words are: it is drawn once for each choice of
    filters, with a sign in their place. Where one of those is not one of a few, the page draws it by itself."""
    if query.by or query.tags or query.after or query.before:
        return {"filters": "", **_offered(seen)}
    text = query.with_(**{field: getattr(NOTHING, field) for _, field in FILTERS.values()}).written
    bare = query.with_(words=(WORDS,) if text else (), phrases=(), without=())

    def drawn() -> str:
        kept = cast("Any", current_app.jinja_env).globals["kept"]
        return kept("search/_filters.html", search=Search(bare), **_offered(seen))

    filters = for_visitors((bare, *spoken()), drawn)
    return {"filters": filters.replace(WORDS_QUOTED, quote_plus(text)).replace(WORDS, text)}  # which escapes them


def _offered(seen: Viewer) -> dict[str, Any]:
    return {"categories": categories_for(seen), "statuses": (*status_names().items(),)}


def _is_name(words: str, found: Sequence[PersonNamed]) -> bool:
    """Whether they look for a person: names are not kept."""
    name = words.removeprefix("@").casefold()
    return any(name in (person.username.casefold(), person.name.casefold()) for person in found)


def _how_many(found: Found) -> str:
    if not found.capped:
        return ngettext("%(num)s found", "%(num)s found", found.count)
    # How many a search happened to look at says nothing to anybody: it is some dozens, or more.
    least = found.count // 10 * 10 or found.count
    return ngettext("%(num)s found", "%(num)s found", least).replace(str(least), f"{least}+")


@lru_cache(maxsize=16)
def _around_author(_locale: Locale) -> dict[str, list[str]]:
    """The words before and after the author's name, in the reader's language."""
    return {role: (str(words) % {"name": "|"}).split("|") for role, words in BY.items()}


def _more(found: Found) -> dict[int, str]:
    """The words for each number of other hits in a thread."""
    numbers = {hit.more for hit in found.hits}
    return {num: ngettext("%(num)s more in this thread", "%(num)s more in this thread", num) for num in numbers}


def _asked() -> Query:
    """What was typed, with the filters that the address names besides written into it."""
    query = parse(request.args.get("q", "")[:LONGEST])
    for name, (operator, field) in FILTERS.items():
        if value := request.args.get(name, "").strip():
            given = getattr(parse(f"{operator}:{value}"), field)
            if given != getattr(NOTHING, field):
                query = query.with_(**{field: given})
    return query


def _page() -> int:
    asked = request.args.get("page", "")
    return min(int(asked), LAST_PAGE) if asked.isascii() and asked.isdecimal() and 0 < len(asked) < 4 else 1


def _address(query: Query) -> str:
    return "/search?" + urlencode({"q": query.written})
