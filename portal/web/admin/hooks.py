"""Webhooks: what other systems are told, and what became of it."""

from datetime import timedelta

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import RadioField, SelectField, StringField

from portal.core.clock import now
from portal.core.db import write
from portal.delivery.webhooks import listing, managing
from portal.delivery.webhooks.kinds import KINDS
from portal.delivery.webhooks.listing import HookShown, MessageRow
from portal.delivery.webhooks.managing import Shape
from portal.moderation.queries import places
from portal.web import words
from portal.web.admin.frame import asked, bp, gone_to, listed, shown
from portal.web.admin.hook_words import FORMATS, HOOK_STATES, KIND_WORDS, MESSAGE_STATES
from portal.web.forms import Boxes, Form, choices
from portal.web.htmx import asks_for
from portal.web.viewing import viewer

LOOKS_ON = timedelta(seconds=10)


class HookForm(Form):
    name = StringField(lazy_gettext("Name"))
    url = StringField(lazy_gettext("Address"))
    format = RadioField(
        lazy_gettext("Who reads it"), choices=choices(FORMATS.items()), default="standard", validate_choice=False
    )
    kinds = Boxes(
        lazy_gettext("What it hears of"),
        choices=choices(KIND_WORDS.items()),
        default=list(KINDS),
        validate_choice=False,
    )
    category = SelectField(lazy_gettext("Where"), choices=[], validate_choice=False)

    def offer(self) -> None:
        """The categories there are."""
        found = ((str(each.id), f"{each.name} ({words.VISIBILITIES[each.visibility]})") for each in _categories())
        self.category.choices = choices([("", _("Everything that visitors may see")), *found])

    @property
    def shape(self) -> Shape:
        """What was filled in."""
        category = self.category.data or ""
        known = category.isdecimal() and category.isascii() and len(category) < 19
        return Shape(
            name=self.name.data or "",
            url=(self.url.data or "").strip(),
            kinds=tuple(self.kinds.data or ()),
            category_id=int(category) if known else None,
            format=self.format.data or "",
        )

    def create(self) -> int:
        """Make it. The network is asked before, so that nobody waits for it who wants to write."""
        shape = self.shape
        managing.look_at(shape.url)
        return write(managing.create, viewer(), shape)

    def change(self, hook_id: int) -> int:
        """Put it into force, likewise."""
        shape = self.shape
        managing.look_at(shape.url)
        return write(managing.change, viewer(), hook_id, shape)


class ButtonForm(Form):
    """Only a button."""


@bp.get("/hooks")
def list_hooks() -> Response:
    """All hooks, those first that something is the matter with."""
    found = sorted(listing.hooks(viewer()), key=lambda each: each.state not in ("gone", "given-up", "failing"))
    return shown("admin/hooks.html", here="hooks", hooks=found, states=HOOK_STATES, formats=FORMATS)


@bp.route("/hooks/new", methods=["GET", "POST"])
def new_hook() -> Response:
    """Make one."""
    form = HookForm()
    if request.method == "POST" and (made := form.take(form.create)):
        return gone_to(f"/admin/hooks/{made}", _("The webhook is made. Try it with a test message."))
    form.offer()
    return shown("admin/new_hook.html", form, here="hooks")


@bp.get("/hooks/<int:hook_id>")
def hook(hook_id: int) -> Response:
    """How it does, and its log."""
    return _page(hook_id)


@bp.route("/hooks/<int:hook_id>/edit", methods=["GET", "POST"])
def edit_hook(hook_id: int) -> Response:
    """Change it."""
    found = listing.hook(viewer(), hook_id)
    given = {"name": found.name, "url": found.url, "format": found.format, "kinds": list(found.kinds)}
    form = HookForm(data={**given, "category": str(found.category_id or "")})
    if request.method == "POST" and form.done(lambda: form.change(hook_id)):
        return gone_to(f"/admin/hooks/{hook_id}", _("Saved."))
    form.offer()
    return shown("admin/edit_hook.html", form, here="hooks", hook=found)


