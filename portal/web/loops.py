"""Loops for staff: which are open, and who was told of what by name. What is done about them: web/loop_acts.py."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from portal.loop.policy import can_answer
from portal.loop.queries import (
    CAUSES,
    ORDERS,
    Choice,
    Ledger,
    Patience,
    count_open,
    figures,
    ledger,
    open_loops,
)
from portal.people.viewer import Viewer
from portal.questions.queries import inbox
from portal.questions.queries.waiting import ME, NOBODY
from portal.threads.queries import categories_for
from portal.web import htmx
from portal.web.admin.frame import asked, asked_id
from portal.web.viewing import this_site, viewer
from portal.web.written_forms import number

bp = Blueprint("loops", __name__, url_prefix="/staff")
PATH = "/staff/loops"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for, and the addresses of the others like it."""

    choice: Choice

    @property
    def words(self) -> dict[str, str]:
        """As the address says it; what is not chosen is left out."""
        said = {
            "cause": self.choice.cause,
            "order": "" if self.choice.order == ORDERS[0] else self.choice.order,
            "owner": self.choice.owner,
            "category": str(self.choice.category_id or ""),
            "organisation": str(self.choice.organisation_id or ""),
        }
        return {name: value for name, value in said.items() if value}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words.keys() & {"owner", "category", "organisation"})

    def but(self, **changed: Any) -> str:
        """The address of another list."""
        return address(Wanted(replace(self.choice, **changed)).words)

    def at(self, cursor: str | None) -> str | None:
        """The page that a cursor stands for."""
        return address(self.words | {"at": cursor}) if cursor else None


def address(words: Mapping[str, str]) -> str:
    """The open loops narrowed to this."""
    return f"{PATH}?{urlencode(words)}" if words else PATH


def wanted(given: Mapping[str, str]) -> Wanted:
    """What an address asks for; what cannot be is left out."""
    cause, order, owner = given.get("cause", ""), given.get("order", ""), given.get("owner", "")
    if owner not in (ME, NOBODY):
        owner = str(number(owner) or "")
    choice = Choice(
        cause=cause if cause in CAUSES else "",
        order=order if order in ORDERS else ORDERS[0],
        owner=owner,
        category_id=number(given.get("category")) or None,
        organisation_id=number(given.get("organisation")) or None,
    )
    return Wanted(choice)


def patience() -> Patience:
    """The days after which a loop is open, as the admin set them."""
    return Patience(respond=this_site().respond_days, silence=this_site().silence_days)


@bp.get("/loops")
def show() -> Response:
    """Open loops, with what can be done next about each."""
    seen, asks = viewer(), wanted(request.args)
    found = open_loops(seen, asks.choice, patience(), cursor=request.args.get("at"))
    context = {"rows": found.rows, "older": asks.at(found.older), "newer": asks.at(found.newer), "asked": asks}
    context |= {"counts": count_open(seen, asks.choice, patience()), "can_answer": can_answer(seen)}
    if htmx.asks_for("loops"):
        return Response(render_template("loop/_open.html", **context, **_offered(seen, asks)))
    return Response(render_template("loop/open.html", **context, **_offered(seen, asks), figures=figures(seen)))


def _offered(seen: Viewer, asks: Wanted) -> dict[str, Any]:
    """What the list can be narrowed to."""
    others = [(str(id_), name) for id_, name in inbox.colleagues(seen).items() if id_ != seen.id]
    organisations = inbox.organisations(seen, asks.choice.organisation_id)
    return {
        "owners": [("", _("Anyone")), (ME, _("Me")), (NOBODY, _("Nobody")), *others],
        "categories": [("", _("All")), *((str(each.id), each.name) for each in categories_for(seen))],
        "organisations": [("", _("All")), *((str(id_), name) for id_, name in organisations.items())],
    }


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
