"""Say that a post is helpful."""

from sqlalchemy import delete, exists, select, update

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden
from portal.people.viewer import Viewer
from portal.threads.models import Post, PostVote, Thread
from portal.threads.policy import can_vote
from portal.threads.queries.doors import get_visible_post


def set_helpful(viewer: Viewer, post_id: int, *, on: bool) -> None:
    """Bring about that this person finds the post helpful, or not; saying it twice changes nothing."""
    post = get_visible_post(viewer, post_id, for_update=True)
    thread: Thread = post.thread
    if viewer.id is None or not can_vote(viewer, post, thread):
        raise Forbidden
    mine = (PostVote.post_id == post.id, PostVote.person_id == viewer.id)
    if on == bool(db.session.scalar(select(exists().where(*mine)))):
        return
    if on:
        db.session.add(PostVote(post_id=post.id, person_id=viewer.id, at=clock.now()))
        db.session.flush()
    else:
        db.session.execute(delete(PostVote).where(*mine))
    step = 1 if on else -1
    db.session.execute(update(Post).where(Post.id == post.id).values(helpful=Post.helpful + step))
    if post.is_opening:
        db.session.execute(update(Thread).where(Thread.id == thread.id).values(helpful=Thread.helpful + step))
