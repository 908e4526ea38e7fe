"""One person, and each thing an admin may change about them in a form of its own."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, EmailField, RadioField, StringField

from portal.core.db import write
from portal.core.errors import Invalid
from portal.moderation.queries.groups import organisation_named, organisation_names
from portal.moderation.queries.log import log
from portal.moderation.queries.people import Tended, tended
from portal.people.actions import administering as acts
from portal.web.admin.frame import bp, gone_to, shown
from portal.web.forms import Boxes, Form, choices
from portal.web.viewing import this_site, viewer
from portal.web.words import ROLES


class RoleForm(Form):
    role = RadioField(lazy_gettext("Role"), choices=choices(ROLES.items()), validate_choice=False)


class GroupsForm(Form):
    groups = Boxes(lazy_gettext("Groups"), choices=[], validate_choice=False)


class OrganisationForm(Form):
    organisation = StringField(lazy_gettext("Organisation"))

    def change(self, person_id: int) -> int:
        """Find the organisation by its name and put the person there."""
        name = (self.organisation.data or "").strip()
        found = organisation_named(viewer(), name) if name else None
        if name and found is None:
            raise Invalid(fields={"organisation": _("There is no organisation of this name. Enter it first.")})
        return write(acts.set_organisation, viewer(), person_id, organisation_id=found)


class AddressForm(Form):
    email = EmailField(lazy_gettext("E-mail address"))
    confirmed = BooleanField(lazy_gettext("I know that this address is theirs"))

    def change(self, person_id: int) -> int:
        """Give it to them."""
        email, confirmed = self.email.data or "", self.confirmed.data
        return write(acts.set_address, viewer(), person_id, email=email, confirmed=confirmed, site=this_site())


class EraseForm(Form):
    reason = StringField(lazy_gettext("Reason"))
    sure = BooleanField(lazy_gettext("Erase this person for good"))


@bp.get("/people/<int:person_id>")
def show_person(person_id: int) -> Response:
    """Someone, with all that can be changed."""
    return _page(person_id)


@bp.post("/people/<int:person_id>/role")
def set_role(person_id: int) -> Response:
    """Give someone a role."""
    form = RoleForm()
    return _acted(
        person_id,
        "role",
        form,
        lambda: write(acts.set_role, viewer(), person_id, role=form.role.data or ""),
        _("The role is changed."),
    )


@bp.post("/people/<int:person_id>/groups")
def set_groups(person_id: int) -> Response:
    """Put someone into groups."""
    form = GroupsForm()
    return _acted(
        person_id,
        "groups",
        form,
        lambda: write(acts.set_groups, viewer(), person_id, group_ids=form.groups.ids),
        _("The groups are changed."),
    )


@bp.post("/people/<int:person_id>/organisation")
def set_organisation(person_id: int) -> Response:
    """Say whom someone works for."""
    form = OrganisationForm()
    return _acted(person_id, "organisation", form, lambda: form.change(person_id), _("The organisation is changed."))


@bp.post("/people/<int:person_id>/address")
def set_address(person_id: int) -> Response:
    """Give someone an address, or confirm the one they have."""
    form = AddressForm()
    return _acted(person_id, "address", form, lambda: form.change(person_id), _("The address is changed."))


@bp.post("/people/<int:person_id>/sessions")
def end_sessions(person_id: int) -> Response:
    """Sign someone out everywhere."""
    write(acts.end_all_sessions, viewer(), person_id)
    return gone_to(f"/admin/people/{person_id}", _("They are signed out everywhere."))


@bp.route("/people/<int:person_id>/erase", methods=["GET", "POST"])
def erase(person_id: int) -> Response:
    """Ask, and then erase someone: what they wrote stays, without a name."""
    form, someone = EraseForm(), tended(viewer(), person_id)
    if request.method == "POST" and form.done(lambda: _erase(form, person_id)):
        return gone_to("/admin/people", _("Erased. What they wrote stays, without a name."))
    return shown("admin/erase.html", form, here="people", someone=someone)


def _erase(form: EraseForm, person_id: int) -> None:
    if not form.sure.data:
        raise Invalid(fields={"sure": _("Say that you are sure: this cannot be undone.")})
    write(acts.erase_person, viewer(), person_id, reason=form.reason.data or "")


def _acted(person_id: int, name: str, form: Form, act: Callable[[], object], said: str) -> Response:
    if form.done(act):
        return gone_to(f"/admin/people/{person_id}", said)
    return _page(person_id, name, form)


def _page(person_id: int, refused: str = "", form: Form | None = None) -> Response:
    someone = tended(viewer(), person_id)
    forms = _forms(someone) | ({refused: form} if form else {})
    if isinstance(groups := forms["groups"], GroupsForm):
        groups.groups.choices = choices((str(group.id), group.name) for group in someone.groups)
    context: dict[str, Any] = {
        "organisations": organisation_names(viewer()),
        "log": log(viewer(), person_id=person_id).rows[:10],
        "roles": ROLES,
    }
    return shown("admin/person.html", form, here="people", someone=someone, forms=forms, **context)


def _forms(someone: Tended) -> dict[str, Form]:
    """The forms with what holds now. Without the request: only the one that was sent has its values from there."""
    person = someone.person
    return {
        "role": RoleForm(None, role=person.role),
        "groups": GroupsForm(None, groups=[str(group.id) for group in someone.groups if group.chosen]),
        "organisation": OrganisationForm(None, organisation=person.organisation),
        "address": AddressForm(None, email=person.email),
    }
