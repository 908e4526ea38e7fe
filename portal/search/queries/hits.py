"""What the page of hits shows: plain values, ready for templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.core.db import ask, param
from portal.ideas.models import Idea, StatusName
from portal.people.models import Person
from portal.search.marking import Marked, Marker
from portal.search.words import plain
from portal.threads.models import Category, Post, Thread, path_of
from portal.threads.queries.doors import page_of


@dataclass(frozen=True, slots=True)
class Hit:
    """A thread with the post of it that fits best. An author without a name is someone who left."""

    thread_id: int
    post_id: int
    path: str
    """Of the post: its page of the thread, and its place there."""
    title: str
    title_html: Marked
    excerpt_html: Marked
    kind: str
    language: str
    is_solved: bool
    is_answered: bool
    status: str
    status_name: str
    """What the admin calls it, or empty."""
    is_closed: bool
    is_private: bool
    category_name: str
    category_slug: str
    category_colour: str
    author_name: str
    author_username: str
    at: datetime
    number: int | None
    """Of the reply; None for a comment."""
    more: int
    """How many other posts of the thread were found."""

    @property
    def state(self) -> str:
        """Its kind; of a question how far it is: 'solved', 'answered' or 'waiting'."""
        if self.kind != "question":
            return self.kind
        return "solved" if self.is_solved else "answered" if self.is_answered else "waiting"

    @property
    def role(self) -> str:
        """What its author did: 'commented', 'asked', 'suggested', 'begun', 'answered' or 'replied'."""
        if self.is_comment:
            return "commented"
        if self.number == 1:
            return "asked" if self.kind == "question" else "suggested" if self.status else "begun"
        return "answered" if self.kind == "question" else "replied"

    @property
    def is_comment(self) -> bool:
        return self.number is None


def hits_of(found: Sequence[tuple[int, int]], marker: Marker) -> tuple[Hit, ...]:
    """The hits for these posts (each with how many more its thread has), in this order. The viewer sees them all."""
    if not found:
        return ()
    of_posts = ask(_HITS, {"posts": [post_id for post_id, _ in found]}).all()
    rows: Mapping[int, Any] = {row.post_id: row for row in of_posts}
    return tuple(_hit(rows[post_id], more, marker) for post_id, more in found if post_id in rows)


def _hit(row: Any, more: int, marker: Marker) -> Hit:
    path = path_of(row.kind, row.id, row.slug)
    page = page_of(row.number or row.parent_number)
    return Hit(
        thread_id=row.id,
        post_id=row.post_id,
        path=f"{path}{f'?page={page}' if page > 1 else ''}{'' if row.number == 1 else f'#post-{row.post_id}'}",
        title=row.title,
        title_html=marker.marked(row.title, row.language),
        excerpt_html=marker.excerpt(plain(row.html), row.language),
        kind=row.kind,
        language=row.language,
        is_solved=row.accepted_post_id is not None,
        is_answered=row.first_reply_at is not None,
        status=row.status or "",
        status_name=row.called or "",
        is_closed=row.closed_event_id is not None,
        is_private=row.privacy != "none",
        category_name=row.category_name,
        category_slug=row.category_slug,
        category_colour=row.category_colour,
        author_name=row.person_name or row.username or row.author_name,
        author_username=row.username or "",
        at=row.created_at,
        number=row.number,
        more=more,
    )


_parent = aliased(Post)
_HITS = (
    select(
        Thread.id,
        Thread.kind,
        Thread.slug,
        Thread.title,
        Thread.language,
        Thread.privacy,
        Thread.accepted_post_id,
        Thread.first_reply_at,
        Thread.closed_event_id,
        Idea.status,
        StatusName.name.label("called"),
        Post.id.label("post_id"),
        Post.number,
        Post.html,
        Post.created_at,
        Post.author_name,
        _parent.number.label("parent_number"),
        Person.name.label("person_name"),
        Person.username,
        Category.name.label("category_name"),
        Category.slug.label("category_slug"),
        Category.colour.label("category_colour"),
    )
    .join(Post, Post.thread_id == Thread.id)
    .join(Category, Category.id == Thread.category_id)
    .outerjoin(Idea, (Idea.thread_id == Thread.id) & (Thread.kind == "idea"))
    .outerjoin(StatusName, StatusName.status == Idea.status)
    .outerjoin(Person, Person.id == Post.author_id)
    .outerjoin(_parent, _parent.id == Post.parent_id)
    .where(Post.id.in_(param("posts", many=True)))
)
