"""Whether a post may be read is asked of a row by `can_read`, and of the database by `readable`: the two agree."""

from itertools import product

from flask import Flask

from portal.core.db import db, write
from portal.core.errors import NotFound
from portal.people.viewer import VISITOR
from portal.threads import actions
from portal.threads.models import Post, Thread
from portal.threads.policy import readable, visible_to
from portal.threads.queries.doors import get_visible_post
from tests.factories import make_comment, make_person, make_reply, make_thread, viewer_of


def test_the_condition_lets_through_what_the_door_does(app: Flask):
    boss = viewer_of(make_person(role="admin"))
    asker, writer, other = (viewer_of(make_person()) for _ in range(3))
    thread = make_thread(asker)
    posts: list[int] = []
    for post_state, comment_state in product(("stands", "hidden", "deleted by staff", "deleted by author"), repeat=2):
        post = make_reply(thread, writer)
        comment = make_comment(post, other)
        for made, state, author in ((comment, comment_state, other), (post, post_state, writer)):
            if state == "hidden":
                write(actions.hide_post, boss, made.id, on=True, reason="Because.")
            elif state != "stands":
                write(actions.delete_post, boss if "staff" in state else author, made.id, reason="Because.")
        posts += [post.id, comment.id]
    for viewer in (boss, asker, writer, other, VISITOR):
        query = db.select(Post.id).join(Thread, Thread.id == Post.thread_id)
        found = set(db.session.scalars(query.where(Post.id.in_(posts), visible_to(viewer), readable(viewer))))
        assert found == {post_id for post_id in posts if lets_in(viewer, post_id)}
    assert 0 < len(found) < len(posts)


def lets_in(viewer: object, post_id: int) -> bool:
    try:
        get_visible_post(viewer, post_id)  # type: ignore[arg-type]
    except NotFound:
        return False
    return True
