"""Solutions that people gave: counted from what holds now, never from a log."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from portal.core.db import db
from portal.people.viewer import Viewer
from portal.questions.models import Acceptance
from portal.threads.models import Post, Thread
from portal.threads.policy import standing, visible_to


def solutions_given(viewer: Viewer, person_ids: Sequence[int]) -> dict[int, int]:
    """How many accepted answers each of these people wrote, in threads that this viewer may see.

    None for an answer to one's own question, nor for one that its author accepted."""
    if not person_ids:
        return {}
    query = (
        select(Post.author_id, func.count())
        .join(Acceptance, Acceptance.post_id == Post.id)
        .join(Thread, Thread.id == Acceptance.thread_id)
        .where(
            Acceptance.ended_at.is_(None),
            Post.author_id.in_(person_ids),
            Post.author_id.is_distinct_from(Thread.author_id),
            or_(Acceptance.by_id.is_(None), Acceptance.by_id != Post.author_id),
            Thread.hidden_event_id.is_(None),
            Thread.deleted_event_id.is_(None),
            standing(),
            visible_to(viewer),
        )
        .group_by(Post.author_id)
    )
    return {person_id: count for person_id, count in db.session.execute(query) if person_id is not None}
