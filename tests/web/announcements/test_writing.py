"""Writing an announcement at a browser, with JavaScript and without it."""

from typing import Any

import pytest
from flask import Flask

from portal.announcements import queries
from portal.announcements.models import Announcement, AnnouncementGroup, AnnouncementItem
from portal.core.db import db
from portal.people.models import Group, Person
from portal.people.viewer import VISITOR
from tests.announcements.making import drafted, idea, status_of
from tests.factories import make_person, viewer_of
from tests.web.reading import Reader, root, soup

FIELDS: dict[str, Any] = {"title": "Exports", "body": "You can export.", "audience": "everyone", "language": "en"}


@pytest.fixture
def boss(app: Flask) -> Person:
    return make_person("petra", role="manager", time_zone="Europe/Stockholm")


@pytest.fixture
def reader(app: Flask, boss: Person) -> Reader:
    return Reader(app, boss)


def only() -> Announcement:
    db.session.expire_all()
    return db.session.scalars(db.select(Announcement)).one()


def test_from_the_form_to_the_readers(app: Flask, reader: Reader):
    csv, pdf = idea("CSV"), idea("PDF")
    answer = reader.post(
        "/announcements/new",
        **FIELDS,
        tags="export new",
        idea=[str(csv.thread_id), f"http://localhost/ideas/{pdf.thread_id}-pdf"],
        outcome=["shipped", "declined"],
        note=["In the *menu*.", "Nobody prints."],
        available_on=["2026-12-03", ""],
        available_to=["in Pro", ""],
    )
    assert answer.status_code == 303
    path = answer.headers["Location"]
    preview = reader.read(path)
    assert [each.get_text() for each in preview.select(".outcomes a")] == ["CSV", "PDF"]
    assert "from December 3, 2026" in preview.get_text()
    published = reader.post(path.replace("preview", "publish"))
    assert published.status_code == 303
    page = Reader(app).read(published.headers["Location"])
    assert [each.get_text() for each in page.select(".outcomes .pill")] == ["Shipped", "Declined"]
    assert [each.get_text() for each in page.select("h1")] == ["Exports"]


def test_only_the_fields_of_the_interface_are_needed(app: Flask, reader: Reader):
    wish = idea("CSV")
    answer = reader.post("/announcements/new", title="T", body="B", idea=str(wish.thread_id), outcome="shipped")
    assert answer.status_code == 303
    assert reader.post(f"/announcements/{only().thread_id}/publish").status_code == 303
    assert [each.thread_id for each in db.session.scalars(db.select(Announcement))] == [
        each.id for each in queries.of_idea(VISITOR, wish.thread_id)
    ]


def test_what_was_typed_comes_back_with_what_is_wrong(reader: Reader):
    wish = idea("CSV")
    fields = FIELDS | {"title": "", "idea": [str(wish.thread_id), "nonsense"], "outcome": ["shipped", "shipped"]}
    fields |= {"note": ["Kept", ""], "available_on": ["2026-12-03", "soon"]}
    answer = reader.post("/announcements/new", **fields)
    page = soup(answer)
    assert answer.status_code == 422
    assert page.select_one("#available_on-1-error")
    assert page.select_one("#note-0").get_text().strip() == "Kept"  # pyright: ignore
    assert {str(link["href"]) for link in page.select(".summary a")} == {"#available_on-1"}
    fields["available_on"] = ["2026-12-03", ""]
    page = soup(reader.post("/announcements/new", **fields))
    assert {str(link["href"]) for link in page.select(".summary a")} == {"#title", "#idea-1"}
    assert db.session.scalars(db.select(Announcement)).all() == []


def test_without_javascript_ideas_are_found_put_in_and_taken_out(reader: Reader):
    csv, pdf = idea("Export CSV", wanted=3), idea("Export PDF")
    found = soup(reader.post("/announcements/items", **FIELDS, do="find", find="export", page="new"))
    buttons = [button["value"] for button in found.select("#found-ideas button")]
    assert buttons == [f"add-{csv.thread_id}", f"add-{pdf.thread_id}"]
    assert found.select_one("#title")["value"] == "Exports"  # pyright: ignore
    added = soup(reader.post("/announcements/items", **FIELDS, do=buttons[0], page="new"))
    assert [each.get_text() for each in added.select("fieldset.item legend")] == ["Export CSV"]
    typed: dict[str, Any] = {
        "idea": [str(csv.thread_id), ""],
        "note": ["One", "Two"],
        "outcome": ["shipped", "declined"],
    }
    out = soup(reader.post("/announcements/items", **FIELDS, **typed, do="remove-0", page="new"))
    assert [each.get_text().strip() for each in out.select("fieldset.item textarea")] == ["Two"]
    assert out.select_one("form.announcing")["action"] == "/announcements/new"  # pyright: ignore
    assert db.session.scalars(db.select(Announcement)).all() == []


