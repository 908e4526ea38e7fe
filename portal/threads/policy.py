"""Who may see a thread, and who may do what in it. The same functions serve the button and the write."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from portal.core import clock
from portal.core.among import one_of
from portal.people.models import STAFF, Membership, Person
from portal.people.viewer import Viewer
from portal.threads.models import Category, CategoryGroup, Post, Thread, ThreadGroup


@dataclass(frozen=True, slots=True)
class ThreadState:
    """What the rules ask of a thread, for pages that have no row at hand."""

    kind: str
    author_id: int | None
    privacy: str = "none"
    first_reply_at: datetime | None = None
    closed_event_id: int | None = None
    locked_event_id: int | None = None
    hidden_event_id: int | None = None
    deleted_event_id: int | None = None


@dataclass(frozen=True, slots=True)
class PostState:
    """What the rules ask of a post, likewise."""

    author_id: int | None
    number: int | None
    hidden_event_id: int | None = None
    deleted_event_id: int | None = None


AnyThread = Thread | ThreadState
AnyPost = Post | PostState


# Who sees what


def categories(viewer: Viewer, of: Any = Category) -> ColumnElement[bool]:
    """Condition on Category, or an alias of it: this viewer may see it."""
    if viewer.is_staff:
        return true()
    if not viewer.is_signed_in:
        return of.visibility == "everyone"
    if not viewer.in_groups:
        return one_of(of.visibility, "everyone", "members")
    of_groups = select(CategoryGroup.category_id).where(CategoryGroup.group_id.in_(viewer.group_ids))
    return or_(
        one_of(of.visibility, "everyone", "members"),
        and_(of.visibility == "groups", of.id.in_(of_groups)),
    )


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on Thread: this viewer may see it. Every query that returns or counts threads has it."""
    if viewer.is_staff:
        return true()
    # Of each thread by itself, so that a list is read in its order: by IN, SQLite takes the threads of all categories
    # and sorts them.
    of = aliased(Category)
    category = exists().where(of.id == Thread.category_id, categories(viewer, of))
    where = [category, Thread.hidden_event_id.is_(None)]
    if not viewer.is_signed_in:
        where += [Thread.privacy == "none", Thread.deleted_event_id.is_(None)]
        return and_(*where)
    mine = Thread.author_id == viewer.id
    ours = false()
    if viewer.organisation_id is not None:
        ours = and_(Thread.privacy == "organisation", Thread.organisation_id == viewer.organisation_id)
    if viewer.in_groups:
        chosen = exists().where(ThreadGroup.thread_id == Thread.id, ThreadGroup.group_id.in_(viewer.group_ids))
        ours = or_(ours, and_(Thread.privacy == "groups", chosen))
    where += [or_(one_of(Thread.privacy, "none", "members"), mine, ours), or_(Thread.deleted_event_id.is_(None), mine)]
    return and_(*where)


def readers(thread: Thread, category: Category) -> ColumnElement[bool]:
    """Condition on Person: they may see this thread. `visible_to` the other way round; a test holds them together."""
    staff = Person.role.in_(STAFF)
    if thread.is_hidden:
        return staff
    mine = Person.id == thread.author_id
    rules: list[ColumnElement[bool]] = [_reads_category(category)]
    if thread.privacy == "organisation":
        rules.append(or_(mine, Person.organisation_id == thread.organisation_id))
    elif thread.privacy == "staff":
        rules.append(mine)
    elif thread.privacy == "groups":
        groups = select(ThreadGroup.group_id).where(ThreadGroup.thread_id == thread.id)
        rules.append(or_(mine, exists().where(Membership.person_id == Person.id, Membership.group_id.in_(groups))))
    if thread.is_deleted:
        rules.append(mine)
    return or_(staff, and_(*rules))


def _reads_category(category: Category) -> ColumnElement[bool]:
    if category.visibility == "groups":
        groups = select(CategoryGroup.group_id).where(CategoryGroup.category_id == category.id)
        return exists().where(Membership.person_id == Person.id, Membership.group_id.in_(groups))
    return true() if category.visibility in ("everyone", "members") else false()


