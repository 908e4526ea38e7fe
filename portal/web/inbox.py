"""The staff inbox: what waits for us, what is due next, who sees to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask_babel import gettext as _

from portal.core.db import write
from portal.people.viewer import Viewer
from portal.questions.actions.views import delete_view, save_view
from portal.questions.queries import Choice, waiting
from portal.questions.queries import inbox as queries
from portal.questions.queries.waiting import ME, NOBODY, PARTS
from portal.threads.queries import categories_for
from portal.web import htmx
from portal.web.admin.frame import gone_to
from portal.web.inbox_forms import ViewForm
from portal.web.viewing import this_site, viewer

bp = Blueprint("inbox", __name__, url_prefix="/staff")
PATH = "/staff/inbox"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, and the addresses of the others like it."""

    choice: Choice

    @property
    def words(self) -> dict[str, str]:
        """As the address says it; what is not chosen is left out."""
        said = {
            "which": self.choice.part,
            "who": self.choice.assignee,
            "category": str(self.choice.category_id or ""),
            "organisation": str(self.choice.organisation_id or ""),
            "new": "1" if self.choice.new else "",
        }
        return {name: value for name, value in said.items() if value}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words.keys() - {"which"})

    def part(self, name: str) -> str:
        """The same of another part."""
        return address(Asked(replace(self.choice, part=name)).words)

    def of_organisation(self, id_: int) -> str:
        """Only the questions of one organisation."""
        return address(Asked(replace(self.choice, organisation_id=id_)).words)

    def at(self, cursor: str | None) -> str | None:
        """The page that a cursor stands for."""
        return address(self.words | {"at": cursor}) if cursor else None


def address(words: Mapping[str, str]) -> str:
    """The inbox narrowed to this."""
    return f"{PATH}?{urlencode(words)}" if words else PATH


def asked(given: Mapping[str, str]) -> Asked:
    """What an address, a form or a saved view asks for; what cannot be is left out."""
    part, assignee = given.get("which", ""), given.get("who", "")
    if assignee not in (ME, NOBODY):
        assignee = str(_id(assignee) or "")
    choice = Choice(
        part=part if part in PARTS else "",
        assignee=assignee,
        category_id=_id(given.get("category", "")),
        organisation_id=_id(given.get("organisation", "")),
        new=given.get("new", "") == "1",
    )
    return Asked(choice)


def _id(value: str) -> int | None:
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 19 else None


@bp.get("/inbox")
def inbox() -> Response:
    """Questions that wait for us, or that nobody has answered: what is due next first."""
    return _inbox(asked(request.args), ViewForm(None))


@bp.post("/inbox/views")
def keep_view() -> Response:
    """Keep what the inbox is narrowed to under a name."""
    form, wanted = ViewForm(), asked(request.form)
    name, shared = form.name.data or "", form.shared.data
    if form.done(lambda: write(save_view, viewer(), name=name, chosen=wanted.words, shared=shared)):
        flash(_("The view is saved."), "good")
        return htmx.go(address(wanted.words))
    return _inbox(wanted, form)


@bp.post("/inbox/views/<int:view_id>/delete")
def drop_view(view_id: int) -> Response:
    """Delete a view."""
    write(delete_view, viewer(), view_id)
    return gone_to(address(asked(request.form).words), _("The view is deleted."))


def _inbox(wanted: Asked, form: ViewForm) -> Response:
    seen = viewer()
    found = waiting(
        seen, wanted.choice, hours=this_site().hours, cursor=request.args.get("at"), limit=seen.rows_per_list
    )
    context = {"rows": found.rows, "older": wanted.at(found.older), "newer": wanted.at(found.newer)}
    context |= {"asked": wanted, "form": form} | _offered(seen, wanted)
    template = "staff/_inbox.html" if htmx.asks_for("inbox") else "staff/inbox.html"
    return make_response(render_template(template, **context), form.shown_status)


def _offered(seen: Viewer, wanted: Asked) -> dict[str, Any]:
    """What it can be narrowed to, and the views."""
    kept = [(view, asked(view.chosen).words) for view in queries.views(seen)]
    others = [(str(id_), name) for id_, name in queries.colleagues(seen).items() if id_ != seen.id]
    organisations = queries.organisations(seen, wanted.choice.organisation_id)
    return {
        "colleagues": [("", _("Anyone")), (ME, _("Me")), (NOBODY, _("Nobody")), *others],
        "categories": [("", _("All")), *((str(each.id), each.name) for each in categories_for(seen))],
        "organisations": [("", _("All")), *((str(id_), name) for id_, name in organisations.items())],
        "views": [(view, address(words), words == wanted.words) for view, words in kept],
    }
