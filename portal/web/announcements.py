"""What was announced: the changelog, by month and by tag, and what staff are still writing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from portal.announcements import queries
from portal.announcements.queries import Entry
from portal.people.viewer import Viewer
from portal.threads.queries import CategoryRow, categories_for
from portal.web import following, htmx
from portal.web.announcement_words import STATES
from portal.web.caching import same_for_visitors
from portal.web.formats import month_name
from portal.web.texts import spoken
from portal.web.viewing import viewer

bp = Blueprint("announcements", __name__)

PATH = "/announcements"
ENTRIES = 10
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Changelog:
    """The list as the address asks for it, and the addresses of the others like it."""

    tag: str = ""
    month: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.tag or self.month)

    def at(self, cursor: str | None) -> str | None:
        """The address of the page that a cursor stands for."""
        return self._address(at=cursor) if cursor else None

    def tagged(self, tag: str) -> str:
        """What has a tag, or all ('')."""
        return replace(self, tag=tag)._address()

    def of_month(self, month: str) -> str:
        """A month, or all ('')."""
        return replace(self, month=month)._address()

    def _address(self, at: str = "") -> str:
        asked = {"tag": self.tag, "month": self.month, "at": at}
        words = urlencode({name: value for name, value in asked.items() if value})
        return f"{PATH}?{words}" if words else PATH


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the changelog: its key (2026-11), its name, and how many entries or which."""

    key: str
    name: str
    entries: int = 0
    shown: tuple[Entry, ...] = ()


@bp.get(PATH)
def index() -> str:
    """What is new, newest first, a heading for each month."""
    same_for_visitors()
    seen, asked = viewer(), _asked()
    since, until = _between(asked.month, spoken()[1])
    found = queries.changelog(
        seen, tag=asked.tag, since=since, until=until, cursor=request.args.get("at"), limit=ENTRIES
    )
    context: dict[str, Any] = {"changelog": asked, "months": _by_month(found.rows)}
    context |= {"older": asked.at(found.older), "newer": asked.at(found.newer)}
    if htmx.asks_for("list"):
        return render_template("announcements/_list.html", **context)
    return render_template("announcements/index.html", current="announcements", **context, **_around(seen))


@bp.get(f"{PATH}/drafts")
def drafts() -> str:
    """For staff: what is being written, is scheduled, waits, or was withdrawn."""
    rows = queries.unpublished(viewer())
    return render_template("announcements/drafts.html", rows=rows, states=STATES, current="announcements")


def _around(seen: Viewer) -> dict[str, Any]:
    """What stands beside the list: months, tags, and whether they follow it."""
    home = _home(seen)
    watched = following.of_category(seen, home) if home else None
    return {"all_months": _months(queries.moments(seen)), "tags": queries.tags(seen), "watched": watched}


def _home(seen: Viewer) -> CategoryRow | None:
    """The category of announcements, for whoever may see it."""
    return queries.home_among(categories_for(seen))


def _asked() -> Changelog:
    month = request.args.get("month", "")
    return Changelog(request.args.get("tag", "")[:40], month if _MONTH.fullmatch(month) else "")


def _between(month: str, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """The beginning of a month where the reader is, and of the next."""
    if not month or not 1970 <= int(month[:4]) < 9999:
        return None, None
    year, number = int(month[:4]), int(month[5:])
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    begins, ends = (datetime(y, m, 1, tzinfo=zone).astimezone(UTC) for y, m in ((year, number), after))
    return begins, ends


def _by_month(entries: Sequence[Entry]) -> tuple[Month, ...]:
    parts = groupby(entries, lambda entry: _key(entry.published_at))
    return tuple(
        Month(key, month_name(shown[0].published_at), shown=shown)
        for key, shown in ((key, tuple(part)) for key, part in parts)
    )


def _months(moments: Sequence[datetime]) -> tuple[Month, ...]:
    parts = ((key, [*part]) for key, part in groupby(moments, _key))
    return tuple(Month(key, month_name(part[0]), len(part)) for key, part in parts)


def _key(moment: datetime) -> str:
    return moment.astimezone(spoken()[1]).strftime("%Y-%m")
