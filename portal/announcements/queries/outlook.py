"""An announcement as it would be once published, for whoever wants to know who would be told of it."""

from sqlalchemy import case, select
from sqlalchemy.orm.attributes import set_committed_value

from portal.announcements.models import AnnouncementItem
from portal.announcements.policy import PRIVACIES
from portal.announcements.queries.doors import get_announcement
from portal.core.db import db
from portal.core.markup import render
from portal.ideas.models import Idea
from portal.people.queries import mentioned
from portal.people.viewer import Viewer
from portal.threads.models import Post, Thread
from portal.threads.queries.doors import get_visible


def as_published(viewer: Viewer, announcement_id: int) -> Thread:
    """Its thread with the privacy that its audience gives it; a copy, which is in no session. Raises NotFound."""
    thread = get_visible(viewer, announcement_id)
    copy = Thread(
        id=thread.id,
        kind=thread.kind,
        category_id=thread.category_id,
        author_id=thread.author_id,
        title=thread.title,
        slug=thread.slug,
        language=thread.language,
        privacy=PRIVACIES[get_announcement(thread).audience],
    )
    set_committed_value(copy, "category", thread.category)
    return copy


def items_to_tell(announcement_id: int) -> tuple[tuple[int, int | None], ...]:
    """The ideas that it names, each with the outcome that it would find there and name, or None: it records one."""
    item = AnnouncementItem
    found = case((Idea.status == item.outcome, Idea.outcome_id), else_=None)
    rows = db.session.execute(
        select(item.idea_id, found.label("outcome_id"))
        .join(Idea, Idea.thread_id == item.idea_id)
        .where(item.announcement_id == announcement_id)
        .order_by(item.position, item.id)
    )
    return tuple((row.idea_id, row.outcome_id) for row in rows)


def people_called(announcement_id: int) -> tuple[str, ...]:
    """Whom its text mentions, by the key of their username: as it stands now, whoever may read it."""
    source = db.session.scalar(select(Post.source).where(Post.thread_id == announcement_id, Post.number == 1)) or ""
    return render(source, people=mentioned).mentions if "@" in source else ()
