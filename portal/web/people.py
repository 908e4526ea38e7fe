"""A person, as others see them, and what they wrote."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from portal.core.db import write
from portal.core.paging import Page
from portal.loop.queries import is_handled
from portal.notices.queries import is_muted
from portal.people import queries
from portal.people.actions.profile import set_welcomed
from portal.people.viewer import Viewer
from portal.questions import queries as questions
from portal.questions.queries import AnswerRow
from portal.web import htmx
from portal.web.caching import same_for_visitors
from portal.web.champions import champions
from portal.web.finishing import sign_in_first
from portal.web.viewing import came_from, viewer

bp = Blueprint("people", __name__)


def head(seen: Viewer, username: str, tab: str) -> dict[str, Any]:
    """The context of people/_head.html. Raises NotFound."""
    person = queries.profile(seen, username)
    tally = questions.contributions(seen, person.id)
    return {"person": person, "tally": tally, "tab": tab, "is_champion": person.id in champions()}


@bp.get("/people/<username>")
def profile(username: str) -> str | Response:
    """Who someone is, and the way to what they wrote."""
    context = head(viewer(), username, "")
    if context["person"].username != username:
        return redirect(f"/people/{context['person'].username}", 302)
    same_for_visitors()
    seen = viewer()
    context["is_muted"] = seen.is_signed_in and is_muted(seen, context["person"].id)
    context["is_handled"] = is_handled(seen, context["person"].id)
    return render_template("people/show.html", **context)


@bp.post("/welcome")
@sign_in_first
def welcomed() -> Response:
    """They have read what one can do here."""
    write(set_welcomed, viewer())
    return htmx.answer(came_from() or "/", "layout/_welcomed.html", dict[str, Any])


@bp.get("/people/<username>/answers")
def answers(username: str) -> str:
    """What they replied in what others began."""
    return _list(username, "answers", questions.answers_by)


@bp.get("/people/<username>/solutions")
def solutions(username: str) -> str:
    """What of it was accepted."""
    return _list(username, "solutions", questions.solutions_by)


def _list(username: str, tab: str, wanted: Callable[..., Page[AnswerRow]]) -> str:
    seen = viewer()
    context = head(seen, username, tab)
    person = context["person"]
    found = wanted(seen, person.id, cursor=request.args.get("at"), limit=seen.rows_per_list)
    path = f"/people/{person.username}/{tab}"
    context |= {
        "answers": found.rows,
        "older": f"{path}?at={found.older}" if found.older else None,
        "newer": f"{path}?at={found.newer}" if found.newer else None,
    }
    same_for_visitors()
    return render_template("people/answers.html", **context)
