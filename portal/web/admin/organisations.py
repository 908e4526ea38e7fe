"""Organisations: customer companies, and what we know of them."""

from dataclasses import asdict

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SearchField, StringField, TextAreaField

from portal.core.db import write
from portal.core.errors import Invalid
from portal.moderation.queries import groups as queries
from portal.moderation.queries.groups import OrganisationRow
from portal.moderation.queries.people import people
from portal.people.actions import organisations as acts
from portal.people.actions.organisations import Facts
from portal.web.admin.frame import asked, bp, gone_to, listed, shown
from portal.web.forms import Form
from portal.web.viewing import viewer
from portal.web.words import ROLES


class SearchForm(Form):
    q = SearchField(lazy_gettext("Name"))


class OrganisationForm(Form):
    name = StringField(lazy_gettext("Name"))
    plan = StringField(lazy_gettext("Plan"))
    segment = StringField(lazy_gettext("Segment"))
    yearly_value = StringField(lazy_gettext("Yearly value"))
    note = TextAreaField(lazy_gettext("Note"))

    def facts(self) -> Facts:
        """What was typed. Raises Invalid for a value that is no number."""
        value = "".join((self.yearly_value.data or "").split()) or "0"
        if not (value.isascii() and value.isdecimal() and len(value) < 19):
            raise Invalid(fields={"yearly_value": _("Write a whole number, without a currency.")})
        return Facts(
            name=self.name.data or "",
            plan=self.plan.data or "",
            segment=self.segment.data or "",
            yearly_value=int(value),
            note=self.note.data or "",
        )


class DeleteForm(Form):
    """Only a button."""


@bp.get("/organisations")
def list_organisations() -> Response:
    """All organisations, or those that are looked for."""
    words = asked("q")
    found = queries.organisations(viewer(), words=words, cursor=asked("at"))
    context = listed(found, "/admin/organisations", q=words)
    return shown("admin/organisations.html", SearchForm(request.args), here="organisations", **context)


@bp.route("/organisations/new", methods=["GET", "POST"])
def new_organisation() -> Response:
    """Enter an organisation."""
    form = OrganisationForm()
    if request.method == "POST":
        made = form.take(lambda: write(acts.create_organisation, viewer(), form.facts()))
        if made:
            return gone_to(f"/admin/organisations/{made}", _("The organisation is entered."))
    return shown("admin/new_organisation.html", form, here="organisations")


@bp.route("/organisations/<int:organisation_id>", methods=["GET", "POST"])
def organisation(organisation_id: int) -> Response:
    """An organisation and its people."""
    found = queries.organisation(viewer(), organisation_id)
    form = OrganisationForm(data=_as_typed(found))
    if request.method == "POST" and form.take(
        lambda: write(acts.change_organisation, viewer(), organisation_id, form.facts())
    ):
        return gone_to(f"/admin/organisations/{organisation_id}", _("Saved."))
    return _page(organisation_id, form)


@bp.post("/organisations/<int:organisation_id>/delete")
def delete_organisation(organisation_id: int) -> Response:
    """Delete an organisation that nothing was asked for."""
    form = DeleteForm()
    if form.done(lambda: write(acts.delete_organisation, viewer(), organisation_id)):
        return gone_to("/admin/organisations", _("The organisation is deleted. Its people stay, without one."))
    return _page(
        organisation_id, OrganisationForm(None, data=_as_typed(queries.organisation(viewer(), organisation_id))), form
    )


def _as_typed(known: OrganisationRow) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(known).items()}


def _page(organisation_id: int, form: OrganisationForm, refused: Form | None = None) -> Response:
    found = people(viewer(), organisation_id=organisation_id, cursor=asked("at"))
    context = listed(found, f"/admin/organisations/{organisation_id}") | {"roles": ROLES}
    shown_now = queries.organisation(viewer(), organisation_id)
    trouble = refused or form
    return shown(
        "admin/organisation.html", trouble, here="organisations", facts=form, organisation=shown_now, **context
    )
