"""Write an announcement: until it is published, staff alone see it."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select

from portal.announcements.actions.holding import refuse_published
from portal.announcements.actions.items import ItemTyped, put_items, read_items
from portal.announcements.actions.places import make_home
from portal.announcements.models import AUDIENCES, Announcement, AnnouncementGroup
from portal.announcements.policy import can_announce, can_draft
from portal.announcements.queries.doors import get_announcement
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.core.markup import RENDERER
from portal.core.places import LANGUAGES
from portal.core.text import one_line, slug_of
from portal.events.actions import record
from portal.people.models import Group
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.actions.bodies import read_body, record_mentions
from portal.threads.actions.posting import add_post, change, post_key
from portal.threads.actions.sent_forms import digest_of, made_by, one_at_a_time, remember
from portal.threads.actions.starting import check_title
from portal.threads.actions.tagging import put_tags, read_tags
from portal.threads.actions.watching import watch_because
from portal.threads.models import Post, Thread, ThreadGroup
from portal.threads.queries.doors import get_visible


@dataclass(frozen=True, slots=True)
class Written:
    """What the form says. `publish_at` None: as soon as it is published."""

    title: str
    body: str
    tags: tuple[str, ...] = ()
    language: str = ""
    audience: str = "everyone"
    group_ids: tuple[int, ...] = ()
    publish_at: datetime | None = None
    items: tuple[ItemTyped, ...] = field(default_factory=tuple[ItemTyped, ...])


def draft(viewer: Viewer, written: Written, *, form_key: str = "") -> int:
    """Begin an announcement; returns its id. Raises Forbidden, Conflict, Invalid with all that cannot be taken."""
    if not can_announce(viewer):
        raise Forbidden
    one_at_a_time(viewer)
    digest = digest_of("announce", *astuple(written))
    old = made_by(viewer, form_key, digest, typed={"title": written.title, "body": written.body})
    if old is not None:
        return db.session.scalars(select(Post.thread_id).where(Post.id == old)).one()
    items = _check(viewer, written)
    thread = _begin(viewer, written)
    text = read_body(viewer, written.body, post_key=post_key(thread.id, 1))
    put_tags(thread, read_tags(viewer, written.tags))
    post = add_post(viewer, thread, text, thread.created_at, number=1)
    assert viewer.id is not None
    watch_because(viewer.id, thread, "started")
    db.session.add(Announcement(thread_id=thread.id, audience=written.audience, publish_at=written.publish_at))
    db.session.flush()
    _put_groups(thread.id, written)
    put_items(thread.id, items)
    remember(viewer, form_key, digest, post.id)
    return thread.id


def change_draft(viewer: Viewer, announcement_id: int, written: Written, *, revision: int) -> int:
    """Change one that nobody was told of; one that is scheduled, or waits, is a draft again. Returns its id.

    `revision`: what the editor began from. Raises Conflict where someone else changed it meanwhile, or it went out."""
    thread = get_visible(viewer, announcement_id, for_update=True)
    announcement = get_announcement(thread)
    refuse_published(viewer, announcement.state)
    post = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()
    if post.revision != revision:
        raise Conflict(_("Someone else changed this meanwhile. What you typed is below; save it to replace theirs."))
    items = _check(viewer, written)
    _write(viewer, thread, post, written)
    announcement.state, announcement.published_by_id = "draft", None
    announcement.audience, announcement.publish_at = written.audience, written.publish_at
    _put_groups(thread.id, written)
    put_items(thread.id, items)
    record("announcement.changed", actor_id=viewer.id, thread_id=thread.id)
    return thread.id


def discard(viewer: Viewer, announcement_id: int) -> None:
    """Throw a draft away. What people were told of stays, and can only be withdrawn."""
    thread = get_visible(viewer, announcement_id, for_update=True)
    if not can_draft(viewer, get_announcement(thread).state):
        raise Forbidden(_("People have been told of this: it can be withdrawn, but not deleted."))
    event = record("thread.deleted", actor_id=viewer.id, thread_id=thread.id, logged=viewer.id != thread.author_id)
    change(thread, {Thread.deleted_event_id: event.id})
    hooks.changed(thread)


def _check(viewer: Viewer, written: Written) -> list[dict[str, object]]:
    """The columns of the items. Every field is looked at, so that the form shows all that is wrong with it at once."""
    fields: dict[str, object] = {}
    items: list[dict[str, object]] = []
    try:
        check_title(written.title)
    except Invalid as error:
        fields |= error.fields
    try:
        read_body(viewer, written.body, post_key="p")
    except Invalid as error:
        fields |= error.fields
    try:
        read_tags(viewer, written.tags)
    except Invalid as error:
        fields |= error.fields
    try:
        items = read_items(viewer, written.items)
    except Invalid as error:
        fields |= error.fields
    if written.audience not in AUDIENCES:
        fields["audience"] = _("Choose who may read it.")
    elif written.audience == "groups" and not _known(written.group_ids):
        fields["groups"] = _("Choose at least one group.")
    if written.language and written.language not in LANGUAGES:
        fields["language"] = _("Choose a language.")
    if fields:
        raise Invalid(fields=fields)
    return items


def _begin(viewer: Viewer, written: Written) -> Thread:
    at, title = clock.now(), one_line(written.title)
    thread = Thread(
        kind="announcement",
        category_id=make_home(),
        author_id=viewer.id,
        title=title,
        slug=slug_of(title, otherwise="announcement"),
        language=written.language or viewer.language or "en",
        privacy="staff",
        created_at=at,
        last_activity_at=at,
        last_poster_id=viewer.id,
    )
    db.session.add(thread)
    db.session.flush()
    return get_visible(viewer, thread.id)


def _write(viewer: Viewer, thread: Thread, post: Post, written: Written) -> None:
    """No earlier version is kept: nobody but staff has seen it."""
    text = read_body(viewer, written.body, post_key=post_key(thread.id, post.activity))
    post.source, post.html, post.renderer = text.source, text.html, RENDERER
    post.revision = post.revision + 1
    thread.title = one_line(written.title)
    thread.slug = slug_of(thread.title, otherwise="announcement")
    thread.language = written.language or thread.language
    put_tags(thread, read_tags(viewer, written.tags))
    db.session.flush()
    record_mentions(thread, post, text)
    for hook in hooks.text_written:
        hook(viewer, thread, post)


def _put_groups(announcement_id: int, written: Written) -> None:
    """Of the thread too: they mean nothing until it is published, and say who would be told."""
    db.session.execute(delete(AnnouncementGroup).where(AnnouncementGroup.announcement_id == announcement_id))
    db.session.execute(delete(ThreadGroup).where(ThreadGroup.thread_id == announcement_id))
    if written.audience == "groups":
        for id_ in _known(written.group_ids):
            db.session.add(AnnouncementGroup(announcement_id=announcement_id, group_id=id_))
            db.session.add(ThreadGroup(thread_id=announcement_id, group_id=id_))
    db.session.flush()


def _known(group_ids: Sequence[int]) -> list[int]:
    return list(db.session.scalars(select(Group.id).where(Group.id.in_(group_ids)).order_by(Group.id)))
