"""What people look for, for staff: words that found nothing, or too little; and what suggestions saved."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from portal.core import clock
from portal.core.db import write
from portal.core.places import LANGUAGES
from portal.search.actions.counting import deal_with
from portal.search.queries import asked as queries
from portal.search.queries.asked import LISTS, monday
from portal.web import formats
from portal.web.admin.frame import gone_to, shown
from portal.web.viewing import viewer

bp = Blueprint("searches", __name__, url_prefix="/staff/searches")
WEEKS = 12
"""What the charts show; the lists look at the last four weeks where no week is chosen."""
LATELY = 4


@dataclass(frozen=True, slots=True)
class Listing:
    """Which list, as the address asks for it, and the addresses of the others."""

    which: str = "asked"
    week: date | None = None
    language: str = ""
    done: bool = False

    @property
    def path(self) -> str:
        asked = {
            "which": "" if self.which == LISTS[0] else self.which,
            "week": self.week.isoformat() if self.week else "",
            "language": self.language,
            "done": "1" if self.done else "",
        }
        words = urlencode({name: value for name, value in asked.items() if value})
        return f"/staff/searches?{words}" if words else "/staff/searches"

    def but(self, **changed: Any) -> str:
        """The address of another list."""
        return replace(self, **changed).path

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that it looks at."""
        if self.week:
            return self.week, self.week + timedelta(days=6)
        today = clock.now().date()
        return monday(today) - timedelta(weeks=LATELY - 1), today


@bp.get("")
def show() -> Response:
    """Words that were searched for, and how searching went over the weeks."""
    seen, listing = viewer(), _listing()
    since, until = listing.days
    first = clock.now().date() - timedelta(weeks=WEEKS - 1)
    given: dict[str, Any] = {"language": listing.language}
    rows = queries.searches(seen, listing.which, since=since, until=until, dealt_with=listing.done, **given)
    searched = queries.searched_by_week(seen, since=first, **given)
    suggested = queries.suggested_by_week(seen, since=first)
    languages = {"": _("All languages"), **formats.LANGUAGE_NAMES}
    context: dict[str, Any] = {"searched": searched, "suggested": suggested, "languages": languages, "lately": LATELY}
    return shown("staff/searches.html", listing=listing, rows=rows, **context)


@bp.post("/dealt-with")
def dealt_with() -> Response:
    """These words have been answered: `on` = 1, or 0 to take it back."""
    form = request.form
    if form.get("on") not in ("0", "1"):
        raise BadRequest
    on = form["on"] == "1"
    write(deal_with, viewer(), form.get("words", ""), form.get("language", ""), on=on)
    said = _("Dealt with. If it is searched for again, it comes back.") if on else _("Back on the list.")
    return gone_to(_back(), said)


def _back() -> str:
    return _listing().path


def _listing() -> Listing:
    asked = request.values
    which, language = asked.get("which", ""), asked.get("only", asked.get("language", ""))
    return Listing(
        which if which in LISTS else LISTS[0],
        _week(asked.get("week", "")),
        language if language in LANGUAGES else "",
        asked.get("done") == "1",
    )


def _week(asked: str) -> date | None:
    """The Monday of the week of that day."""
    try:
        return monday(date.fromisoformat(asked))
    except (ValueError, OverflowError):
        return None
