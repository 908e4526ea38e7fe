"""`flask render`: posts of older renderer versions get the present one's HTML, and nothing else changes."""

import pytest
from flask import Flask
from sqlalchemy import update

from portal.core.db import db, write
from portal.core.markup import RENDERER
from portal.threads.actions import rendering
from portal.threads.models import Post
from tests.factories import make_person, make_reply, make_thread


def test_old_posts_are_rendered_again_in_batches(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "BATCH", 2)
    make_person("bob")
    thread = make_thread()
    posts = [make_reply(thread, body=f"*One* @bob {number}[^1]\n\n[^1]: Note") for number in range(5)]
    html = [post.html for post in posts]
    db.session.execute(update(Post).where(Post.id.in_([post.id for post in posts])).values(html="old", renderer=0))
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["render"])
    assert (done.exit_code, done.output) == (0, "5 rendered.\n")
    for post, before in zip(posts, html, strict=True):
        db.session.refresh(post)
        assert (post.html, post.renderer, post.revision, post.edited_at) == (before, RENDERER, 1, None)
    assert app.test_cli_runner().invoke(args=["render"]).output == "0 rendered.\n"


def test_what_the_renderer_refuses_now_stays_as_it_was(app: Flask) -> None:
    post, other = make_reply(make_thread()), make_reply(make_thread())
    db.session.execute(update(Post).where(Post.id == post.id).values(html="old", source="> " * 3000, renderer=0))
    db.session.execute(update(Post).where(Post.id == other.id).values(html="old", renderer=0))
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["render"])
    assert done.exit_code == 0
    assert "1 rendered." in done.output
    assert f"post {post.id} is more" in done.output
    db.session.refresh(post)
    assert (post.html, post.renderer) == ("old", 0)


def test_an_edit_meanwhile_wins(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    post = make_reply(make_thread())
    db.session.execute(update(Post).where(Post.id == post.id).values(renderer=0))
    db.session.commit()
    real = rendering.render

    def edited(*args: object, **kwargs: object) -> object:
        db.session.execute(update(Post).where(Post.id == post.id).values(html="new", revision=2, renderer=RENDERER))
        return real(*args, **kwargs)

    monkeypatch.setattr(rendering, "render", edited)
    write(rendering.render_again, [post.id])
    db.session.refresh(post)
    assert (post.html, post.revision) == ("new", 2)
