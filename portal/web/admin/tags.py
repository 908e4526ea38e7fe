"""Tags: the words that conversations are marked with."""

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SearchField, StringField, TextAreaField

from portal.core.db import write
from portal.moderation.queries import places
from portal.threads.actions import tags as acts
from portal.web.admin.frame import asked, bp, gone_to, listed, shown
from portal.web.forms import Form
from portal.web.viewing import viewer


class SearchForm(Form):
    q = SearchField(lazy_gettext("Tag"))


class TagForm(Form):
    name = StringField(lazy_gettext("Tag"))
    description = TextAreaField(lazy_gettext("What it means"))


class MergeForm(Form):
    into = StringField(lazy_gettext("The tag that stays"))


class DeleteForm(Form):
    """Only a button."""


@bp.get("/tags")
def list_tags() -> Response:
    """All tags, or those that are looked for."""
    words = asked("q")
    found = places.tags(viewer(), words=words, cursor=asked("at"))
    return shown("admin/tags.html", SearchForm(request.args), here="tags", **listed(found, "/admin/tags", q=words))


@bp.route("/tags/<int:tag_id>", methods=["GET", "POST"])
def tag(tag_id: int) -> Response:
    """Rename or describe a tag."""
    found = places.tag(viewer(), tag_id)
    form = TagForm(obj=found)
    given = {"name": form.name.data or "", "description": form.description.data or ""}
    if request.method == "POST" and form.take(lambda: write(acts.change_tag, viewer(), tag_id, **given)):
        return gone_to("/admin/tags", _("Saved."))
    return _page(tag_id, form, MergeForm(None))


@bp.post("/tags/<int:tag_id>/merge")
def merge_tag(tag_id: int) -> Response:
    """Give everything that has this tag another one instead."""
    form = MergeForm()
    if into := form.take(lambda: write(acts.merge_tag, viewer(), tag_id, into=form.into.data or "")):
        return gone_to(f"/admin/tags/{into}", _("Merged into this one."))
    return _page(tag_id, TagForm(None, obj=places.tag(viewer(), tag_id)), form)


@bp.post("/tags/<int:tag_id>/delete")
def delete_tag(tag_id: int) -> Response:
    """Delete a tag that nothing has."""
    form = DeleteForm()
    if form.done(lambda: write(acts.delete_tag, viewer(), tag_id)):
        return gone_to("/admin/tags", _("The tag is deleted."))
    return _page(tag_id, TagForm(None, obj=places.tag(viewer(), tag_id)), MergeForm(None), form)


def _page(tag_id: int, form: TagForm, merge: MergeForm, refused: Form | None = None) -> Response:
    trouble = refused or (merge if merge.errors else form)
    return shown("admin/tag.html", trouble, here="tags", facts=form, merge=merge, tag=places.tag(viewer(), tag_id))
