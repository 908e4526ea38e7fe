"""What the page of hits shows: plain values, ready for templates."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.announcements.models import Announcement
from portal.core.db import ask, param
from portal.ideas.models import Idea, StatusName
from portal.people.models import Person
from portal.search.marking import Marked, Marker
from portal.search.words import plain
from portal.threads.models import Category, Post, Thread, path_of
from portal.threads.queries.doors import page_of


class Hit(NamedTuple):
    """A thread with the post of it that fits best: the columns of _HITS as they come, and what was found."""

    thread_id: int
    kind: str
    slug: str
    title: str
    language: str
    privacy: str
    is_solved: bool
    is_answered: bool
    is_closed: bool
    is_withdrawn: bool
    """An announcement that does not hold."""
    idea_status: str | None
    named: str | None
    """What the admin calls its status."""
    post_id: int
    number: int | None
    """Of the reply; None for a comment."""
    parent_number: int | None
    html: str
    at: datetime
    written_name: str
    """Of an author who has no account here."""
    person_name: str | None
    username: str | None
    category_name: str
    category_slug: str
    category_colour: str
    title_html: Marked
    excerpt_html: Marked
    more: int
    """How many other posts of the thread were found."""

    @property
    def path(self) -> str:
        """Of the post: its page of the thread, and its place there."""
        page = page_of(self.number or self.parent_number or 1)
        where = f"?page={page}" if page > 1 else ""
        return f"{self.thread_path}{where}{'' if self.number == 1 else f'#post-{self.post_id}'}"

    @property
    def thread_path(self) -> str:
        return path_of(self.kind, self.thread_id, self.slug)

    @property
    def status(self) -> str:
        return self.idea_status or ""

    @property
    def status_name(self) -> str:
        """What the admin calls it, or empty."""
        return self.named or ""

    @property
    def is_private(self) -> bool:
        return self.privacy != "none"

    @property
    def author_name(self) -> str:
        """Empty for someone who left."""
        return self.person_name or self.username or self.written_name

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
    language = row.language
    return Hit._make((*row, marker.marked(row.title, language), marker.excerpt(plain(row.html), language), more))


_parent = aliased(Post)
_HITS = (
    select(
        Thread.id,
        Thread.kind,
        Thread.slug,
        Thread.title,
        Thread.language,
        Thread.privacy,
        Thread.accepted_post_id.is_not(None),
        Thread.first_reply_at.is_not(None),
        Thread.closed_event_id.is_not(None),
        Announcement.withdrawn_event_id.is_not(None),
        Idea.status,
        StatusName.name,
        Post.id.label("post_id"),
        Post.number,
        _parent.number,
        Post.html,
        Post.created_at,
        Post.author_name,
        Person.name,
        Person.username,
        Category.name,
        Category.slug,
        Category.colour,
    )
    .join(Post, Post.thread_id == Thread.id)
    .join(Category, Category.id == Thread.category_id)
    .outerjoin(Idea, (Idea.thread_id == Thread.id) & (Thread.kind == "idea"))
    .outerjoin(StatusName, StatusName.status == Idea.status)
    .outerjoin(Announcement, (Announcement.thread_id == Thread.id) & (Thread.kind == "announcement"))
    .outerjoin(Person, Person.id == Post.author_id)
    .outerjoin(_parent, _parent.id == Post.parent_id)
    .where(Post.id.in_(param("posts", many=True)))
)