def test_an_address_that_was_typed_where_one_looks_for_ideas_is_taken(reader: Reader):
    csv = idea("Export CSV")
    address = f"http://localhost/ideas/{csv.thread_id}-export-csv"
    added = soup(reader.post("/announcements/items", **FIELDS, do="add", find=address, page="new"))
    assert [each.get_text() for each in added.select("fieldset.item legend")] == ["Export CSV"]
    words = soup(reader.post("/announcements/items", **FIELDS, do="add", find="export", page="new"))
    assert words.select_one("#find")["value"] == "export"  # pyright: ignore
    assert words.select_one("fieldset.item [name=idea]")["value"] == ""  # pyright: ignore


def test_with_javascript_the_part_with_the_ideas_comes_back(reader: Reader):
    csv = idea("Export CSV")
    answer = reader.post("/announcements/items", **FIELDS, do=f"add-{csv.thread_id}", page="new", target="items")
    assert root(answer)["id"] == "items"
    assert "data-focus" in answer.text
    found = root(reader.get("/announcements/ideas?find=csv", target="found-ideas"))
    assert [link.get_text() for link in found.select("li a")] == ["Export CSV"]


def test_an_idea_can_be_named_from_its_page(reader: Reader):
    wish = idea("Export CSV")
    page = reader.read(f"/announcements/new?idea={wish.thread_id}")
    assert [each.get_text() for each in page.select("fieldset.item legend")] == ["Export CSV"]


def test_changing_a_draft(app: Flask, reader: Reader, boss: Person):
    made = drafted(viewer_of(boss), (idea("CSV"), "shipped"))
    form = reader.read(f"/announcements/{made}/edit").select_one("form.announcing")
    assert form is not None
    revision = form.select_one("[name=revision]")["value"]  # pyright: ignore
    fields = FIELDS | {"revision": revision, "title": "Other", "publish_at": "2030-12-03T09:00"}
    assert reader.post(f"/announcements/{made}/edit", **fields).status_code == 303
    found = queries.written(viewer_of(boss), made)
    assert (found.title, found.items) == ("Other", ())
    assert found.publish_at is not None
    assert found.publish_at.isoformat() == "2030-12-03T08:00:00+00:00"
    late = reader.post(f"/announcements/{made}/edit", **fields)
    assert late.status_code == 409
    assert soup(late).select_one("[name=revision]")["value"] == "2"  # pyright: ignore


def test_scheduling_and_publishing_before_its_time(reader: Reader, boss: Person):
    made = drafted(viewer_of(boss))
    reader.post(f"/announcements/{made}/edit", **FIELDS, revision="1", publish_at="2030-12-03T09:00")
    assert "Schedule for" in reader.get(f"/announcements/{made}/preview").text
    reader.post(f"/announcements/{made}/publish")
    assert only().state == "scheduled"
    reader.post(f"/announcements/{made}/unschedule")
    assert only().state == "draft"
    reader.post(f"/announcements/{made}/publish", now="1")
    assert only().state == "published"


def test_what_went_out_while_its_form_was_open_says_so_and_loses_nothing(reader: Reader, boss: Person):
    made = drafted(viewer_of(boss))
    path = reader.post(f"/announcements/{made}/publish").headers["Location"]
    late = reader.post(f"/announcements/{made}/edit", **FIELDS | {"body": "Half an hour of work."}, revision="1")
    assert late.status_code == 409
    assert "It was published meanwhile" in soup(late).select_one(".summary").get_text()  # pyright: ignore
    assert "Half an hour of work." in soup(late).select_one("[name=body]").get_text()  # pyright: ignore
    assert reader.get(f"/announcements/{made}/edit").headers["Location"] == path
    assert reader.post(f"/announcements/{made}/unschedule").headers["Location"] == path
    assert only().state == "published"


def test_undone_from_its_page(app: Flask, reader: Reader, boss: Person):
    made = drafted(viewer_of(boss))
    path = reader.post(f"/announcements/{made}/publish").headers["Location"]
    assert reader.read(path).select_one(f'[data-until] [formaction="/announcements/{made}/undo"]')
    assert reader.post(f"/announcements/{made}/undo").headers["Location"] == f"/announcements/{made}/preview"
    assert Reader(app).get(path).status_code == 404


