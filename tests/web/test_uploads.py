"""Uploads by a browser: brought with a script and without, and handed out to whoever may read what shows them."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.clock import now
from portal.core.db import db, write
from portal.people.models import Group, Membership, Person
from portal.threads import actions
from portal.threads.models import CategoryGroup, Post
from portal.uploads import policy
from portal.uploads.models import Upload, UploadUse
from portal.uploads.storage import Folder, Unreachable
from tests.factories import make_category, make_comment, make_person, make_reply, make_thread, viewer_of
from tests.signing_in import csrf_of, sign_in
from tests.uploads import making

AS_SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person("ada")


@pytest.fixture
def ada(client: FlaskClient, person: Person) -> FlaskClient:
    sign_in(client, person)
    return client


def browser(app: Flask, person: Person | None = None) -> FlaskClient:
    made = app.test_client()
    if person is not None:
        sign_in(made, person)
    return made


def send(client: FlaskClient, *files: tuple[bytes, str], path: str = "/uploads", **more: Any) -> Any:
    fields = {"csrf_token": csrf_of(client, "/settings/profile"), **more}
    return post(client, path, *files, headers=AS_SCRIPT if path == "/uploads" else {}, **fields)


def post(client: FlaskClient, path: str, *files: tuple[bytes, str], headers: Any = None, **fields: str) -> Any:
    """A form with files. The test client's own way to make one leaves files of its own open."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts += [(f'name="file"; filename="{name}"', content) for content, name in files]
    body = b"".join(
        f"--x\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode() + content + b"\r\n"
        for about, content in parts
    )
    return client.post(path, data=body + b"--x--\r\n", content_type="multipart/form-data; boundary=x", headers=headers)


def used(words: str) -> int:
    upload = making.upload_of(words)
    assert upload is not None
    return len(db.session.scalars(db.select(UploadUse).filter_by(upload_id=upload.id)).all())


# Bringing


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


# Without a script


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


# Who gets it


def test_until_it_is_posted_only_its_uploader_has_it(app: Flask, ada: FlaskClient, person: Person):
    address = making.address_in(making.bring(viewer_of(person)))
    assert ada.get(address).status_code == 200
    for other in (None, make_person(), make_person(role="admin")):
        assert browser(app, other).get(address).status_code == 404


def test_in_public_everybody_has_it_and_it_may_be_kept_for_a_while(app: Flask, person: Person):
    words = making.bring(viewer_of(person), making.picture(1000, 500))
    make_reply(make_thread(), viewer_of(person), body=words)
    address = making.address_in(words)
    answer = browser(app).get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "image/webp"
    assert making.shown(answer.data).size == (1000, 500)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    assert "Set-Cookie" not in answer.headers
    again = browser(app).get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert making.shown(browser(app).get(address.replace("1000x500", "800x400")).data).size == (800, 400)
    for other in ("900x450", "1000x501", "1x1"):
        assert browser(app).get(address.replace("1000x500", other)).status_code == 404


def test_files_are_saved_and_never_shown(app: Flask, person: Person):
    words = making.bring(viewer_of(person), making.HTML, "Größe 2.txt")
    make_reply(make_thread(), viewer_of(person), body=words)
    answer = browser(app).get(making.address_in(words))
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "Gr%C3%B6%C3%9Fe-2.txt" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.data == making.HTML
    address = making.address_in(words)
    assert browser(app).get(address.rpartition("/")[0] + "/other.html").status_code == 404


WHO = ("visitor", "member", "exmember", "insider", "uploader", "agent")


@pytest.mark.parametrize(
    ("place", "readers"),
    [
        ("everyone", WHO),
        ("members", WHO[1:]),
        ("groups", ("insider", "uploader", "agent")),
        ("left", ("insider", "agent")),
        ("me and staff", ("uploader", "agent")),
        ("hidden", ("agent",)),
        ("deleted", ("uploader", "agent")),
        ("under a hidden post", ("agent",)),
        ("under a deleted post", ("agent",)),
        ("moved to staff", ("agent",)),
    ],
)
def test_it_is_as_private_as_the_post(app: Flask, place: str, readers: tuple[str, ...]):
    who = {name: make_person(name, role="agent" if name == "agent" else "member") for name in WHO[1:]}
    boss = make_person("boss", role="admin")
    group = Group(name="inside", description="")
    db.session.add(group)
    db.session.commit()
    for name in ("insider", "uploader"):
        db.session.add(Membership(group_id=group.id, person_id=who[name].id, since=now()))
    visibility = place if place in ("everyone", "members", "groups") else "groups" if place == "left" else "everyone"
    category = make_category("Place", visibility=visibility)
    db.session.add(CategoryGroup(category_id=category.id, group_id=group.id))
    db.session.commit()
    uploader = viewer_of(who["uploader"])
    privacy = "staff" if place == "me and staff" else "none"
    thread = make_thread(uploader, category=category, privacy=privacy)
    words = making.bring(uploader)
    if place.startswith("under"):
        parent = make_reply(thread, viewer_of(who["insider"]))
        make_comment(parent, uploader, body=words)
        act(boss if "hidden" in place else who["insider"], parent.id, hide="hidden" in place)
    else:
        post = make_reply(thread, uploader, body=words)
        if place in ("hidden", "deleted"):
            act(boss, post.id, hide=place == "hidden")
        elif place == "left":
            db.session.execute(db.delete(Membership).filter_by(person_id=who["uploader"].id))
            db.session.commit()
        elif place == "moved to staff":
            to = make_category("Staff room", visibility="staff")
            write(actions.move, viewer_of(boss), thread.id, category_id=to.id, reason="Because.")
    address = making.address_in(words)
    got = tuple(name for name in WHO if browser(app, who.get(name)).get(address).status_code == 200)
    assert got == tuple(name for name in WHO if name in readers)
    if "visitor" not in readers:
        private = browser(app, who["agent"]).get(address)
        assert private.headers["Cache-Control"] == "private, no-store"


