"""What the page of a thread shows: plain values, ready for templates."""

from dataclasses import dataclass
from datetime import datetime

from portal.threads.policy import PostState, ThreadState


@dataclass(frozen=True, slots=True)
class State:
    """That a state holds: since when, who began it, and what they said (empty where this viewer is not told)."""

    at: datetime
    by_id: int | None
    by_name: str
    by_username: str
    reason: str
    by_author: bool = False
    """Whether it was the author of the post that it is about."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote something. No name: someone who left. No username: no profile."""

    id: int | None
    name: str
    username: str
    is_staff: bool
    organisation: str
    """Where they work, if they show it or staff look."""
    avatar: str = ""
    """The key of their picture, if they have one."""


@dataclass(frozen=True, slots=True)
class CommentShown:
    """A comment. `is_stub`: it is gone and this viewer may not read it; then there is no text and no author."""

    id: int
    html: str
    author: Author
    created_at: datetime
    edited_at: datetime | None
    votes: int
    mine: bool
    revision: int
    hidden: State | None
    deleted: State | None
    is_stub: bool
    is_asker: bool
    has_history: bool
    can_edit: bool
    can_delete: bool
    can_restore: bool
    can_vote: bool
    can_hide: bool
    state: PostState

    @property
    def author_id(self) -> int | None:
        return self.author.id

    @property
    def author_name(self) -> str:
        return self.author.name

    @property
    def author_username(self) -> str:
        return self.author.username

    @property
    def author_is_staff(self) -> bool:
        return self.author.is_staff


@dataclass(frozen=True, slots=True)
class PostShown(CommentShown):
    """The opening post or a reply, with its comments."""

    number: int
    is_wiki: bool
    can_comment: bool
    can_quote: bool
    comments: tuple[CommentShown, ...]


@dataclass(frozen=True, slots=True)
class LinkShown:
    """Another thread that this one refers to, or is a duplicate of (`kind`), or the other way round (`is_back`)."""

    kind: str
    is_back: bool
    path: str
    title: str


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A thread and one page of its posts, as this viewer may see them."""

    id: int
    kind: str
    path: str
    title: str
    language: str
    privacy: str
    category_id: int
    category_name: str
    category_slug: str
    category_colour: str
    tags: tuple[str, ...]
    author: Author
    created_at: datetime
    last_activity_at: datetime
    activity: int
    """How far its posts and comments are counted; what comes next has a higher number."""
    read_to: int
    """How far this viewer has read it, in the same count."""
    views: int
    replies: int
    helpful: int
    accepted_post_id: int | None
    verified_post_id: int | None
    watch: str
    """watch, follow, mute or none; '' for visitors."""
    closed: State | None
    locked: State | None
    pinned: State | None
    hidden: State | None
    deleted: State | None
    page: int
    last_page: int
    posts: tuple[PostShown, ...]
    links: tuple[LinkShown, ...]
    why_no_reply: str
    can_reply: bool
    can_close: bool
    can_pin: bool
    can_moderate: bool
    can_delete: bool
    can_restore: bool
    can_edit: bool
    can_publish: bool
    asked_to_publish: bool
    """Staff asked the author whether this may be published."""
    consented: bool
    """The author agreed."""
    state: ThreadState
    is_public: bool
    """Whether visitors may see it too."""

    @property
    def author_id(self) -> int | None:
        return self.author.id

    @property
    def author_name(self) -> str:
        return self.author.name

    @property
    def author_username(self) -> str:
        return self.author.username
