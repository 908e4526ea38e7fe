"""Solutions that people gave: counted from what holds now, never from a log."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.core.db import db
from portal.people.viewer import Viewer
from portal.questions.models import Acceptance
from portal.threads.models import Post, Thread
from portal.threads.policy import standing, standing_thread, visible_to


def is_credit(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on Acceptance with its Post and its Thread: the answer counts as a solution that its author gave, in
    what this viewer may see. Not an answer to one's own question, nor one that its author accepted."""
    return and_(
        Acceptance.ended_at.is_(None),
        Post.author_id.is_distinct_from(Thread.author_id),
        or_(Acceptance.by_id.is_(None), Acceptance.by_id != Post.author_id),
        standing_thread(),
        standing(),
        visible_to(viewer),
    )


def solutions_given(viewer: Viewer, person_ids: Sequence[int]) -> dict[int, int]:
    """How many accepted answers each of these people wrote, in threads that this viewer may see."""
    if not person_ids:
        return {}
    query = (
        select(Post.author_id, func.count())
        .join(Acceptance, Acceptance.post_id == Post.id)
        .join(Thread, Thread.id == Acceptance.thread_id)
        .where(Post.author_id.in_(person_ids), is_credit(viewer))
        .group_by(Post.author_id)
    )
    return {person_id: count for person_id, count in db.session.execute(query) if person_id is not None}