def act(by: Person, post_id: int, *, hide: bool) -> None:
    if hide:
        write(actions.hide_post, viewer_of(by), post_id, on=True, reason="Because.")
    else:
        write(actions.delete_post, viewer_of(by), post_id, reason="Because.")


def test_quoting_a_private_picture_elsewhere_opens_it_to_nobody(app: Flask):
    asker, member = make_person(), make_person()
    private = make_thread(asker, privacy="staff")
    words = making.bring(viewer_of(asker))
    make_reply(private, asker, body=words)
    address = making.address_in(words)
    make_reply(make_thread(), member, body=words)
    assert used(words) == 1
    assert browser(app, member).get(address).status_code == 404
    assert browser(app).get(address).status_code == 404


def test_who_may_read_it_and_is_not_staff_does_not_open_it_either(app: Flask):
    inside = make_category(visibility="members")
    uploader, member = make_person(), make_person()
    words = making.bring(viewer_of(uploader))
    make_thread(uploader, category=inside, body=words)
    make_reply(make_thread(), member, body=words)
    assert browser(app, member).get(making.address_in(words)).status_code == 200
    assert browser(app).get(making.address_in(words)).status_code == 404


@pytest.mark.parametrize("by", ["uploader", "agent"])
def test_its_uploader_and_staff_open_it(app: Flask, by: str):
    inside = make_category(visibility="members")
    people = {"uploader": make_person(), "agent": make_person(role="agent")}
    words = making.bring(viewer_of(people["uploader"]))
    make_thread(people["uploader"], category=inside, body=words)
    make_reply(make_thread(), people[by], body=words)
    assert browser(app).get(making.address_in(words)).status_code == 200


def test_a_moderator_who_mends_a_post_opens_nothing_by_it(app: Flask):
    asker, member, moss = make_person(), make_person(), make_person(role="moderator")
    inside = make_category(visibility="members")
    theirs, staffs = making.bring(viewer_of(asker)), making.bring(viewer_of(moss))
    private = make_thread(asker, category=inside, body=theirs)
    make_reply(private, moss, body=staffs)
    post = make_reply(make_thread(), member, body=f"{theirs} {staffs}")
    brought = making.bring(viewer_of(moss))
    write(actions.edit_post, viewer_of(moss), post.id, body=f"{theirs} {staffs} {brought}", revision=1)
    for words, status in ((theirs, 404), (staffs, 404), (brought, 200)):
        assert browser(app).get(making.address_in(words)).status_code == status


def test_a_quote_of_what_is_public_keeps_it_public(app: Flask):
    uploader, member = make_person(), make_person()
    words = making.bring(viewer_of(uploader))
    post = make_reply(make_thread(), uploader, body=words)
    make_reply(make_thread(), member, body=words)
    act(uploader, post.id, hide=False)
    assert browser(app).get(making.address_in(words)).status_code == 200


def test_what_an_earlier_version_shows_stays_for_its_readers(app: Flask, person: Person):
    seen = viewer_of(person)
    before, after = making.bring(seen), making.bring(seen)
    thread = make_thread(seen)
    post = make_reply(thread, seen, body=before)
    make_reply(thread)  # so that the edit leaves a version behind
    write(actions.edit_post, seen, post.id, body=after, revision=1)
    for words in (before, after):
        assert browser(app).get(making.address_in(words)).status_code == 200


def test_what_went_at_once_is_not_kept_for_anyone(app: Flask, person: Person):
    seen = viewer_of(person)
    wrong = making.bring(seen)
    post = make_reply(make_thread(seen), seen, body=f"Look {wrong}")
    write(actions.edit_post, seen, post.id, body="Nothing to see", revision=1)
    assert used(wrong) == 0
    assert browser(app).get(making.address_in(wrong)).status_code == 404


def test_a_post_holds_so_many(ada: FlaskClient, person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal.uploads.actions.MOST_IN_A_POST", 2)
    seen = viewer_of(person)
    body = "\n".join(making.bring(seen) for _ in range(3))
    thread = make_thread()
    data = {"body": body, "csrf_token": csrf_of(ada, "/settings/profile")}
    answer = ada.post(f"/threads/{thread.id}/replies", data=data)
    assert answer.status_code == 422
    assert "At most 2 pictures and files in one post." in answer.text


def test_a_page_with_pictures_keeps_their_place(app: Flask, person: Person):
    words = making.bring(viewer_of(person), making.picture(1000, 500))
    thread = make_thread(viewer_of(person), body=words)
    page = browser(app).get(f"/questions/{thread.id}-{thread.slug}").text
    address = making.address_in(words)
    small = address.replace("1000x500", "800x400")
    assert f'src="{address}"' in page
    assert 'width="1000" height="500"' in page
    assert f'srcset="{small} 800w, {address} 1000w"' in page


def test_handing_out_costs_two_statements(app: Flask, ada: FlaskClient, person: Person, statements: list[str]):
    words = making.bring(viewer_of(person))
    make_reply(make_thread(), viewer_of(person), body=words)
    address = making.address_in(words)
    statements.clear()
    assert browser(app).get(address).status_code == 200
    assert len(statements) == 1
    statements.clear()
    assert ada.get(address).status_code == 200
    assert len(statements) == 2


def test_a_row_whose_file_is_gone_is_missing(ada: FlaskClient, person: Person, monkeypatch: pytest.MonkeyPatch):
    words = making.bring(viewer_of(person))
    monkeypatch.setattr(Folder, "open", lambda *_given: None)
    assert ada.get(making.address_in(words)).status_code == 404
