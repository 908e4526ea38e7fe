"""Drafts as the pages have them: kept by the editor, found in the form, listed, discarded; and whom one may call."""

from portal.core.db import db
from portal.threads.models import Draft
from portal.threads.models.draft import NEW
from tests.factories import make_person
from tests.web.reading import root, soup
from tests.web.scene import Scene


def forms(scene: Scene) -> dict[str, str]:
    """Every form that keeps drafts for `helper`: what it is for, and where it is."""
    return {
        "question": "/questions/new",
        "discussion": "/discussions/new",
        "idea": "/ideas/new",
        f"reply:{scene.thread}": scene.path,
        f"comment:{scene.opening}": f"/posts/{scene.opening}/comment",
        f"edit:{scene.reply}": f"/posts/{scene.reply}/edit",
    }


def count() -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(Draft)) or 0


def test_every_form_finds_what_was_typed_on_another_machine(scene: Scene) -> None:
    for place, path in forms(scene).items():
        assert scene.reader("helper").post("/drafts", target="x", of=place, body=f"So far, {place}").status_code == 204
        form = scene.reader("helper").read(path).select_one(f'form:has([name="of"][value="{place}"])')
        assert form.select_one("textarea").get_text().strip() == f"So far, {place}", place
        assert "Your draft from" in form.get_text()
        if form.select_one("input:not([type=hidden], [type=file], [type=radio])"):
            first = form.select_one("button:not([type=button])")
            assert not {"formaction", "name"} & set(first.attrs), "Enter in a field posts, and does nothing else"
    other = scene.reader("other").read(scene.path)
    assert "So far" not in other.get_text()
    assert "Your draft" not in other.get_text()


def test_the_fields_of_a_new_thread_come_back_as_they_were(scene: Scene) -> None:
    reader = scene.reader("other")
    typed = {"title": "Why", "body": "So", "tags": "a b", "category": str(scene.elsewhere), "privacy": "staff"}
    reader.post("/drafts", target="x", of="question", language="sv", **typed)
    page = reader.read("/questions/new")
    assert page.select_one('[name="title"]')["value"] == "Why"
    assert page.select_one('[name="privacy"][checked]')["value"] == "staff"
    chosen = [each["value"] for each in page.select("main option[selected]")]
    assert chosen == [str(scene.elsewhere), "sv"]
    page = reader.read(f"/questions/new?category={scene.category}")
    assert page.select_one('select[name="category"] option[selected]')["value"] == str(scene.category)


def test_without_javascript_a_draft_is_kept_listed_and_discarded(scene: Scene) -> None:
    reader, place = scene.reader("helper"), f"reply:{scene.thread}"
    answer = reader.post("/drafts", of=place, body="So far")
    assert (answer.status_code, answer.location) == (303, "/drafts")
    page = reader.read("/drafts")
    assert page.select_one(".flash.good")
    assert page.select_one(".items a").get_text() == "How do I print a label?"
    way = page.select_one(".items a")["href"].partition("#")[0]
    assert reader.get(way).location == scene.path
    answer = reader.post("/drafts/discard", of=place)
    assert (answer.status_code, answer.location) == (303, "/drafts")
    assert not reader.read("/drafts").select(".items")
    assert reader.post("/drafts/discard", of=place, back="form").location == f"/t/{scene.thread}#reply"


def test_the_list_says_what_each_of_them_is(scene: Scene) -> None:
    reader = scene.reader("helper")
    for place in forms(scene):
        reader.post("/drafts", target="x", of=place, body="So far")
    said = {row.select_one(".meta span").get_text() for row in reader.read("/drafts").select(".items li")}
    assert said == {"A new question", "A new discussion", "A new idea", "A reply", "A comment", "A change"}


def test_with_htmx_discarding_leaves_the_fresh_form(scene: Scene) -> None:
    reader = scene.reader("helper")
    for place, path in forms(scene).items():
        reader.post("/drafts", target="x", of=place, body="So far")
        answer = reader.post("/drafts/discard", target="x", of=place, body="So far", back="form")
        assert count() == 0
        if place in NEW:
            assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, path)
        else:
            assert "So far" not in root(answer).get_text()
            assert root(answer).select_one("textarea")


def test_a_draft_that_was_begun_from_an_older_version_meets_the_newer(scene: Scene) -> None:
    helper, place = scene.reader("helper"), f"edit:{scene.reply}"
    helper.post("/drafts", target="x", of=place, body="Mine", revision="1")
    scene.reader("moderator").post(f"/posts/{scene.reply}/edit", body="Theirs", revision="1")
    page = helper.read(f"/posts/{scene.reply}/edit")
    assert page.select_one('[name="revision"]')["value"] == "1"
    answer = helper.post(f"/posts/{scene.reply}/edit", body="Mine", revision="1")
    assert answer.status_code == 409
    assert "Theirs" in answer.text