def is_private(thread: AnyThread) -> bool:
    """Asked of staff alone, by its author; what only members or some groups may read was published to them."""
    return thread.kind in ("question", "discussion") and thread.privacy in ("staff", "organisation")


def is_public(thread: AnyThread, visibility: str) -> bool:
    """Visitors may see it: `visible_to` of a visitor, for a row at hand. `visibility`: of its category."""
    return visibility == "everyone" and thread.privacy == "none" and stands(thread)


def is_out() -> ColumnElement[bool]:
    """Condition on Thread: it is no draft of an announcement. Staff may see those, on a page of their own; lists and
    counts show what is out."""
    return or_(Thread.kind != "announcement", Thread.privacy != "staff")


def can_read(viewer: Viewer, post: AnyPost) -> bool:
    """The text of a post in a thread that they see: hidden ones are for staff, deleted ones for their author too."""
    if post.hidden_event_id is not None:
        return viewer.is_staff
    return post.deleted_event_id is None or viewer.is_staff or _is_me(viewer, post.author_id)


def readable(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on Post: `can_read` of it, and of the post that it is a comment on. Goes with `visible_to`."""
    if viewer.is_staff:
        return true()
    parent = aliased(Post)

    def gone(post: type[Post]) -> ColumnElement[bool]:
        others = post.author_id.is_distinct_from(viewer.id) if viewer.is_signed_in else true()
        return or_(post.hidden_event_id.is_not(None), and_(post.deleted_event_id.is_not(None), others))

    return and_(~gone(Post), ~exists().where(parent.id == Post.parent_id, gone(parent)))


def stands(thing: AnyPost | AnyThread) -> bool:
    """Neither hidden nor deleted."""
    return thing.hidden_event_id is None and thing.deleted_event_id is None


def standing_thread() -> ColumnElement[bool]:
    """Condition on Thread: it is neither hidden nor deleted. Lists, counts and letters show no others to anybody."""
    return and_(Thread.hidden_event_id.is_(None), Thread.deleted_event_id.is_(None))


def standing() -> ColumnElement[bool]:
    """Condition on Post: it stands, and so does the post that it is a comment on."""
    parent = aliased(Post)
    fallen = exists().where(
        parent.id == Post.parent_id, or_(parent.hidden_event_id.is_not(None), parent.deleted_event_id.is_not(None))
    )
    return and_(Post.hidden_event_id.is_(None), Post.deleted_event_id.is_(None), ~fallen)


# Who may write

NEW_FOR = timedelta(days=3)
UNCONFIRMED_POSTS = 3
"""Replies and comments under what others began, before the address is confirmed."""


def is_new(joined: datetime) -> bool:
    """Whether someone who joined then is a new member."""
    return clock.now() - joined < NEW_FOR


def why_no_reply(viewer: Viewer, thread: AnyThread) -> str:
    """What keeps this viewer from replying: '', 'deleted', 'draft', 'locked' or 'closed'.

    A visitor may press the button: it leads to signing in. Before they confirm their address people write a few times
    (UNCONFIRMED_POSTS; the write counts), so that whoever signed up in order to reply is not turned away."""
    if not stands(thread):
        return "deleted"
    if thread.kind == "announcement" and not _was_announced(thread):
        return "draft"  # what staff say to each other there would be published with it
    if viewer.is_staff:
        return ""
    if thread.locked_event_id is not None:
        return "locked"
    return "closed" if thread.closed_event_id is not None else ""


def can_reply(viewer: Viewer, thread: AnyThread) -> bool:
    return not why_no_reply(viewer, thread)


def can_comment(viewer: Viewer, post: AnyPost, thread: AnyThread) -> bool:
    """Under the opening post or a reply that stands."""
    return can_reply(viewer, thread) and post.number is not None and stands(post)


def can_start(viewer: Viewer, kind: str) -> bool:
    """Before they confirm their address people may begin one thread, a question (the write counts)."""
    return viewer.is_staff or viewer.is_confirmed or not viewer.is_signed_in or kind == "question"


def can_edit(viewer: Viewer, post: AnyPost, thread: AnyThread) -> bool:
    if not (stands(post) and stands(thread)):
        return False
    return viewer.is_moderator or (_is_me(viewer, post.author_id) and _open_to(viewer, thread))


def can_delete(viewer: Viewer, post: AnyPost, thread: AnyThread) -> bool:
    """The opening post goes with its thread: its author may not take away what others have answered."""
    if not (stands(post) and stands(thread)) or (post.number == 1 and _was_announced(thread)):
        return False
    if viewer.is_moderator:
        return True
    kept = post.number == 1 and thread.first_reply_at is not None
    return _is_me(viewer, post.author_id) and _open_to(viewer, thread) and not kept


def can_restore(viewer: Viewer, post: AnyPost, thread: AnyThread, *, deleted_by: int | None) -> bool:
    """Authors bring back what they deleted themselves; moderators anything. A post comes back after its thread has."""
    gone = thread if post.number == 1 else post
    if gone.deleted_event_id is None or gone.hidden_event_id is not None or (gone is post and not stands(thread)):
        return False
    mine = _is_me(viewer, gone.author_id) and _is_me(viewer, deleted_by)
    return viewer.is_moderator or (mine and _open_to(viewer, thread))


def can_vote(viewer: Viewer, post: AnyPost, thread: AnyThread) -> bool:
    """Say that a post is helpful; not one's own."""
    if not (stands(post) and stands(thread)) or _is_me(viewer, post.author_id):
        return False
    return _open_to(viewer, thread)


def can_watch(viewer: Viewer, thread: AnyThread) -> bool:
    return viewer.is_signed_in and stands(thread)


# Who may tend


def can_close(viewer: Viewer, thread: AnyThread, *, closed_by: int | None = None) -> bool:
    """Close, or open again: staff; and the author of a question, but not what staff closed."""
    if not stands(thread):
        return False
    if viewer.is_staff:
        return True
    own = thread.kind == "question" and _is_me(viewer, thread.author_id) and _open_to(viewer, thread)
    return own and (thread.closed_event_id is None or _is_me(viewer, closed_by))


def can_pin(viewer: Viewer) -> bool:
    return viewer.is_staff


def can_moderate(viewer: Viewer) -> bool:
    """Lock, hide, move, split, merge, and edit or delete what others wrote."""
    return viewer.is_moderator


def can_merge(viewer: Viewer, source: AnyThread, target: AnyThread) -> bool:
    """Not what is private, as that would show it to others, unless both are one author's and equally private."""
    if not (can_moderate(viewer) and stands(source) and stands(target)):
        return False
    talk = {source.kind, target.kind} <= {"question", "discussion"}
    alike = source.privacy == target.privacy
    return talk and alike and (source.privacy == "none" or source.author_id == target.author_id)


def can_split(viewer: Viewer, thread: AnyThread) -> bool:
    """A private thread stays whole: a part of it with another author would have other readers."""
    talk = thread.kind in ("question", "discussion")
    return can_moderate(viewer) and stands(thread) and talk and thread.privacy == "none"


def can_publish(viewer: Viewer, thread: AnyThread, *, consented: bool) -> bool:
    """Show a private thread to everyone: its author; staff only with the author's consent."""
    if not is_private(thread) or not stands(thread):
        return False
    return _is_me(viewer, thread.author_id) or (viewer.is_staff and consented)


def _is_me(viewer: Viewer, person_id: int | None) -> bool:
    return viewer.id is not None and viewer.id == person_id


def _was_announced(thread: AnyThread) -> bool:
    """People were told of it: it can be withdrawn, but never silently deleted."""
    return thread.kind == "announcement" and thread.privacy != "staff"


def _open_to(viewer: Viewer, thread: AnyThread) -> bool:
    """Not locked, or locked for others."""
    return thread.locked_event_id is None or viewer.is_staff
