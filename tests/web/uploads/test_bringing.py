"""Files that a browser brings, with a script and without."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.clock import now
from portal.core.db import db
from portal.people.models import Person
from portal.threads.models import Post
from portal.uploads import policy
from portal.uploads.models import Upload
from portal.uploads.storage import Folder, Unreachable
from tests.factories import make_person, make_thread, viewer_of
from tests.signing_in import csrf_of
from tests.uploads import making
from tests.web.uploads.sending import browser, post, send


def test_a_picture_comes_back_as_markdown(ada: FlaskClient):
    answer = send(ada, (making.picture(1000, 500), "My cat_2.png"))
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert answer.text.startswith("![My cat 2](/uploads/")
    assert answer.text.endswith("-1000x500.webp)")


def test_several_at_once_and_files_too(ada: FlaskClient):
    answer = send(ada, (making.picture(), "a.png"), (making.PDF, "The report.pdf"))
    image, report = answer.text.split("\n")
    assert image.startswith("![a](/uploads/")
    assert report.startswith("[The-report.pdf](/uploads/")
    assert report.endswith("/The-report.pdf)")


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (making.HTML, "cat.png", "Only pictures"),
        (making.SVG, "cat.svg", "SVG"),
        (making.picture()[:70], "cat.png", "damaged"),
        (making.bomb(20_000, 20_000), "cat.png", "too many pixels"),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(ada: FlaskClient, data: bytes, name: str, said: str):
    answer = send(ada, (data, name))
    assert answer.status_code == 422
    assert said in answer.text
    assert "<html" not in answer.text
    assert db.session.scalar(db.select(db.func.count()).select_from(Upload)) == 0


def test_nothing_chosen(ada: FlaskClient):
    assert "Choose" in send(ada).text


def test_too_large_a_file_is_refused_with_its_name(ada: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal.web.attaching.LARGEST", 2 * 1024 * 1024)
    answer = send(ada, (b"x" * (2 * 1024 * 1024 + 1), "huge.log"))
    assert answer.status_code == 422
    assert "huge.log is too large: at most 2 MB." in answer.text


def test_a_file_may_be_larger_than_a_form_but_not_without_end(ada: FlaskClient):
    assert send(ada, (b"x" * (3 * 1024 * 1024), "long.log")).status_code == 200
    assert send(ada, (b"x" * (25 * 1024 * 1024), "endless.log")).status_code == 413


def test_others_forms_stay_as_small_as_before(app: Flask, ada: FlaskClient):
    data = {"name": "x" * (3 * 1024 * 1024)}
    assert ada.post("/settings/profile", data=data).status_code == 413
    assert post(browser(app), "/uploads", (b"x" * 3 * 1024 * 1024, "a.log")).status_code == 413


def test_a_visitor_signs_in_first(client: FlaskClient):
    answer = post(client, "/uploads", (making.picture(), "a.png"))
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert db.session.scalar(db.select(db.func.count()).select_from(Upload)) == 0


def test_without_the_token_nothing_is_taken(ada: FlaskClient):
    assert post(ada, "/uploads", (making.picture(), "a.png")).status_code == 400


def test_a_day_has_its_limits(ada: FlaskClient, person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(policy, "FOR_NEW", policy.Allowance(2, 100_000_000))
    assert send(ada, (making.picture(), "a.png"), (making.picture(), "b.png")).status_code == 200
    refused = send(ada, (making.picture(), "c.png"))
    assert refused.status_code == 422
    assert "2 files in a day" in refused.text
    monkeypatch.setattr(policy, "FOR_NEW", policy.Allowance(9, 3_000))
    assert "MB in a day" in send(ada, (b"x" * 3_000, "c.txt")).text
    db.session.execute(db.update(Upload).values(created_at=now() - actions_day()))
    db.session.commit()
    assert send(ada, (making.picture(), "c.png")).status_code == 200


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ({}, policy.FOR_MEMBERS),
        ({"email_confirmed_at": None}, policy.FOR_NEW),
        ({"created_at": now()}, policy.FOR_NEW),
        ({"role": "agent", "created_at": now()}, policy.FOR_STAFF),
    ],
)
def test_who_is_new_or_has_confirmed_no_address_may_bring_less(
    app: Flask, given: dict[str, Any], allowed: policy.Allowance
):
    values: dict[str, Any] = {"created_at": now() - timedelta(days=30)}
    assert policy.allowance(make_person(**(values | given))) == allowed


def actions_day() -> Any:
    from portal.uploads.actions import DAY

    return DAY


def test_a_storage_that_is_away_loses_no_text_and_leaves_no_row(ada: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    def away(*_given: object) -> None:
        raise Unreachable("no such bucket")

    monkeypatch.setattr(Folder, "put", away)
    answer = send(ada, (making.picture(), "a.png"))
    assert answer.status_code == 503
    assert "bucket" not in answer.text
    assert db.session.scalars(db.select(Upload.dropped_at)).one() is not None


def test_the_button_keeps_what_was_typed_and_puts_the_picture_under_it(ada: FlaskClient, person: Person):
    thread = make_thread()
    page = ada.get(f"/questions/{thread.id}-{thread.slug}").text
    assert 'name="attach" value="1" formenctype="multipart/form-data"' in page
    files = ((making.picture(), "cat.png"),)
    answer = send(ada, *files, path=f"/threads/{thread.id}/replies", body="See < here:", attach="1", key="k" * 22)
    assert answer.status_code == 200
    assert "See &lt; here:\n\n![cat](/uploads/" in answer.text
    assert 'value="kkkkkkkkkkkkkkkkkkkkkk"' in answer.text
    assert db.session.scalar(db.select(db.func.count()).select_from(Post).filter_by(author_id=person.id)) == 0


def test_the_same_where_threads_begin_and_posts_are_edited_or_commented(ada: FlaskClient, person: Person):
    thread = make_thread(viewer_of(person))
    post = db.session.scalars(db.select(Post).filter_by(thread_id=thread.id)).one()
    typed = {"title": "A title I typed", "body": "Words", "tags": "a b", "attach": "1", "revision": "1"}
    for path in ("/questions/new", f"/posts/{post.id}/edit", f"/posts/{post.id}/comments"):
        answer = send(ada, (making.PDF, "a.pdf"), path=path, **typed)
        assert answer.status_code == 200, path
        assert "Words\n\n[a.pdf](/uploads/" in answer.text
        assert "A title I typed" in answer.text or path.endswith("comments")
    assert db.session.get_one(Post, post.id).source == post.source


def test_what_is_refused_stands_beside_the_text(ada: FlaskClient):
    thread = make_thread()
    path = f"/threads/{thread.id}/replies"
    answer = send(ada, (making.HTML, "cat.png"), path=path, body="Typed words", attach="1")
    assert answer.status_code == 422
    assert "Only pictures" in answer.text
    assert "Typed words</textarea>" in answer.text


def test_a_file_that_was_chosen_and_not_uploaded_is_not_lost_in_silence(ada: FlaskClient, person: Person):
    thread = make_thread()
    data = {"body": "See it", "file": "cat.png", "csrf_token": csrf_of(ada, "/settings/profile")}
    answer = ada.post(f"/threads/{thread.id}/replies", data=data)
    assert answer.status_code == 422
    assert "cat.png" in answer.text
    assert db.session.scalar(db.select(db.func.count()).select_from(Post).filter_by(author_id=person.id)) == 0


def test_visitors_and_profiles_have_no_such_button(app: Flask, ada: FlaskClient):
    thread = make_thread()
    assert 'name="attach"' not in browser(app).get(f"/questions/{thread.id}-{thread.slug}").text
    assert 'name="attach"' not in ada.get("/settings/profile").text
