"""Uploads are handed out to whoever may read what shows them, and to nobody else."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.clock import now
from portal.core.db import db, write
from portal.people.models import Group, Membership, Person
from portal.threads import actions
from portal.threads.models import CategoryGroup
from portal.uploads.storage import Folder
from tests.factories import make_category, make_comment, make_person, make_reply, make_thread, viewer_of
from tests.signing_in import csrf_of
from tests.uploads import making
from tests.web.uploads.sending import browser, used


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