def test_what_was_being_written_when_a_thread_was_locked_can_be_copied(scene: Scene) -> None:
    helper = scene.reader("helper")
    helper.post("/drafts", target="x", of=f"reply:{scene.thread}", body="Nearly done")
    scene.reader("moderator").post(f"/threads/{scene.thread}/lock", on="1", reason="Enough.")
    assert helper.read(scene.path).select_one("#no-reply textarea").get_text().strip() == "Nearly done"


def test_a_quote_comes_after_the_draft_and_of_what_was_selected(scene: Scene) -> None:
    helper = scene.reader("helper")
    helper.post("/drafts", target="x", of=f"reply:{scene.thread}", body="So far")
    text = helper.read(f"{scene.path}?quote={scene.opening}").select_one("#reply textarea").get_text().strip()
    assert text.startswith("So far\n\n> [Asker]")
    part = root(helper.post(f"/posts/{scene.opening}/quote", target="reply", body="", selected="**nothing**"))
    quoted = part.select_one("textarea").get_text().strip()
    assert quoted == f"> [Asker](/posts/{scene.opening}):\n>\n> **nothing**"


def test_a_preview_keeps_each_form_and_stands_in_it(scene: Scene) -> None:
    helper = scene.reader("helper")
    for place, path in list(forms(scene).items())[len(NEW) :]:
        page = soup(helper.post("/preview", of=place, body="So *far*", reason="Better", revision="1"))
        form = page.select_one(f'form:has([name="of"][value="{place}"])')
        assert form.select_one(".preview em").get_text() == "far", path
        assert form.select_one("textarea").get_text().strip() == "So *far*"
        kind, _, number = place.partition(":")
        preview = f"preview-{kind}-{number}" if kind != "reply" else "preview"
        assert root(helper.post("/preview", target=preview, of=place, body="*x*"))["id"] == preview


def test_who_is_signed_out_keeps_nothing_on_the_server(scene: Scene) -> None:
    visitor = scene.reader()
    for path, fields in {"/drafts": {"of": "question", "body": "x"}, "/drafts/discard": {"of": "question"}}.items():
        assert visitor.post(path, **fields).location.startswith("/sign-in")
        assert "/sign-in" in visitor.post(path, target="x", **fields).headers["HX-Redirect"]
    assert visitor.get("/drafts").location.startswith("/sign-in?next=")
    assert visitor.get("/mentions?of=question&q=a").location.startswith("/sign-in")
    assert count() == 0
    page = visitor.read(scene.path)
    assert "Your draft" not in page.get_text()
    assert page.select_one('#reply [name="of"]')["value"] == f"reply:{scene.thread}"


def test_bad_input_and_what_is_not_theirs(scene: Scene) -> None:
    other = scene.reader("other")
    for place in ("", "announcement", "reply:0", "reply:999999", "nonsense:1"):
        assert other.post("/drafts", target="x", of=place, body="x").status_code == 404, place
        assert other.get(f"/mentions?of={place}&q=a").status_code == 404
    assert other.post("/drafts", target="x", of=f"edit:{scene.reply}", body="x").status_code == 403
    assert other.post("/drafts", target="x", of="question", body="x" * 40_000).status_code == 422
    assert other.post("/drafts/discard", of="nonsense").status_code == 404
    assert count() == 0


def test_a_changed_title_changes_the_address(scene: Scene) -> None:
    asker, change = scene.reader("asker"), {"title": "How do I print?", "body": "It *jams*.", "revision": "1"}
    shown = f"http://localhost{scene.path}"
    answer = asker.post(f"/posts/{scene.opening}/edit", target=f"thread-{scene.thread}", shown=shown, **change)
    assert answer.headers["HX-Push-Url"] == f"/questions/{scene.thread}-how-do-i-print#post-{scene.opening}"
    same = change | {"body": "It *jams* often.", "revision": "2"}
    shown = shown.replace(scene.path, f"/questions/{scene.thread}-how-do-i-print")
    answer = asker.post(f"/posts/{scene.opening}/edit", target=f"thread-{scene.thread}", shown=shown, **same)
    assert answer.status_code == 200
    assert "HX-Push-Url" not in answer.headers


def test_people_are_offered_as_a_list_for_screen_readers(scene: Scene) -> None:
    make_person("helga", name="<b>Helga</b>")
    other = scene.reader("other")
    listed = root(other.get(f"/mentions?of=reply:{scene.thread}&q=hel", target="x"))
    assert listed["role"] == "listbox"
    assert listed["data-say"]
    assert [each["data-value"] for each in listed.select('[role="option"]')] == ["@helga", "@helper"]
    assert listed.select_one("b").get_text() == "<b>Helga</b>"
    assert other.get(f"/mentions?of=reply:{scene.thread}&q=nobody").text == ""
    asked = f"/mentions?of=question&q=hel&category={scene.category}&privacy=staff"
    assert other.get(asked).text == ""
