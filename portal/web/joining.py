"""Two threads become one, or replies of one become a thread of their own: pages for moderators."""

import re
from functools import partial
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, SelectField, StringField

from portal.core.db import write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.markup import excerpt
from portal.people.viewer import Viewer
from portal.questions.queries import question_part, words
from portal.threads import actions, policy, queries
from portal.threads.queries import PostShown, ThreadPage
from portal.web import htmx
from portal.web.finishing import sign_in_first
from portal.web.forms import Boxes, Form, Needed, choices
from portal.web.viewing import viewer
from portal.web.written_forms import number

bp = Blueprint("joining", __name__)

needed = Needed()
_ID = re.compile(r"^\d{1,18}$|/(?:questions|discussions|t)/(\d{1,18})\b")


class MergeForm(Form):
    """`into`: the address of the thread that stays, or its number."""

    into = StringField(lazy_gettext("The conversation that stays"), [needed])
    keep = RadioField(lazy_gettext("The accepted answer that stays"), choices=[], validate_choice=False)
    reason = StringField(lazy_gettext("Reason"), [needed])

    def target(self) -> int:
        """The id that is meant. Raises Invalid for what is no address of a conversation."""
        typed = (self.into.data or "").strip()
        found = _ID.search(typed)
        if found is None:
            raise Invalid(fields={"into": _("Give the address of the conversation, or its number.")})
        return int(found[1] or typed)


class SplitForm(Form):
    posts = Boxes(lazy_gettext("Replies that leave"), choices=[], validate_choice=False)
    title = StringField(lazy_gettext("Title"), [needed])
    category = SelectField(lazy_gettext("Category"), [needed], validate_choice=False)
    reason = StringField(lazy_gettext("Reason"), [needed])
    page = HiddenField(default="1")


@bp.get("/threads/<int:thread_id>/merge")
@sign_in_first
def ask_to_merge(thread_id: int) -> Response:
    return _merge_page(viewer(), thread_id, MergeForm(None))


@bp.post("/threads/<int:thread_id>/merge")
@sign_in_first
def merge(thread_id: int) -> Response:
    """All posts go to the end of the other one, and this one's address leads there."""
    seen, form = viewer(), MergeForm()
    into = form.take(lambda: _merged(seen, thread_id, form))
    if into is None:
        return _merge_page(seen, thread_id, form)
    return htmx.go(queries.thread_place(seen, into))


@bp.get("/threads/<int:thread_id>/split")
@sign_in_first
def ask_to_split(thread_id: int) -> Response:
    return _split_page(viewer(), thread_id, SplitForm(None, data={"page": request.args.get("page", "1")}))


@bp.post("/threads/<int:thread_id>/split")
@sign_in_first
def split(thread_id: int) -> Response:
    """The chosen replies become a thread that the first of them opens."""
    seen, form = viewer(), SplitForm()
    made = form.take(lambda: write(actions.split, seen, thread_id, **_chosen(form)))
    if made is None:
        return _split_page(seen, thread_id, form)
    return htmx.go(queries.thread_place(seen, made))


def _merged(seen: Viewer, thread_id: int, form: MergeForm) -> int:
    into = form.target()
    try:
        queries.thread_place(seen, into)
    except NotFound:
        raise Invalid(fields={"into": _("There is no conversation there that you can see.")}) from None
    write(actions.merge, seen, thread_id, into=into, reason=form.reason.data or "", keep=number(form.keep.data) or None)
    return into


def _merge_page(seen: Viewer, thread_id: int, form: MergeForm) -> Response:
    thread = _to_tend(seen, thread_id)
    if "keep" in form.errors:
        form.keep.choices = choices(_accepted(seen, each) for each in (thread_id, form.target()))
    load = partial(dict[str, Any], thread=thread, form=form)
    return htmx.show("threads/merge.html", "threads/merge.html", load, status=form.shown_status)


def _accepted(seen: Viewer, thread_id: int) -> tuple[str, str]:
    """The accepted answer of a question, to choose by its words."""
    answer = question_part(seen, thread_id).accepted
    return (str(answer.post_id), f"{answer.author_name}: {excerpt(answer.excerpt, 120)}") if answer else ("", "")


def _split_page(seen: Viewer, thread_id: int, form: SplitForm) -> Response:
    thread = _to_tend(seen, thread_id, number(form.page.data) or 1)
    if not policy.can_split(seen, thread.state):
        raise Forbidden
    replies = [post for post in thread.posts if post.number > 1 and not post.deleted and not post.hidden]
    form.posts.choices = choices((str(post.id), _said(post)) for post in replies)
    offered = queries.categories_to_write_in(seen, thread.kind)
    form.category.choices = choices((str(each.id), each.name) for each in offered)
    if not form.category.data:
        form.category.data = str(thread.category_id)
    load = partial(dict[str, Any], thread=thread, form=form)
    return htmx.show("threads/split.html", "threads/split.html", load, status=form.shown_status)


def _said(post: PostShown) -> str:
    return f"#{post.number} {post.author_name}: {excerpt(words(post.html[:1_000]), 120)}"


def _chosen(form: SplitForm) -> dict[str, Any]:
    return {
        "post_ids": form.posts.ids,
        "title": form.title.data or "",
        "category_id": number(form.category.data),
        "reason": form.reason.data or "",
    }


def _to_tend(seen: Viewer, thread_id: int, page: int = 1) -> ThreadPage:
    """Raises Forbidden for who may see it and not moderate."""
    thread = queries.thread_page(seen, thread_id, page)
    if not thread.can_moderate:
        raise Forbidden
    return thread
