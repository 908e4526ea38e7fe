"""Addresses from elsewhere lead to what came in, for whoever may see it, and to nothing otherwise."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.db import db
from portal.importing.queries import post_from
from portal.importing.stackexchange.actions import import_dump
from portal.threads.models import Category, Post, Thread
from tests.importing.dumps import silent, tea

SITE = "tea.stackexchange.com"


@pytest.fixture
def imported(app: Flask, tmp_path: Path) -> None:
    import_dump(tea(tmp_path), progress=silent)


@pytest.mark.usefixtures("imported")
def test_a_question_and_an_answer_are_found_by_their_ids_there(client: FlaskClient) -> None:
    for external in (11, 13):
        post = db.session.get_one(Post, post_from(SITE, external))
        found = client.get(f"/t/{SITE}/{external}")
        assert found.status_code == 302
        assert found.location == f"/questions/{post.thread_id}-why-is-my-tea-bitter#post-{post.id}"
        assert client.get(found.location).status_code == 200


@pytest.mark.usefixtures("imported")
def test_what_may_not_be_seen_or_did_not_come_in_is_not_found(client: FlaskClient) -> None:
    category = db.session.get_one(Category, db.session.scalars(db.select(Thread.category_id).distinct()).one())
    category.visibility = "staff"
    db.session.commit()
    for address in (f"/t/{SITE}/11", f"/t/{SITE}/99", "/t/elsewhere/11", f"/t/{SITE}/{10**30}"):
        assert client.get(address).status_code == 404