def test_publishing_that_is_refused_says_why(reader: Reader, boss: Person):
    made = drafted(viewer_of(boss), (idea("CSV"), "declined"))
    answer = reader.post(f"/announcements/{made}/publish")
    assert answer.status_code == 422
    assert "CSV" in soup(answer).select_one(".summary").get_text()  # pyright: ignore


def test_corrected_added_to_and_withdrawn(app: Flask, reader: Reader, boss: Person):
    csv, pdf = idea("CSV"), idea("PDF")
    made = drafted(viewer_of(boss), (csv, "shipped"))
    path = reader.post(f"/announcements/{made}/publish").headers["Location"]
    item = db.session.scalars(db.select(AnnouncementItem.id)).one()
    form = reader.read(f"/announcements/{made}/correct").select_one("main form")
    assert form is not None
    fields = {"title": "T2", "body": "B2", "revision": form.select_one("[name=revision]")["value"]}  # pyright: ignore
    refused = reader.post(f"/announcements/{made}/correct", **fields, said="", **{f"note-{item}": "Typed"})
    assert refused.status_code == 422
    assert "Typed" in refused.text
    assert reader.post(f"/announcements/{made}/correct", **fields, said="Wrong day.").status_code == 303
    assert form.select_one(f"#outcome-{item} [selected]")["value"] == "shipped"  # pyright: ignore
    other = {f"outcome-{item}": "deferred", f"note-{item}": "Next year.", f"revisit_on-{item}": "2030-01-01"}
    revision = {"revision": "2"}
    assert (
        reader.post(f"/announcements/{made}/correct", **fields | revision | other, said="Not yet.").status_code == 303
    )
    assert status_of(csv) == "deferred"
    reader.post(f"/announcements/{made}/items", idea=str(pdf.thread_id), outcome="shipped")
    page = Reader(app).read(reader.get(f"/t/{made}").headers["Location"])
    assert "Wrong day." in page.get_text()
    assert [each.get_text() for each in page.select(".outcomes a")] == ["CSV", "PDF"]
    assert reader.post(f"/announcements/{made}/withdraw", reason="").status_code == 422
    assert reader.post(f"/announcements/{made}/withdraw", reason="It broke.").status_code == 303
    page = Reader(app).read(path.replace("exports-are-here", "t2"))
    assert "It broke." in page.get_text()
    assert not page.select(".outcomes")


def test_for_some_groups(app: Flask, reader: Reader):
    group = Group(name="Testers")
    db.session.add(group)
    db.session.commit()
    group_id = group.id
    reader.post("/announcements/new", **FIELDS | {"audience": "groups", "groups": str(group_id)})
    path = reader.post(f"/announcements/{only().thread_id}/publish").headers["Location"]
    assert "Only some groups" in reader.get(path).text
    assert Reader(app).get(path).status_code == 404
    admin, deleting = Reader(app, make_person(role="admin")), f"/admin/groups/{group_id}/delete"
    assert [link["href"] for link in admin.read(deleting).select(".note.warn a")] == [path]
    other = Group(name="Others")
    db.session.add(other)
    db.session.flush()
    db.session.add(AnnouncementGroup(announcement_id=only().thread_id, group_id=other.id))
    db.session.commit()
    assert not admin.read(deleting).select(".note.warn a"), "another group reads it still"


@pytest.mark.parametrize("verb", ["edit", "preview", "correct", "items", "withdraw"])
def test_pages_of_managers(app: Flask, boss: Person, verb: str):
    made = drafted(viewer_of(boss))
    path = f"/announcements/{made}/{verb}"
    assert Reader(app).get(path).headers["Location"].startswith("/sign-in")
    assert Reader(app, make_person()).get(path).status_code == 404
    assert Reader(app, make_person(role="agent")).get(path).status_code == 403
    Reader(app, boss).post(f"/announcements/{made}/publish")
    assert Reader(app, make_person()).get(path).status_code == 403


@pytest.mark.parametrize("path", ["new", "ideas?find=x"])
def test_others_cannot_begin_one(app: Flask, path: str):
    assert Reader(app, make_person()).get(f"/announcements/{path}").status_code == 403


def test_a_draft_is_thrown_away(reader: Reader, boss: Person):
    made = drafted(viewer_of(boss))
    assert reader.post(f"/announcements/{made}/discard").headers["Location"] == "/announcements/drafts"
    assert reader.get(f"/announcements/{made}/edit").status_code == 404
    assert reader.get(f"/announcements/{made}/preview").headers["Location"].startswith(f"/announcements/{made}-")
    assert "Exports are here" not in reader.get("/announcements/drafts").text
