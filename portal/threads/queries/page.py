"""A thread and one page of its posts, in a fixed number of statements whatever it holds."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import and_, exists, null, or_, select

from portal.core.among import among
from portal.core.db import ask, param
from portal.core.errors import NotFound
from portal.people.models import Organisation, Person
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads import policy
from portal.threads.models import Category, Post, PostVote, ReadMark, Thread, ThreadLink, Watch, path_of
from portal.threads.policy import ThreadState, standing_thread, visible_to
from portal.threads.queries.doors import POSTS_PER_PAGE, page_of
from portal.threads.queries.lists import TAG_NAMES, split_tags
from portal.threads.queries.publishing import publishing
from portal.threads.queries.showing import Showing, author_of
from portal.threads.queries.shown import LinkShown, PostShown, State, ThreadPage
from portal.threads.queries.states import states

STATES = ("closed_event_id", "locked_event_id", "pinned_event_id", "hidden_event_id", "deleted_event_id")
_POST = (
    Post.id,
    Post.number,
    Post.parent_id,
    Post.author_id,
    Post.author_name,
    Post.html,
    Post.is_wiki,
    Post.created_at,
    Post.edited_at,
    Post.revision,
    Post.helpful,
    Post.imported_votes,
    Post.hidden_event_id,
    Post.deleted_event_id,
)
_AUTHOR = (
    Person.name.label("person_name"),
    Person.username,
    Person.role,
    Person.shows_organisation,
    Person.avatar,
    Organisation.name.label("organisation"),
)


def thread_page(viewer: Viewer, thread_id: int, page: int = 1) -> ThreadPage:
    """What the page shows. Raises NotFound, for a page beyond the last too."""
    row = _thread(viewer, thread_id)
    last_page = page_of(row.last_number) if row else 0
    if row is None or not 1 <= page <= last_page:
        raise NotFound
    first = (page - 1) * POSTS_PER_PAGE + 1
    who, values = stand_in(viewer), particulars(viewer)
    numbers = {"thread": thread_id, "first": first, "last": first + POSTS_PER_PAGE - 1}
    posts: Sequence[Any] = ask(_of_page(who), values | numbers).all()
    # Of what is written in a thread only comments take a place in its activity, and no number.
    ids = [post.id for post in posts] if row.activity != row.last_number else []
    comments: Sequence[Any] = ask(_comments(who), values | {"posts": ids}).all() if ids else []
    gone = [id for post in (*posts, *comments) for id in (post.hidden_event_id, post.deleted_event_id)]
    told = states([*(getattr(row, name) for name in STATES), *gone])
    thread = state_of(row)
    showing = Showing(viewer, thread, told)
    under: dict[int, list[Any]] = {}
    for comment in comments:
        under.setdefault(comment.parent_id, []).append(comment)
    shown = tuple(showing.post(post, under.get(post.id, ())) for post in posts)
    return _page(viewer, row, thread, told, shown, page=page, last_page=last_page)


def state_of(row: Any) -> ThreadState:
    """What the rules ask of a thread, from a row that has these columns."""
    return ThreadState(
        kind=row.kind,
        author_id=row.author_id,
        privacy=row.privacy,
        first_reply_at=row.first_reply_at,
        closed_event_id=row.closed_event_id,
        locked_event_id=row.locked_event_id,
        hidden_event_id=row.hidden_event_id,
        deleted_event_id=row.deleted_event_id,
    )


def _thread(viewer: Viewer, thread_id: int) -> Any:
    return ask(_one(stand_in(viewer)), particulars(viewer) | {"thread": thread_id}).first()


@cache
def _one(viewer: Viewer) -> Any:
    mine = and_(Watch.thread_id == Thread.id, Watch.person_id == viewer.id)
    read = and_(ReadMark.thread_id == Thread.id, ReadMark.person_id == viewer.id)
    query: Any = (
        select(
            *Thread.__table__.c,
            Category.name.label("category_name"),
            Category.slug.label("category_slug"),
            Category.colour.label("category_colour"),
            Category.visibility,
            *_AUTHOR,
            (Watch.level if viewer.is_signed_in else null()).label("level"),
            (ReadMark.activity if viewer.is_signed_in else null()).label("read_to"),
            TAG_NAMES.label("tag_names"),
            exists().where(or_(ThreadLink.from_id == Thread.id, ThreadLink.to_id == Thread.id)).label("is_linked"),
        )
        .join(Category, Category.id == Thread.category_id)
        .outerjoin(Person, Person.id == Thread.author_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(Thread.id == param("thread"), visible_to(viewer))
    )
    return query.outerjoin(Watch, mine).outerjoin(ReadMark, read) if viewer.is_signed_in else query


def _written(viewer: Viewer) -> Any:
    """Posts with their authors, and whether this viewer found each helpful."""
    query: Any = (
        select(*_POST, *_AUTHOR, (PostVote.person_id if viewer.is_signed_in else null()).label("my_vote"))
        .select_from(Post)
        .outerjoin(Person, Person.id == Post.author_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .order_by(Post.number, Post.id)
    )
    mine = and_(PostVote.post_id == Post.id, PostVote.person_id == viewer.id)
    return query.outerjoin(PostVote, mine) if viewer.is_signed_in else query


@cache
def _of_page(viewer: Viewer) -> Any:
    numbers = Post.number.between(param("first"), param("last"))
    return _written(viewer).where(Post.thread_id == param("thread"), numbers)


@cache
def _comments(viewer: Viewer) -> Any:
    return _written(viewer).where(among(Post.parent_id, "posts"))


def links(viewer: Viewer, thread_id: int) -> tuple[LinkShown, ...]:
    """The threads that this one is linked with, either way, of those that this viewer may see."""
    found: dict[int, LinkShown] = {}
    for row in ask(_linked(stand_in(viewer)), particulars(viewer) | {"thread": thread_id}):
        # One that is a duplicate, and linked as well, is shown once: "duplicate" comes first.
        shown = LinkShown(row.kind, row.to_id == thread_id, path_of(row.of, row.id, row.slug), row.title)
        found.setdefault(row.id, shown)
    return tuple(found.values())


@cache
def _linked(viewer: Viewer) -> Any:
    here = param("thread")
    other = or_(
        and_(ThreadLink.from_id == here, Thread.id == ThreadLink.to_id),
        and_(ThreadLink.to_id == here, Thread.id == ThreadLink.from_id),
    )
    return (
        select(ThreadLink.kind, ThreadLink.to_id, Thread.id, Thread.kind.label("of"), Thread.slug, Thread.title)
        .join(Thread, other)
        .where(or_(ThreadLink.from_id == here, ThreadLink.to_id == here), visible_to(viewer))
        .where(standing_thread())
        .order_by(ThreadLink.kind, Thread.id)
    )


_AS_THEY_ARE = (
    *("kind", "title", "language", "privacy", "category_name", "category_slug", "category_colour"),
    *("created_at", "last_activity_at", "activity", "views", "replies", "helpful"),
    *("accepted_post_id", "verified_post_id"),
)


def _page(
    viewer: Viewer,
    row: Any,
    thread: ThreadState,
    told: dict[int, State],
    posts: tuple[PostShown, ...],
    *,
    page: int,
    last_page: int,
) -> ThreadPage:
    closed, deleted = told.get(row.closed_event_id or 0), told.get(row.deleted_event_id or 0)
    return ThreadPage(
        id=row.id,
        path=path_of(row.kind, row.id, row.slug),
        category_id=row.category_id,
        tags=split_tags(row.tag_names),
        author=author_of(viewer, row),
        read_to=row.read_to or 0,
        watch=(row.level or "none") if viewer.is_signed_in else "",
        closed=closed,
        locked=told.get(row.locked_event_id or 0),
        pinned=told.get(row.pinned_event_id or 0),
        hidden=told.get(row.hidden_event_id or 0),
        deleted=deleted,
        page=page,
        last_page=last_page,
        posts=posts,
        links=links(viewer, row.id) if row.is_linked else (),
        why_no_reply=policy.why_no_reply(viewer, thread),
        state=thread,
        is_public=policy.is_public(thread, row.visibility),
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
        **_abilities(viewer, row, thread, closed, deleted),
    )


def _abilities(
    viewer: Viewer, row: Any, thread: ThreadState, closed: State | None, deleted: State | None
) -> dict[str, Any]:
    """What this viewer may do with the thread, as the policy says."""
    opening = policy.PostState(row.author_id, 1)
    asked, consented = publishing(row.id) if row.privacy != "none" else (False, False)
    return {
        "can_reply": policy.can_reply(viewer, thread),
        "can_close": policy.can_close(viewer, thread, closed_by=closed.by_id if closed else None),
        "can_pin": policy.can_pin(viewer),
        "can_moderate": policy.can_moderate(viewer),
        "can_delete": policy.can_delete(viewer, opening, thread),
        "can_restore": policy.can_restore(viewer, opening, thread, deleted_by=deleted.by_id if deleted else None),
        "can_edit": policy.can_edit(viewer, opening, thread),
        "can_publish": policy.can_publish(viewer, thread, consented=consented),
        "asked_to_publish": asked,
        "consented": consented,
    }
