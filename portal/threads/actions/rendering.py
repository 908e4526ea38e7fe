"""Render posts again that an older renderer made."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from portal.core.db import db
from portal.core.markup import IMPORTED, RENDERER, TooMuch, render
from portal.people.queries import mentioned
from portal.threads.actions.posting import post_key
from portal.threads.models import Post

BATCH = 100


def old_posts(after: int = 0) -> list[int]:
    """The next posts of another renderer than the present one, by id."""
    query = select(Post.id).where(Post.renderer != RENDERER, Post.id > after).order_by(Post.id).limit(BATCH)
    return list(db.session.scalars(query))


def count_old_posts() -> int:
    """How many there are."""
    return db.session.scalar(select(func.count()).select_from(Post).where(Post.renderer != RENDERER)) or 0


def render_again(post_ids: Sequence[int]) -> list[int]:
    """Render these; returns those that the present renderer refuses: they stay as they are.

    A post that is edited meanwhile is left alone, as that renders it too."""
    refused: list[int] = []
    query = select(Post.id, Post.thread_id, Post.activity, Post.source, Post.revision).where(Post.id.in_(post_ids))
    for post in db.session.execute(query.order_by(Post.id)).all():
        try:
            key = post_key(post.thread_id, post.activity)
            html = render(post.source, post_key=key, people=mentioned, limits=IMPORTED).html
        except TooMuch:
            refused.append(post.id)
            continue
        unchanged = update(Post).where(Post.id == post.id, Post.revision == post.revision)
        db.session.execute(unchanged.values(html=html, renderer=RENDERER))
    return refused
