"""The source of a post: to edit it, quote it, look at how it was, or see how it will be."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from portal.core import markup
from portal.core.db import ask, db, param
from portal.core.errors import Forbidden, Invalid
from portal.core.text import storable
from portal.events.models import Event
from portal.people.models import Person
from portal.people.queries import mentioned
from portal.people.viewer import Viewer
from portal.threads.models import Post, PostRevision, Tag, Thread, ThreadTag, Watch
from portal.threads.policy import can_edit
from portal.threads.queries.doors import get_visible_post
from portal.threads.queries.publishing import published_at


@dataclass(frozen=True, slots=True)
class Editing:
    """What the form for a post begins with."""

    post_id: int
    thread_id: int
    kind: str
    path: str
    thread_title: str
    number: int | None
    is_opening: bool
    is_comment: bool
    title: str
    tags: tuple[str, ...]
    """Title and tags are those of the thread, and empty unless it is the opening post."""
    source: str
    revision: int


@dataclass(frozen=True, slots=True)
class Version:
    """A post as it was, or is: who made it so, when, and why."""

    revision: int
    at: datetime
    by_name: str
    by_username: str
    reason: str
    title: str
    tags: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class History:
    """The versions of a post, oldest first; the last one is how it is now."""

    post_id: int
    path: str
    thread_title: str
    number: int | None
    versions: tuple[Version, ...]


def tags_of(thread_id: int) -> tuple[str, ...]:
    """The names of a thread's tags, in order."""
    query = select(Tag.name).join(ThreadTag, ThreadTag.tag_id == Tag.id).where(ThreadTag.thread_id == thread_id)
    return tuple(db.session.scalars(query.order_by(Tag.name)))


def editing(viewer: Viewer, post_id: int) -> Editing:
    """What they would edit. Raises NotFound, and Forbidden where it is not theirs to edit."""
    post = get_visible_post(viewer, post_id)
    if not can_edit(viewer, post, post.thread):
        raise Forbidden
    return editing_of(post)


def editing_of(post: Post) -> Editing:
    """The same for a post that is loaded with its thread."""
    thread: Thread = post.thread
    return Editing(
        post_id=post.id,
        thread_id=thread.id,
        kind=thread.kind,
        path=thread.path,
        thread_title=thread.title,
        number=post.number,
        is_opening=post.is_opening,
        is_comment=post.is_comment,
        title=thread.title if post.is_opening else "",
        tags=tags_of(thread.id) if post.is_opening else (),
        source=post.source,
        revision=post.revision,
    )


def quotation(viewer: Viewer, post_id: int, *, selected: str = "") -> tuple[int, str]:
    """The thread, and Markdown that quotes the post, or what was selected in it, with a link back.

    Raises NotFound, for what is gone too."""
    post = get_visible_post(viewer, post_id)
    name = db.session.execute(select(Person.name, Person.username).where(Person.id == post.author_id)).first()
    shown = (name.name or name.username or "") if name else post.author_name
    return post.thread_id, markup.quote(storable(selected).strip() or post.source, name=shown or "…", post_id=post.id)


def preview(viewer: Viewer, body: str) -> str:
    """The HTML that a post would have. Raises Invalid."""
    try:
        return markup.render(body, post_key="preview", people=mentioned).html
    except markup.TooMuch as error:
        raise Invalid(fields={"body": error.args[0]}) from None


@dataclass(frozen=True, slots=True)
class Sequel:
    """What comes after someone wrote something. `unreached`: those whom it mentions, as it was written last, and who
    were not told; it does not say why. `follows`: they hear what becomes of the thread."""

    unreached: tuple[str, ...] = ()
    follows: bool = False


def sequel(viewer: Viewer, post_id: int) -> Sequel:
    """Of a post or a comment of this viewer's own; of those of others nothing is said."""
    row = ask(_LAST_WRITTEN, {"post": post_id, "actor": viewer.id}).first()
    return Sequel(tuple(row.data.get("unreached", ())), row.level in ("watch", "follow")) if row else Sequel()


_LAST_WRITTEN = (
    select(Event.data, Watch.level)
    .join(Post, Post.id == Event.post_id)
    .outerjoin(Watch, and_(Watch.thread_id == Event.thread_id, Watch.person_id == Event.actor_id))
    .where(
        Event.thread_id == Post.thread_id,
        Event.post_id == param("post"),
        Event.actor_id == param("actor"),
        Event.kind.in_(("thread.started", "post.written", "post.edited")),
    )
    .order_by(Event.id.desc())
    .limit(1)
)


def history(viewer: Viewer, post_id: int) -> History:
    """How the post came to be what it is. Raises NotFound where they may not read the post as it is."""
    post = get_visible_post(viewer, post_id)
    thread: Thread = post.thread
    opening = post.is_opening
    rows: list[Any] = [*db.session.execute(_revisions(post_id))]
    versions = [
        Version(
            revision=row.revision,
            at=row.at,
            by_name=row.name or row.username or row.by_name,
            by_username=row.username or "",
            reason=row.reason,
            title=(row.title or "") if opening else "",
            tags=tuple((row.tags or "").split()) if opening else (),
            source=row.source,
        )
        for row in rows
    ]
    versions.append(_present(post, thread))
    return History(post.id, thread.path, thread.title, post.number, tuple(_told(viewer, post, versions)))


def _revisions(post_id: int) -> Any:
    return (
        select(
            PostRevision.revision,
            PostRevision.at,
            PostRevision.by_name,
            PostRevision.reason,
            PostRevision.title,
            PostRevision.tags,
            PostRevision.source,
            Person.name,
            Person.username,
        )
        .outerjoin(Person, Person.id == PostRevision.by_id)
        .where(PostRevision.post_id == post_id)
        .order_by(PostRevision.revision)
    )


def _present(post: Post, thread: Thread) -> Version:
    edited = post.edited_at is not None
    person = db.session.execute(
        select(Person.name, Person.username).where(Person.id == (post.edited_by_id if edited else post.author_id))
    ).first()
    return Version(
        revision=post.revision,
        at=post.edited_at or post.created_at,
        by_name=(person.name or person.username or "") if person else ("" if edited else post.author_name),
        by_username=(person.username or "") if person else "",
        reason=post.edit_reason,
        title=thread.title if post.is_opening else "",
        tags=tags_of(thread.id) if post.is_opening else (),
        source=post.source,
    )


def _told(viewer: Viewer, post: Post, versions: list[Version]) -> list[Version]:
    """What a post said while its thread was private stays with those who could read it then."""
    if viewer.is_staff or viewer.id == post.author_id:
        return versions
    since = published_at(post.thread_id)
    if since is None:
        return versions
    return [
        version for version, later in zip(versions, [*versions[1:], None], strict=True) if not later or later.at > since
    ]