@bp.post("/hooks/<int:hook_id>/secret")
def renew_secret(hook_id: int) -> Response:
    """Another secret; the old one signs for a day too."""
    write(managing.renew_secret, viewer(), hook_id)
    return gone_to(f"/admin/hooks/{hook_id}", _("There is a new secret. The old one signs too for 24 hours."))


@bp.post("/hooks/<int:hook_id>/pause")
def pause_hook(hook_id: int) -> Response:
    """Pause it, or let it go on, with what was held or without."""
    on, held = request.form.get("on") == "1", request.form.get("held") == "1"
    write(managing.set_paused, viewer(), hook_id, on=on, held=held)
    return gone_to(f"/admin/hooks/{hook_id}", _("Paused.") if on else _("It goes on."))


@bp.post("/hooks/<int:hook_id>/ping")
def ping_hook(hook_id: int) -> Response:
    """Send a test message."""
    form = ButtonForm()
    if form.done(lambda: write(managing.ping, viewer(), hook_id)):
        return gone_to(f"/admin/hooks/{hook_id}#log", _("A test message is on its way."))
    return _page(hook_id, form)


@bp.post("/hooks/<int:hook_id>/replay")
def replay_failed(hook_id: int) -> Response:
    """Send all again that failed."""
    form = ButtonForm()
    number = form.take(lambda: write(managing.replay_failed, viewer(), hook_id))
    if number is None:
        return _page(hook_id, form)
    said = ngettext("%(num)s message is sent again.", "%(num)s messages are sent again.", number)
    return gone_to(f"/admin/hooks/{hook_id}#log", said)


@bp.post("/hooks/<int:hook_id>/delete")
def delete_hook(hook_id: int) -> Response:
    """Delete it, and its log."""
    write(managing.remove, viewer(), hook_id)
    return gone_to("/admin/hooks", _("The webhook is deleted."))


@bp.get("/hooks/messages/<int:message_id>")
def hook_message(message_id: int) -> Response:
    """What was sent, and what was answered."""
    found = listing.message(viewer(), message_id)
    return shown("admin/hook_message.html", here="hooks", message=found, states=MESSAGE_STATES, kinds=KIND_WORDS)


@bp.post("/hooks/messages/<int:message_id>/replay")
def replay_message(message_id: int) -> Response:
    """Send it again, with the same id."""
    form = ButtonForm()
    hook_id = form.take(lambda: write(managing.replay, viewer(), message_id))
    if hook_id is None:
        return _page(listing.message(viewer(), message_id).hook_id, form)
    return gone_to(f"/admin/hooks/{hook_id}#log", _("It is sent again."))


def _page(hook_id: int, refused: Form | None = None) -> Response:
    """The page of a hook, or, for who looks on while something is under way, its log alone."""
    only = asked("only") if asked("only") in listing.FILTERS else ""
    found: HookShown = listing.hook(viewer(), hook_id)
    rows = listing.messages(viewer(), hook_id, only=only, cursor=asked("at") or None)
    context = {
        "hook": found,
        "only": only,
        "states": MESSAGE_STATES,
        "kinds": KIND_WORDS,
        "looks_on": not found.paused_at and any(_is_soon(each) for each in rows.rows),
        **listed(rows, f"/admin/hooks/{hook_id}", only=only),
    }
    if asks_for("log"):
        return Response(render_template("admin/_hook_log.html", **context))
    return shown("admin/hook.html", refused, here="hooks", formats=FORMATS, hook_states=HOOK_STATES, **context)


def _is_soon(row: MessageRow) -> bool:
    """Whether who looks on sees something of it in a moment."""
    return row.state == "leased" or (row.state in listing.WAITING and row.due_at <= now() + LOOKS_ON)


def _categories() -> tuple[places.CategoryShown, ...]:
    return places.categories(viewer())
