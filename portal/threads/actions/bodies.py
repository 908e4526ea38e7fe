"""What people write becomes a post's text: rendered, its mentions found, and those recorded who may read them."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select

from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.markup import TooMuch, render
from portal.core.text import storable
from portal.people.models import Person
from portal.people.queries import mentioned
from portal.people.viewer import Viewer
from portal.threads.models import Mention, Post, Thread
from portal.threads.policy import is_new, readers

MENTIONS, MENTIONS_OF_A_NEW_MEMBER = 10, 2
LONGEST_COMMENT = 2_000


@dataclass(frozen=True, slots=True)
class Body:
    """A text as it is stored."""

    source: str
    html: str
    mentions: tuple[str, ...]
    """The people it calls, by the key of their username."""


def read_body(viewer: Viewer, source: str, *, post_key: str, field: str = "body") -> Body:
    """Render what somebody wrote. Raises Invalid with a sentence for the field."""
    source = storable(source).replace("\r\n", "\n").strip("\n")
    try:
        rendered = render(source, post_key=post_key, people=mentioned, max_mentions=_most_mentions(viewer, source))
    except TooMuch as error:
        raise Invalid(fields={field: error.args[0]}) from None
    if not rendered.text.strip() and "<img" not in rendered.html:
        raise Invalid(fields={field: _("Write something first.")})
    return Body(source, rendered.html, rendered.mentions)


def read_comment(viewer: Viewer, source: str, *, post_key: str) -> Body:
    """The same for a comment, which is short."""
    if len(source) > LONGEST_COMMENT:
        said = _("A comment is short: at most %(count)s characters. Write a reply instead.", count=LONGEST_COMMENT)
        raise Invalid(fields={"body": said})
    return read_body(viewer, source, post_key=post_key)


def _most_mentions(viewer: Viewer, source: str) -> int:
    if viewer.is_staff or "@" not in source:
        return MENTIONS
    since = db.session.scalar(select(Person.created_at).where(Person.id == viewer.id))
    return MENTIONS_OF_A_NEW_MEMBER if since is None or is_new(since) else MENTIONS


def record_mentions(thread: Thread, post: Post, body: Body, *, is_new: bool = False) -> list[str]:
    """Note whom the post calls, of those who may read it. Returns the names of the others, but not why."""
    if not is_new:
        db.session.execute(delete(Mention).where(Mention.post_id == post.id))
    if not body.mentions:
        return []
    called = Person.username_key.in_(body.mentions)
    people = db.session.execute(
        select(Person.id, Person.username, readers(thread, thread.category).label("reads"))
        .where(called, Person.erased_at.is_(None))
        .order_by(Person.id)
    ).all()
    db.session.add_all(
        Mention(post_id=post.id, person_id=each.id) for each in people if each.reads and each.id != post.author_id
    )
    return [each.username for each in people if not each.reads]
