"""What people write: beginning a thread, replying, quoting, commenting."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask_babel import gettext as _

from portal.core.db import write
from portal.core.errors import Conflict, Forbidden
from portal.people.viewer import Viewer
from portal.search.actions.counting import count_suggestion
from portal.search.queries.similar import Similar
from portal.threads import actions, queries
from portal.threads.models import FormPlace
from portal.web import htmx, suggesting, telling
from portal.web.conversations import FACTS, address_of, conversation, one_post, reading_on
from portal.web.counting import count
from portal.web.finishing import sign_in_first
from portal.web.viewing import here, lead_to_sign_in, viewer
from portal.web.written_forms import CommentForm, ReplyForm, ThreadForm

bp = Blueprint("writing", __name__)


@bp.get("/<any(questions,discussions,ideas):place>/new")
def new(place: str) -> Response:
    """The form to begin a thread. A visitor may fill it in, and signs in when it is sent."""
    kind, seen = place.removesuffix("s"), viewer()
    draft = queries.draft_of(seen, FormPlace(kind))
    asked = {name: request.args.get(name, "")[:200] for name in ("title", "privacy", "category", "searched")}
    begun = {"language": seen.language} | {name: value for name, value in asked.items() if value}
    if draft:  # what someone has written is not written over
        begun |= {name: value for name, value in draft.fields.items() if value or name not in begun}
        begun["category"] = asked["category"] or begun.get("category", "")
    return _new(ThreadForm(None, data=begun), seen, kind, draft=draft)


def _first_see(place: str, *, found: tuple[Similar, ...]) -> Response:
    """The form again, with threads like it."""
    form, kind = ThreadForm(), place.removesuffix("s")
    form.suggested.data = "shown"
    count(count_suggestion, kind, "shown")
    return _new(form, viewer(), kind, similar=found)


@bp.post("/<any(questions,discussions,ideas):place>/new")
@suggesting.seen_first(_first_see)
@sign_in_first
def begin(place: str) -> Response:
    """Begin it."""
    kind, seen, form = place.removesuffix("s"), viewer(), ThreadForm()
    thread_id = form.take(lambda: write(actions.start_thread, seen, kind=kind, **form.given()))
    if thread_id is None:
        return _new(form, seen, kind)
    suggesting.posted(form, kind)
    flash(telling.of_thread(seen, kind, thread_id), "good")
    return htmx.go(queries.thread_place(seen, thread_id))


def _new(form: ThreadForm, seen: Viewer, kind: str, **more: Any) -> Response:
    places = queries.categories_to_write_in(seen, kind)
    if not places and not seen.is_signed_in:
        return lead_to_sign_in(next=here())  # there may be some for members
    form.offer(places, seen)
    page = render_template("threads/new.html", form=form, kind=kind, current=f"{kind}s", **more)
    return make_response(page, form.shown_status)


@bp.post("/threads/<int:thread_id>/replies")
@sign_in_first
def reply(thread_id: int) -> Response:
    """Reply in a thread."""
    seen, form = viewer(), ReplyForm()
    post_id = form.take(lambda: write(actions.reply, seen, thread_id, **form.given()))
    return _not_replied(seen, thread_id, form) if post_id is None else _replied(seen, thread_id, post_id)


def _replied(seen: Viewer, thread_id: int, post_id: int) -> Response:
    place = queries.place_of(seen, post_id)
    said = telling.of_reply(seen, post_id)
    if place.thread_id != thread_id:
        flash(telling.of_merged(said), "posted")
        return htmx.go(address_of(place))
    if not htmx.is_htmx():
        flash(said, "posted")
    new = {"form": ReplyForm(None), "posted": said, "focus": post_id}
    load = partial(reading_on, seen, thread_id, place.page, **new)
    return htmx.answer(
        address_of(place), "threads/_thread.html", load, beside=["threads/_reply.html", FACTS], push=True
    )


def _not_replied(seen: Viewer, thread_id: int, form: ReplyForm) -> Response:
    into = queries.merged_into(thread_id)
    if htmx.is_htmx() and (into or isinstance(form.trouble, Forbidden)):
        # The page stays as it is, and with it what was typed.
        raise form.trouble or Conflict(_("It was merged meanwhile. Copy what you typed, then reload the page."))
    page = 1 if into else request.args.get("page", 1, int)
    load = partial(conversation, seen, into or thread_id, page, form=form)
    return htmx.show("threads/show.html", "threads/_reply.html", load, status=form.status, into="reply")


def reply_form(thread_id: int) -> Response:
    """The form to reply, as it is without a draft."""
    load = partial(conversation, viewer(), thread_id, htmx.page_shown(), form=ReplyForm(None), focus="reply")
    return htmx.show("threads/show.html", "threads/_reply.html", load)


@bp.post("/posts/<int:post_id>/quote")
@sign_in_first
def quote(post_id: int) -> Response:
    """The form to reply, with what was typed in it so far and the quote: of what was `selected`, or of all of it."""
    seen = viewer()
    thread_id, quoted = queries.quotation(seen, post_id, selected=request.form.get("selected", ""))
    form = ReplyForm()
    typed = (form.body.data or "").rstrip()
    form.body.data = f"{typed}\n\n{quoted}" if typed else quoted
    page = queries.place_of(seen, post_id).page
    load = partial(conversation, seen, thread_id, page, form=form, focus="reply")
    return htmx.show("threads/show.html", "threads/_reply.html", load)


@bp.get("/posts/<int:post_id>/comment")
@sign_in_first
def comment_form(post_id: int) -> Response:
    """The form to comment on a post."""
    seen = viewer()
    draft = queries.draft_of(seen, FormPlace("comment", post_id))
    form = CommentForm(None, data={"body": draft.fields.get("body", "")} if draft else None)
    return _commenting(seen, post_id, form, draft=draft)


@bp.post("/posts/<int:post_id>/comments")
@sign_in_first
def comment(post_id: int) -> Response:
    """Comment on a post."""
    seen, form = viewer(), CommentForm()
    comment_id = form.take(lambda: write(actions.comment, seen, post_id, **form.given()))
    if comment_id is None:
        return _commenting(seen, post_id, form)
    place, said = queries.place_of(seen, comment_id), telling.of_comment(seen, comment_id)
    if not htmx.is_htmx():
        flash(said, "good")
    load = partial(one_post, seen, place, focus=comment_id, said=said)
    return htmx.answer(address_of(place), "threads/_post.html", load)


def _commenting(seen: Viewer, post_id: int, form: CommentForm, **more: Any) -> Response:
    place = queries.place_of(seen, post_id)
    if not one_post(seen, place)["post"].can_comment:
        raise form.trouble or Forbidden
    load = partial(dict[str, Any], form=form.of(post_id), post_id=post_id, **more)
    into = f"comment-{post_id}" if form.errors else ""
    return htmx.show("threads/comment.html", "threads/_comment.html", load, status=form.shown_status, into=into)
