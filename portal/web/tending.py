"""What staff do to threads and posts, and authors within the rules: each says what it does, and asks for a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, Response
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from portal.core.db import write
from portal.core.errors import Forbidden
from portal.people.viewer import Viewer
from portal.questions import actions as questions
from portal.questions.queries import question_part
from portal.threads import actions, queries
from portal.web import htmx
from portal.web.conversations import address_of, show_around, show_thread, shown, wanted
from portal.web.finishing import sign_in_first
from portal.web.viewing import viewer
from portal.web.written_forms import ReasonForm, number

bp = Blueprint("tending", __name__)


@dataclass(frozen=True, slots=True)
class Verb:
    """An act as it is asked about: what it is called, what it does, what is said when it is done, and undone."""

    act: Callable[..., Any]
    words: LazyString
    sentence: LazyString
    done: LazyString
    undone: LazyString | str
    danger: bool = False


OF_THREADS = {
    "close": Verb(
        actions.set_closed,
        _("Close"),
        _("It stays readable, and nobody but staff can reply any more. It can be opened again."),
        _("Closed."),
        _("Open again."),
    ),
    "lock": Verb(
        actions.set_locked,
        _("Lock"),
        _("It stays readable; only staff can write, edit or vote in it. It can be unlocked."),
        _("Locked."),
        _("Unlocked."),
    ),
    "pin": Verb(
        actions.set_pinned,
        _("Pin"),
        _("It stands first in the lists until it is unpinned."),
        _("Pinned."),
        _("Unpinned."),
    ),
    "hide": Verb(
        actions.set_hidden,
        _("Hide"),
        _("Only staff see it then. It can be shown again."),
        _("Hidden: only staff see it."),
        _("Shown again."),
        danger=True,
    ),
    "publish": Verb(
        actions.publish,
        _("Publish"),
        _("Everyone who may see its category can read it then, and all that was written in it. This cannot be undone."),
        _("Published: everyone can read it."),
        "",
        danger=True,
    ),
    "choice-lock": Verb(
        questions.set_choice_locked,
        _("Lock the choice of answer"),
        _("Only staff can then accept another answer, or none."),
        _("The choice is locked."),
        _("The choice is unlocked."),
    ),
}
MOVE = Verb(
    actions.move, _("Move"), _("Its address stays. Who may see it is decided by the new category."), _("Moved."), ""
)
OF_POSTS = {
    "hide": Verb(
        actions.hide_post,
        _("Hide"),
        _("Only staff see the text then; a line in its place says so. It can be shown again."),
        _("Hidden: only staff see it."),
        _("Shown again."),
        danger=True,
    ),
    "delete": Verb(
        actions.delete_post,
        _("Delete"),
        _("A line in its place says that it was deleted. Its author and staff still see it, and can restore it."),
        _("Deleted. It can be restored."),
        "",
        danger=True,
    ),
}


@bp.get("/threads/<int:thread_id>/<any(close,lock,pin,hide,'choice-lock',move,publish):verb>")
@sign_in_first
def ask(thread_id: int, verb: str) -> Response:
    """The question before an act on a thread."""
    return _ask_about_thread(viewer(), thread_id, verb, ReasonForm(None))


@bp.post("/threads/<int:thread_id>/<any(close,lock,pin,hide,'choice-lock'):verb>")
@sign_in_first
def tend(thread_id: int, verb: str) -> Response:
    """Do it, or undo it (on=0)."""
    seen, form, chosen, on = viewer(), ReasonForm(), OF_THREADS[verb], wanted()
    if not form.done(lambda: write(chosen.act, seen, thread_id, on=on, reason=form.reason.data or "")):
        return _ask_about_thread(seen, thread_id, verb, form)
    return show_thread(thread_id, str(chosen.done if on else chosen.undone))


@bp.post("/threads/<int:thread_id>/publish")
@sign_in_first
def publish(thread_id: int) -> Response:
    """Let everyone read what was private."""
    seen, form = viewer(), ReasonForm()
    if not form.done(lambda: write(actions.publish, seen, thread_id, reason=form.reason.data or "")):
        return _ask_about_thread(seen, thread_id, "publish", form)
    return show_thread(thread_id, str(OF_THREADS["publish"].done))


@bp.post("/threads/<int:thread_id>/ask-to-publish")
@sign_in_first
def ask_to_publish(thread_id: int) -> Response:
    """Ask its author whether everyone may read it."""
    write(actions.ask_to_publish, viewer(), thread_id)
    return show_thread(thread_id, str(_("The author sees the question here.")))


@bp.post("/threads/<int:thread_id>/consent")
@sign_in_first
def consent(thread_id: int) -> Response:
    """Its author agrees that staff publish it, or not."""
    on = wanted()
    write(actions.set_consent, viewer(), thread_id, on=on)
    return show_thread(thread_id, str(_("Staff may publish it.") if on else _("It stays private.")))


@bp.post("/threads/<int:thread_id>/move")
@sign_in_first
def move(thread_id: int) -> Response:
    """Put it into another category."""
    seen, form = viewer(), ReasonForm()
    category, reason = number(form.category.data), form.reason.data or ""
    if not form.done(lambda: write(actions.move, seen, thread_id, category_id=category, reason=reason)):
        return _ask_about_thread(seen, thread_id, "move", form)
    return show_thread(thread_id, str(MOVE.done))


@bp.get("/posts/<int:post_id>/<any(hide,delete):verb>")
@sign_in_first
def ask_about_post(post_id: int, verb: str) -> Response:
    """The question before an act on a post."""
    return _ask_about_post(viewer(), post_id, verb, ReasonForm(None))


@bp.post("/posts/<int:post_id>/hide")
@sign_in_first
def hide(post_id: int) -> Response:
    """Take it out of sight, or show it again (on=0)."""
    seen, form, on = viewer(), ReasonForm(), wanted()
    if not form.done(lambda: write(actions.hide_post, seen, post_id, on=on, reason=form.reason.data or "")):
        return _ask_about_post(seen, post_id, "hide", form)
    return show_around(post_id, str(OF_POSTS["hide"].done if on else OF_POSTS["hide"].undone))


@bp.post("/posts/<int:post_id>/delete")
@sign_in_first
def delete(post_id: int) -> Response:
    """Leave a stub in its place."""
    seen, form = viewer(), ReasonForm()
    if not form.done(lambda: write(actions.delete_post, seen, post_id, reason=form.reason.data or "")):
        return _ask_about_post(seen, post_id, "delete", form)
    return show_around(post_id, str(OF_POSTS["delete"].done))


def _ask_about_thread(seen: Viewer, thread_id: int, verb: str, form: ReasonForm) -> Response:
    thread = queries.thread_page(seen, thread_id)
    question = question_part(seen, thread_id) if thread.kind == "question" else None
    allowed = {
        "close": thread.can_close,
        "pin": thread.can_pin,
        "publish": thread.can_publish,
        "choice-lock": question is not None and question.can_lock_choice,
    }
    if not allowed.get(verb, thread.can_moderate):
        raise Forbidden
    if verb == "move":
        places = queries.categories_to_write_in(seen, thread.kind)
        form.offer([each for each in places if each.id != thread.category_id])
    asked = {
        "id": f"ask-{verb}-{thread_id}",
        "action": f"/threads/{thread_id}/{verb}",
        "verb": OF_THREADS.get(verb, MOVE),
        "needed": verb != "publish" and (verb != "close" or thread.author_id != seen.id),
    }
    return _show(form, asked, thread_id=thread_id, title=thread.title, back=thread.path)


def _ask_about_post(seen: Viewer, post_id: int, verb: str, form: ReasonForm) -> Response:
    place = queries.place_of(seen, post_id)
    found = shown(seen, place)
    if not (found.can_hide if verb == "hide" else found.can_delete):
        raise Forbidden
    asked = {
        "id": f"ask-{verb}-post-{post_id}",
        "action": f"/posts/{post_id}/{verb}",
        "verb": OF_POSTS[verb],
        "needed": verb == "hide" or found.author_id != seen.id,
    }
    return _show(form, asked, thread_id=place.thread_id, title=_("Back to the post"), back=address_of(place))


def _show(form: ReasonForm, asked: Mapping[str, object], **about: object) -> Response:
    load = partial(dict[str, Any], about, asked=asked, form=form)
    into = str(asked["id"]) if form.errors else ""
    return htmx.show("threads/ask.html", "threads/_ask.html", load, status=form.shown_status, into=into)
