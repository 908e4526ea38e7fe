"""Change what a post says. How it was is kept, but for what its author puts right at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm.attributes import set_committed_value

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.core.markup import RENDERER
from portal.core.text import one_line, slug_of
from portal.events.actions import record
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.actions.bodies import Body, read_body, read_comment, record_mentions
from portal.threads.actions.drafts import discard_draft
from portal.threads.actions.posting import post_key
from portal.threads.actions.reasons import said
from portal.threads.actions.starting import check_title
from portal.threads.actions.tagging import put_tags, read_tags
from portal.threads.models import FormPlace, Post, PostRevision, PostVote, Thread
from portal.threads.policy import can_edit
from portal.threads.queries.doors import get_visible_post
from portal.threads.queries.texts import editing_of, tags_of

GRACE = timedelta(minutes=5)
"""How long the author may put a post right without a trace, if nobody wrote or voted meanwhile."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a post is to become. Title and tags only of an opening post."""

    body: Body
    title: str
    tags: tuple[str, ...]


def edit_post(
    viewer: Viewer,
    post_id: int,
    *,
    body: str,
    title: str | None = None,
    tags: Sequence[str] | None = None,
    revision: int,
    reason: str = "",
) -> int:
    """Change a post; returns its id. `revision` is the one that the editor began from.

    Raises Conflict with both texts (`typed`, and `now`: an Editing) where someone else changed it meanwhile."""
    post = get_visible_post(viewer, post_id, for_update=True)
    thread: Thread = post.thread
    if not can_edit(viewer, post, thread):
        raise Forbidden
    before = tags_of(thread.id) if post.is_opening else ()
    wanted = _read(viewer, post, body=body, title=title, tags=tags, before=before)
    if (wanted.body.source, wanted.title, set(wanted.tags)) == (post.source, thread.title, set(before)):
        discard_draft(viewer, FormPlace("edit", post_id))
        return post.id
    if post.revision != revision:
        typed = {"body": body, "title": title or "", "tags": " ".join(tags or ())}
        raise Conflict(_("Someone else changed this meanwhile."), typed=typed, now=editing_of(post))
    reason = said(reason)
    if not _within_grace(viewer, post):
        _keep(post, before)
        post.edited_at, post.edited_by_id, post.edit_reason = clock.now(), viewer.id, reason
    _write(viewer, thread, post, wanted)
    unreached = record_mentions(thread, post, wanted.body)
    discard_draft(viewer, FormPlace("edit", post_id))
    _tell(viewer, post, reason=reason, unreached=unreached, calls=bool(wanted.body.mentions))
    return post.id


def rewrite(viewer: Viewer, thread: Thread, post: Post, *, title: str, body: str, reason: str) -> None:
    """Change an opening post for someone whose right to was looked at elsewhere, in a thread that is held. How it was
    is kept. Raises Invalid."""
    before = tags_of(thread.id)
    set_committed_value(post, "thread", thread)
    wanted = _read(viewer, post, body=body, title=title, tags=None, before=before)
    if (wanted.body.source, wanted.title) == (post.source, thread.title):
        return
    _keep(post, before)
    post.edited_at, post.edited_by_id, post.edit_reason = clock.now(), viewer.id, reason
    _write(viewer, thread, post, wanted)
    unreached = record_mentions(thread, post, wanted.body)
    _tell(viewer, post, reason=reason, unreached=unreached, calls=bool(wanted.body.mentions))


def _tell(viewer: Viewer, post: Post, *, reason: str, unreached: list[str], calls: bool) -> None:
    record(
        "post.edited",
        actor_id=viewer.id,
        thread_id=post.thread_id,
        post_id=post.id,
        reason=reason,
        logged=viewer.id != post.author_id,
        due_at=clock.now() if calls else None,
        revision=post.revision,
        unreached=unreached,
    )


def _read(
    viewer: Viewer,
    post: Post,
    *,
    body: str,
    title: str | None,
    tags: Sequence[str] | None,
    before: tuple[str, ...],
) -> Wanted:
    thread: Thread = post.thread
    fields: dict[str, object] = {}
    new_title, new_tags, text = thread.title, before, None
    try:
        read = read_comment if post.is_comment else read_body
        text = read(viewer, body, post_key=post_key(thread.id, post.activity))
    except Invalid as error:
        fields |= error.fields
    if post.is_opening and title is not None:
        try:
            new_title = check_title(title)
        except Invalid as error:
            fields |= error.fields
    if post.is_opening and tags is not None:
        try:
            new_tags = read_tags(viewer, tags)
        except Invalid as error:
            fields |= error.fields
    if fields or text is None:
        raise Invalid(fields=fields)
    return Wanted(text, new_title, new_tags)


def _within_grace(viewer: Viewer, post: Post) -> bool:
    """Its author, at once, before anyone answered, voted or chose it."""
    if viewer.id != post.author_id or post.edited_at is not None or clock.now() - post.created_at > GRACE:
        return False
    thread: Thread = post.thread
    if post.id in (thread.accepted_post_id, thread.verified_post_id):
        return False
    voted = exists().where(PostVote.post_id == post.id)
    answered = exists().where(
        Post.thread_id == post.thread_id, Post.activity > post.activity, Post.author_id.is_distinct_from(viewer.id)
    )
    return not db.session.scalar(select(voted | answered))


def _keep(post: Post, tags: tuple[str, ...]) -> None:
    """The post as it is becomes a revision."""
    edited = post.edited_at is not None
    db.session.add(
        PostRevision(
            post_id=post.id,
            revision=post.revision,
            title=post.thread.title if post.is_opening else None,
            tags=" ".join(tags) if post.is_opening else None,
            source=post.source,
            by_id=post.edited_by_id if edited else post.author_id,
            by_name="" if edited else post.author_name,
            at=post.edited_at or post.created_at,
            reason=post.edit_reason,
        )
    )


def _write(viewer: Viewer, thread: Thread, post: Post, wanted: Wanted) -> None:
    post.source, post.html, post.renderer = wanted.body.source, wanted.body.html, RENDERER
    post.revision = post.revision + 1
    if post.is_opening:
        if wanted.title != thread.title:
            thread.title = one_line(wanted.title)
            thread.slug = slug_of(wanted.title, otherwise=thread.kind)
        put_tags(thread, wanted.tags)
    db.session.flush()
    for hook in hooks.text_written:
        hook(viewer, thread, post)
