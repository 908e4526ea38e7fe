"""The loop in figures, as a page: tables, and small charts with a table behind each."""

from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from portal.loop.models import ANSWERS
from portal.loop.queries import Figures, Week, by_week, figures
from portal.loop.queries.figures import DAYS, MEASURES
from portal.web.admin.frame import asked_id
from portal.web.formats import day
from portal.web.viewing import viewer

bp = Blueprint("loop_figures", __name__, url_prefix="/staff/loops")
SPANS = (30, DAYS, 365)


@bp.get("/figures")
def show() -> Response:
    """How long people wait, how many are told, and how many it helps: of the last days against as many before."""
    seen, days = viewer(), asked_id("days")
    found = figures(seen, days=days if days in SPANS else DAYS)
    context = {"figures": found, "spans": SPANS, "lengths": _lengths(found), "charts": _charts(by_week(seen))}
    return Response(render_template("loop/figures.html", **context))


def _lengths(found: Figures) -> list[tuple[Any, ...]]:
    """The measures, each with its median and p90, now and before."""
    words = {
        "first_response": _("to the first response"),
        "decision": _("to a decision"),
        "shipped": _("to being shipped"),
        "told": _("from shipped to told"),
    }
    now, before = found.now, found.before
    sides = (now.median_seconds, before.median_seconds, now.p90_seconds, before.p90_seconds)
    return [(words[measure], *(side.get(measure) for side in sides)) for measure in MEASURES]


def _charts(weeks: list[Week]) -> list[tuple[Any, ...]]:
    """An id, a title, the parts of a bar, and the weeks with their numbers."""
    days = [day(week.since) for week in weeks]
    answers = {"solved": ("good", _("Solved")), "partly": ("warn", _("Partly solved")), "no": ("bad", _("Not solved"))}
    told = [("good", _("Told")), ("warn", _("Still to be told")), ("bad", _("Could not be told"))]

    def points(*numbers: list[int]) -> list[tuple[str, tuple[int, ...]]]:
        return list(zip(days, zip(*numbers, strict=True), strict=True))

    word = [[week.told for week in weeks], [week.pending for week in weeks], [week.undeliverable for week in weeks]]
    said = [[week.confirmed[name] for week in weeks] for name in ANSWERS]
    return [
        ("suggested", _("Ideas by week"), [("plan", _("Suggested"))], points([week.ideas for week in weeks])),
        ("decided", _("Decisions by week"), [("plan", _("Decided"))], points([week.decided for week in weeks])),
        ("told", _("Who was told, by the week of the outcome"), told, points(*word)),
        ("answers", _("Answers by week"), [answers[name] for name in ANSWERS], points(*said)),
    ]
