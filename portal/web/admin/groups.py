"""Groups: people who may see a category together."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import BooleanField, StringField, TextAreaField

from portal.core.db import write
from portal.core.errors import Invalid
from portal.moderation.queries import groups as queries
from portal.moderation.queries.people import people
from portal.people.actions import groups as acts
from portal.web.admin.frame import asked, bp, gone_to, listed, shown
from portal.web.forms import Form
from portal.web.viewing import viewer
from portal.web.words import ROLES


class GroupForm(Form):
    name = StringField(lazy_gettext("Name"))
    description = TextAreaField(lazy_gettext("What it is for"))

    def given(self) -> dict[str, str]:
        """What was typed, by the names of the action."""
        return {"name": self.name.data or "", "description": self.description.data or ""}


class MembersForm(Form):
    usernames = StringField(lazy_gettext("Usernames"))

    def add(self, group_id: int) -> str:
        """Add them and say how many are new."""
        names = (self.usernames.data or "").replace(",", " ").split()
        added = write(acts.add_members, viewer(), group_id, usernames=names)
        return ngettext("%(num)s member added.", "%(num)s members added.", added)


class DeleteForm(Form):
    sure = BooleanField(lazy_gettext("Delete this group"))

    def delete(self, group_id: int) -> None:
        """Delete it, if that is meant."""
        if not self.sure.data:
            raise Invalid(fields={"sure": _("Say that you are sure: this cannot be undone.")})
        write(acts.delete_group, viewer(), group_id)


@bp.get("/groups")
def list_groups() -> Response:
    """All groups."""
    found = queries.groups(viewer(), cursor=asked("at"))
    return shown("admin/groups.html", here="groups", **listed(found, "/admin/groups"))


@bp.route("/groups/new", methods=["GET", "POST"])
def new_group() -> Response:
    """Make a group."""
    form = GroupForm()
    if request.method == "POST":
        group_id = form.take(lambda: write(acts.create_group, viewer(), **form.given()))
        if group_id:
            return gone_to(f"/admin/groups/{group_id}", _("The group is made. Add its members."))
    return shown("admin/new_group.html", form, here="groups")


@bp.route("/groups/<int:group_id>", methods=["GET", "POST"])
def group(group_id: int) -> Response:
    """A group: its name, its members, and what they see."""
    found = queries.group(viewer(), group_id)
    form = GroupForm(data={"name": found.name, "description": found.description})
    if request.method == "POST" and form.take(lambda: write(acts.change_group, viewer(), group_id, **form.given())):
        return gone_to(f"/admin/groups/{group_id}", _("Saved."))
    return _page(group_id, form, MembersForm(None))


@bp.post("/groups/<int:group_id>/members")
def add_members(group_id: int) -> Response:
    """Add people by their usernames."""
    form = MembersForm()
    if said := form.take(lambda: form.add(group_id)):
        return gone_to(f"/admin/groups/{group_id}", said)
    found = queries.group(viewer(), group_id)
    return _page(group_id, GroupForm(None, name=found.name, description=found.description), form)


@bp.post("/groups/<int:group_id>/members/<int:person_id>/remove")
def remove_member(group_id: int, person_id: int) -> Response:
    """Take someone out of a group."""
    write(acts.remove_member, viewer(), group_id, person_id=person_id)
    return gone_to(f"/admin/groups/{group_id}", _("Taken out of the group."))


@bp.route("/groups/<int:group_id>/delete", methods=["GET", "POST"])
def delete_group(group_id: int) -> Response:
    """Say what it means, and then delete a group."""
    form, found = DeleteForm(), queries.group(viewer(), group_id)
    if request.method == "POST" and form.done(lambda: form.delete(group_id)):
        return gone_to("/admin/groups", _("The group is deleted."))
    alone = [each for each in queries.categories_of(viewer(), group_id) if each.only]
    meant = queries.announcements_for(viewer(), group_id)
    return shown("admin/delete_group.html", form, here="groups", group=found, alone=alone, meant=meant)


def _page(group_id: int, form: GroupForm, members: MembersForm) -> Response:
    found = people(viewer(), group_id=group_id, cursor=asked("at"))
    context: dict[str, Any] = listed(found, f"/admin/groups/{group_id}")
    context |= {
        "roles": ROLES,
        "group": queries.group(viewer(), group_id),
        "seen": queries.categories_of(viewer(), group_id),
    }
    refused = members if members.errors else form
    return shown("admin/group.html", refused, here="groups", facts=form, members=members, **context)
