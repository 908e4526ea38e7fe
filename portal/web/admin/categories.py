"""Categories: the places for conversations."""

from collections.abc import Sequence

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from portal.core.db import write
from portal.moderation.queries import places
from portal.moderation.queries.groups import group_choices
from portal.moderation.queries.places import CategoryShown
from portal.questions.actions.targets import set_targets
from portal.questions.queries.promises import targets_of
from portal.threads.actions import categories as acts
from portal.threads.actions.categories import Shape
from portal.web import words
from portal.web.admin.frame import bp, gone_to, shown
from portal.web.admin.targets import TargetsForm, hours_of
from portal.web.forms import Boxes, Form, choices
from portal.web.viewing import viewer

KINDS = {
    "question": lazy_gettext("Questions"),
    "discussion": lazy_gettext("Discussions"),
    "idea": lazy_gettext("Ideas"),
}
"""The kinds of conversation that people can begin."""


class CategoryForm(TargetsForm):
    name = StringField(lazy_gettext("Name"))
    description = TextAreaField(lazy_gettext("What belongs here"))
    colour = RadioField(
        lazy_gettext("Colour"), choices=choices(words.COLOURS.items()), default="slate", validate_choice=False
    )
    kinds = Boxes(
        lazy_gettext("What can be begun here"),
        choices=choices(KINDS.items()),
        default=list(KINDS),
        validate_choice=False,
    )
    visibility = RadioField(
        lazy_gettext("Who may see it"),
        choices=choices(words.VISIBILITIES.items()),
        default="everyone",
        validate_choice=False,
    )
    groups = Boxes(lazy_gettext("Groups"), choices=[], validate_choice=False)
    slug = StringField(lazy_gettext("Address"))
    sure = BooleanField(lazy_gettext("I mean to show them to more people"))

    def shape(self, kept: Sequence[str] = ()) -> Shape:
        """What was chosen. Kinds that are `kept` and that the form does not offer stay as they are."""
        return Shape(
            name=self.name.data or "",
            description=self.description.data or "",
            colour=self.colour.data or "",
            visibility=self.visibility.data or "",
            kinds=(*(self.kinds.data or ()), *(kind for kind in kept if kind not in KINDS)),
            group_ids=frozenset(self.groups.ids),
        )

    def change(self, category: CategoryShown) -> int:
        """Put it into force."""
        shape, slug, sure, targets = self.shape(category.kinds), self.slug.data or "", self.sure.data, self.minutes

        def put() -> int:
            acts.change_category(viewer(), category.id, shape, slug=slug, sure=sure)
            set_targets(viewer(), category.id, **targets)
            return category.id

        return write(put)

    def create(self) -> int:
        """Make one."""
        shape, targets = self.shape(), self.minutes

        def put() -> int:
            made = acts.create_category(viewer(), shape)
            set_targets(viewer(), made, **targets)
            return made

        return write(put)


class EmptyForm(Form):
    into = SelectField(lazy_gettext("Move them into"), choices=[], validate_choice=False)
    reason = StringField(lazy_gettext("Reason"))
    sure = BooleanField(lazy_gettext("I mean to show them to more people"))

    def empty(self, category_id: int) -> str:
        """Move everything and say how many."""
        into = self.into.data or ""
        moved = write(
            acts.empty_category,
            viewer(),
            category_id,
            into=int(into) if into.isdecimal() and len(into) < 19 else category_id,
            reason=self.reason.data or "",
            sure=self.sure.data,
        )
        return ngettext("%(num)s conversation moved.", "%(num)s conversations moved.", moved)


class DeleteForm(Form):
    """Only a button."""


@bp.get("/categories")
def list_categories() -> Response:
    """All categories in their order."""
    return _list()


@bp.route("/categories/new", methods=["GET", "POST"])
def new_category() -> Response:
    """Make a category."""
    form = CategoryForm()
    if request.method == "POST" and form.take(form.create):
        return gone_to("/admin/categories", _("The category is made."))
    return _form_page("admin/new_category.html", form)


@bp.route("/categories/<int:category_id>", methods=["GET", "POST"])
def category(category_id: int) -> Response:
    """Change a category; where that shows conversations to more people, it asks first."""
    found = places.category(viewer(), category_id)
    given = {name: getattr(found, name) for name in ("name", "description", "colour", "visibility", "slug")}
    given |= dict(zip(("first_reply", "waiting"), map(hours_of, targets_of(viewer(), category_id)), strict=True))
    form = CategoryForm(data=given | {"kinds": list(found.kinds), "groups": [str(id_) for id_, _name in found.groups]})
    if request.method == "POST" and form.take(lambda: form.change(found)):
        return gone_to("/admin/categories", _("Saved."))
    return _form_page("admin/category.html", form, category=found)


@bp.post("/categories/<int:category_id>/move")
def move_category(category_id: int) -> Response:
    """One place up or down."""
    write(acts.move_category, viewer(), category_id, up=request.form.get("to") == "up")
    return gone_to("/admin/categories")


@bp.route("/categories/<int:category_id>/empty", methods=["GET", "POST"])
def empty_category(category_id: int) -> Response:
    """Move all conversations into another category."""
    form, found = EmptyForm(), places.category(viewer(), category_id)
    if request.method == "POST" and (said := form.take(lambda: form.empty(category_id))):
        return gone_to("/admin/categories", said)
    others = [each for each in places.categories(viewer()) if each.id != category_id]
    form.into.choices = choices(
        (str(each.id), f"{each.name} ({words.VISIBILITIES[each.visibility]})") for each in others
    )
    return shown("admin/empty_category.html", form, here="categories", category=found, others=others)


@bp.post("/categories/<int:category_id>/delete")
def delete_category(category_id: int) -> Response:
    """Delete a category in which there is nothing."""
    form = DeleteForm()
    if form.done(lambda: write(acts.delete_category, viewer(), category_id)):
        return gone_to("/admin/categories", _("The category is deleted."))
    return _list(form)


def _list(refused: Form | None = None) -> Response:
    found = places.categories(viewer())
    return shown("admin/categories.html", refused, here="categories", categories=found, visibilities=words.VISIBILITIES)


def _form_page(template: str, form: CategoryForm, category: CategoryShown | None = None) -> Response:
    form.groups.choices = choices((str(id_), name) for id_, name in group_choices(viewer()))
    return shown(template, form, here="categories", category=category)
