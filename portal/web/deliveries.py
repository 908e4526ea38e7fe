"""What leaves the house, for staff who look after it: /staff/deliveries."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from portal.core.db import write
from portal.core.errors import Conflict
from portal.delivery import queries, retrying
from portal.delivery.models import Delivery, HookDelivery
from portal.web.admin.frame import asked, gone_to, listed, shown
from portal.web.admin.hook_words import KIND_WORDS
from portal.web.viewing import viewer

bp = Blueprint("deliveries", __name__, url_prefix="/staff/deliveries")
PATH, HOOKS = "/staff/deliveries", "/staff/deliveries/hooks"

STATES: dict[str, LazyString] = {
    "due": lazy_gettext("To be sent"),
    "leased": lazy_gettext("Being sent"),
    "deferred": lazy_gettext("Tried again later"),
    "held": lazy_gettext("Waits for a digest"),
    "sent": lazy_gettext("Sent"),
    "failed": lazy_gettext("Failed"),
    "suppressed": lazy_gettext("Not sent any more"),
}
KINDS: dict[str, LazyString] = {
    "confirm": lazy_gettext("Confirm an address"),
    "change": lazy_gettext("Change of address"),
    "changed": lazy_gettext("The address was changed"),
    "invited": lazy_gettext("Invitation"),
    "reset": lazy_gettext("New password"),
    "password": lazy_gettext("The password was changed"),
    "device": lazy_gettext("Signed in from a new device"),
    "hook-paused": lazy_gettext("A webhook was paused"),
    "not-posted": lazy_gettext("An answer by mail that was not posted"),
    "without-files": lazy_gettext("An answer by mail, posted without its files"),
    "digest": lazy_gettext("Digest"),
    "reply": lazy_gettext("Reply"),
    "mention": lazy_gettext("Mention"),
    "accepted": lazy_gettext("Accepted answer"),
    "verified": lazy_gettext("Verified answer"),
    "outcome": lazy_gettext("What became of an idea"),
    "merged": lazy_gettext("Merged idea"),
    "unmerged": lazy_gettext("Merging undone"),
    "announcement": lazy_gettext("Announcement"),
    "corrected": lazy_gettext("Correction"),
    "withdrawn": lazy_gettext("Announcement withdrawn"),
    "asked": lazy_gettext("Does this solve your need?"),
    "answered": lazy_gettext("What the team answers"),
    "offered": lazy_gettext("An idea to vote for"),
    "owned": lazy_gettext("An idea to see to"),
    "waiting": lazy_gettext("An announcement waits"),
}


@bp.get("")
def letters() -> Response:
    """Letters by state, person and cause."""
    state, who, cause = asked("state"), asked("who"), asked("cause")
    found = queries.letters(viewer(), state=state, who=who, cause=cause, cursor=asked("at"))
    context = listed(found, PATH, state=state, who=who, cause=cause)
    return _page("letters", PATH, queries.counts(Delivery), state=state, who=who, cause=cause, **context)


@bp.get("/hooks")
def hooks() -> Response:
    """What hooks send, by state."""
    state = asked("state")
    context = listed(queries.hooks(viewer(), state=state, cursor=asked("at")), HOOKS, state=state)
    return _page("hooks", HOOKS, queries.counts(HookDelivery), state=state, who="", cause="", **context)


@bp.post("/<int:letter_id>/retry")
def retry_letter(letter_id: int) -> Response:
    """Have a letter sent again."""
    return _retried(lambda: write(retrying.retry_letter, viewer(), letter_id), PATH)


@bp.post("/hooks/<int:row_id>/retry")
def retry_hook(row_id: int) -> Response:
    """Have a message of a hook sent again."""
    return _retried(lambda: write(retrying.retry_hook, viewer(), row_id), HOOKS)


def _page(which: str, path: str, counts: dict[str, int], **context: Any) -> Response:
    context |= {"most": queries.MOST_COUNTED, "states": STATES, "kinds": KIND_WORDS if which == "hooks" else KINDS}
    return shown("staff/deliveries.html", which=which, path=path, counts=counts, **context)


def _retried(act: Callable[[], None], path: str) -> Response:
    try:
        act()
    except Conflict:
        return gone_to(path, _("It is on its way, or cannot be sent any more."), "warn")
    state = request.form.get("state", "")
    return gone_to(f"{path}?state={state}" if state in STATES else path, _("It is tried again now."))
