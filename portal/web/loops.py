"""Loops for staff: who was told of what, by name; which loops are open, and what to do about each."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from portal.loop.queries import Ledger, ledger
from portal.web import htmx
from portal.web.admin.frame import asked, asked_id
from portal.web.viewing import viewer

bp = Blueprint("loops", __name__, url_prefix="/staff")


@bp.get("/ideas/<int:thread_id>/loop")
def show_ledger(thread_id: int) -> Response:
    """The people whom an outcome of this idea is owed to, and what became of that."""
    part, outcome_id = asked("part"), asked_id("outcome")
    found = ledger(viewer(), thread_id, outcome_id=outcome_id, part=part, cursor=request.args.get("at"))
    template = "loop/_debts.html" if htmx.asks_for("debts") else "loop/ledger.html"
    return Response(render_template(template, ledger=found, part=part, **_parts(found, part)))


def _parts(found: Ledger, part: str) -> dict[str, Any]:
    """The addresses of the parts of a ledger, of its pages, and of the other outcomes."""

    def at(**words: object) -> str:
        given = {"outcome": found.outcome_id, "part": part} | words
        said = urlencode({name: value for name, value in given.items() if value})
        return f"/staff/ideas/{found.idea_id}/loop" + (f"?{said}" if said else "")

    return {
        "at": at,
        "older": at(at=found.page.older) if found.page.older else None,
        "newer": at(at=found.page.newer) if found.page.newer else None,
    }
