"""What was hidden or deleted says nothing any more: not by being found, and not by what it does to other hits."""

import pytest
from flask import Flask

from portal.core.db import db, write
from portal.people.viewer import Viewer
from portal.threads import actions
from portal.threads.models import Post, Thread
from tests.factories import make_category, make_comment, make_person, make_reply, make_thread, viewer_of
from tests.search.looking import counted, found

SEARCHES = ("quokka zebrafish", "zebrafish quokka sleeps", "zebrafish", "quokka tractors zebrafish")


@pytest.fixture
def threads(app: Flask) -> list[int]:
    place = make_category()
    texts = ("The quokka sleeps near tractors.", "A quokka again near tractors.", "No animals, tractors only.")
    made = [make_thread(category=place, title="About tractors", body=text).id for text in texts]
    counted()
    return made


def seen() -> list[object]:
    return [found(text) for text in SEARCHES]


def hidden(boss: Viewer, post: Post) -> None:
    write(actions.hide_post, boss, post.id, on=True, reason="Rude")


def deleted(boss: Viewer, post: Post) -> None:
    write(actions.delete_post, boss, post.id, reason="Twice")


@pytest.mark.parametrize("gone", [hidden, deleted])
@pytest.mark.parametrize("of_comment", [False, True])
def test_words_of_what_is_gone_change_no_other_hit(threads: list[int], gone, of_comment: bool) -> None:
    boss = viewer_of(make_person(role="moderator"))
    before = seen()
    reply = make_reply(db.session.get_one(Thread, threads[0]), body="See below." if of_comment else "zebrafish")
    if of_comment:
        make_comment(reply, body="zebrafish")
    assert seen() != before
    gone(boss, db.session.get_one(Post, reply.id))
    assert seen() == before
