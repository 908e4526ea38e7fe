"""What people write: asking, replying, commenting, quoting, editing. Nothing typed is lost, nothing is made twice."""

import re

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.people.models import KeptAct
from portal.threads import actions
from portal.threads.models import Post, Thread
from tests.factories import make_category, make_person, viewer_of
from tests.web.reading import Reader, fields_of, root, soup
from tests.web.scene import Scene, set_scene

ASKED = {"title": "How do I print?", "body": "It prints **nothing**.", "tags": "Labels, c++", "privacy": "none"}


@pytest.fixture
def scene(app: Flask) -> Scene:
    return set_scene(app)


def count(thread_id: int) -> int:
    """Posts and comments of a thread."""
    return db.session.scalar(db.select(db.func.count()).select_from(Post).filter_by(thread_id=thread_id)) or 0


def test_where_only_members_may_ask_a_visitor_signs_in_first(app: Flask) -> None:
    make_category("Inside", visibility="members")
    answer = Reader(app).get("/questions/new?title=How")
    assert answer.location == "/sign-in?next=%2Fquestions%2Fnew%3Ftitle%3DHow"
    member = Reader(app, make_person())
    assert member.read("/questions/new").select_one('select[name="category"]')


@pytest.mark.parametrize("place", ["questions", "discussions"])
def test_someone_begins_a_thread(scene: Scene, place: str) -> None:
    reader = scene.reader("other")
    page = reader.read(f"/{place}/new?category={scene.category}")
    assert page.select_one('select[name="category"] option[selected]')["value"] == str(scene.category)
    answer = reader.post(f"/{place}/new", category=scene.category, **ASKED)
    assert answer.status_code == 303
    assert re.fullmatch(rf"/{place}/\d+-how-do-i-print", answer.location)
    page = reader.read(answer.location)
    assert page.select_one(".flash.good")
    assert [tag.get_text() for tag in page.select("header .tag")] == ["c++", "labels"]


def test_a_form_that_is_refused_keeps_everything_and_says_why_beside_each_field(scene: Scene) -> None:
    reader = scene.reader("other")
    typed = ASKED | {"title": " ", "tags": "a b c d e f g", "category": "", "language": "sv", "privacy": "staff"}
    answer = reader.post("/questions/new", **typed)
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one("textarea").get_text().strip() == ASKED["body"]
    assert page.select_one('[name="tags"]')["value"] == "a b c d e f g"
    assert page.select_one('select[name="language"] option[selected]')["value"] == "sv"
    assert page.select_one('[name="privacy"][checked]')["value"] == "staff"
    wrong = {each.select_one("input, select, textarea")["name"] for each in page.select(".field.invalid")}
    assert {"title", "category"} <= wrong
    for link in page.select(".summary a"):
        assert page.select_one(link["href"])


def test_what_the_room_refuses_stands_beside_its_field(scene: Scene) -> None:
    answer = scene.reader("other").post("/questions/new", category=9999, **ASKED | {"tags": "a,b,c,d,e,f"})
    assert answer.status_code == 422
    wrong = {each.select_one("input, select, textarea")["name"] for each in soup(answer).select(".field.invalid")}
    assert wrong == {"tags", "category"}


def test_only_categories_one_may_see_and_write_in_are_offered(app: Flask) -> None:
    make_category("Open")
    make_category("Talk only", kinds=["discussion"])
    make_category("Inside", visibility="staff")
    offered = [each.get_text() for each in Reader(app, make_person()).read("/questions/new").select("option")]
    assert "Open" in offered
    assert "Talk only" not in offered
    assert "Inside" not in offered


def test_a_visitor_may_write_first_and_signs_in_when_sending(scene: Scene) -> None:
    visitor = scene.reader()
    assert "Set-Cookie" not in visitor.get("/questions/new").headers
    answer = visitor.post("/questions/new", category=scene.category, **ASKED)
    assert answer.location.startswith("/sign-in?act=")
    kept = dict(db.session.scalars(db.select(KeptAct)).one().fields)
    assert kept["body"] == ASKED["body"]


def test_the_same_form_twice_makes_one_thread(scene: Scene) -> None:
    reader = scene.reader("other")
    sent = fields_of(reader.read("/questions/new"), "") | ASKED | {"category": scene.category, "suggested": "asked"}
    sent.pop("csrf_token")
    first, second = (reader.post("/questions/new", **sent) for _again in range(2))
    assert first.location == second.location
    again = reader.post("/questions/new", **sent | {"body": "Something else"})
    assert again.status_code == 409
    assert soup(again).select_one("textarea").get_text().strip() == "Something else"
    fresh = soup(again).select_one('[name="key"]')["value"]
    assert reader.post("/questions/new", **sent | {"body": "Something else", "key": fresh}).status_code == 303


def test_a_reply_stands_last_and_says_what_happens_next(scene: Scene) -> None:
    reader = scene.reader("other")
    answer = reader.post(f"/threads/{scene.thread}/replies", body="So do I.")
    path, anchor = answer.location.split("#")
    page = reader.read(path)
    assert page.select("article.post")[-1]["id"] == anchor
    assert "follow" in page.select_one("#reply .flash.good").get_text()
    assert not page.select(".flashes")


def test_with_htmx_the_reply_appears_and_the_form_is_empty_again(scene: Scene) -> None:
    reader = scene.reader("other")
    key = reader.read(scene.path).select_one('#reply [name="key"]')["value"]
    answer = reader.post(f"/threads/{scene.thread}/replies", target="thread-1", body="So do I.", key=key)
    thread, form, facts = soup(answer).find_all(recursive=False)
    new = thread.select("article.post")[-1]
    assert "So do I." in new.get_text()
    assert new.has_attr("data-focus")
    assert form["hx-swap-oob"] == facts["hx-swap-oob"] == "true"
    assert "Answers2" in facts.get_text().replace("\n", "")
    assert form.textarea.get_text().strip() == ""
    assert form.select_one('[name="key"]')["value"] != key
    assert answer.headers["HX-Push-Url"] == f"{scene.path}#{new['id']}"


def test_an_empty_reply_comes_back_with_the_reason(scene: Scene) -> None:
    reader, path = scene.reader("other"), f"/threads/{scene.thread}/replies"
    answer = reader.post(path, body="  ")
    assert answer.status_code == 422
    assert soup(answer).h1.get_text() == "How do I print a label?"
    assert "Write something" in soup(answer).select_one("#reply .error").get_text()
    answer = reader.post(path, target="thread-1", body="**")
    assert answer.status_code in (200, 422)
    answer = reader.post(path, target="thread-1", body="x" * 40_000)
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#reply"
    assert root(answer).textarea.get_text().strip() == "x" * 40_000


def test_a_reply_to_what_was_closed_meanwhile_is_not_lost(scene: Scene) -> None:
    reader = scene.reader("other")
    write(actions.set_closed, viewer_of(scene.person("agent")), scene.thread, on=True, reason="Done")
    answer = reader.post(f"/threads/{scene.thread}/replies", body="My long answer")
    assert answer.status_code == 403
    assert soup(answer).select_one("#reply textarea[readonly]").get_text().strip() == "My long answer"
    assert reader.post(f"/threads/{scene.thread}/replies", target="x", body="My long answer").status_code == 403


def test_a_text_for_what_is_gone_or_out_of_sight_meanwhile_can_be_copied(scene: Scene) -> None:
    reader = scene.reader("other")
    write(actions.set_hidden, viewer_of(scene.person("moderator")), scene.thread, on=True, reason="Rude")
    for path in (f"/threads/{scene.thread}/replies", f"/posts/{scene.reply}/comments", f"/posts/{scene.reply}/edit"):
        answer = reader.post(path, body="My long answer")
        assert answer.status_code == 404
        assert soup(answer).select_one("main textarea[readonly]").get_text().strip() == "My long answer"
    assert "textarea" not in reader.get(scene.path).text


def test_a_form_sent_twice_makes_one_reply_and_one_comment(scene: Scene) -> None:
    reader = scene.reader("other")
    for path in (f"/threads/{scene.thread}/replies", f"/posts/{scene.reply}/comments"):
        before = count(scene.thread)
        answers = [reader.post(path, body="Once", key=f"key of {path}"[:60]) for _again in range(3)]
        assert len({answer.location for answer in answers}) == 1
        assert count(scene.thread) == before + 1
        changed = reader.post(path, body="Twice", key=f"key of {path}"[:60])
        assert changed.status_code == 409
        assert "Twice" in soup(changed).select_one("main textarea[name=body]").get_text()


def test_a_comment_is_written_on_its_own_page_or_in_place(scene: Scene) -> None:
    reader, at = scene.reader("other"), f"/posts/{scene.reply}"
    page = reader.read(f"{at}/comment")
    assert page.select_one(f'form[action="{at}/comments"] textarea')
    part = root(reader.get(f"{at}/comment", target="slot-2"))
    assert part["id"] == f"comment-{scene.reply}"
    answer = reader.post(f"{at}/comments", body="")
    assert answer.status_code == 422
    answer = reader.post(f"{at}/comments", target="x", body="y" * 2_001)
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == f"#comment-{scene.reply}"
    answer = reader.post(f"{at}/comments", body="A *short* one")
    assert answer.status_code == 303
    assert "A short one" in reader.read(answer.location.split("#")[0]).get_text()
    post = root(reader.post(f"{at}/comments", target="x", body="Another"))
    assert post["id"] == f"post-{scene.reply}"
    assert post.select_one("li[data-focus] .prose").get_text(strip=True) == "Another"


def test_the_form_for_a_comment_is_only_where_one_may_be_written(scene: Scene) -> None:
    write(actions.set_locked, viewer_of(scene.person("moderator")), scene.thread, on=True, reason="Heat")
    assert scene.reader("other").get(f"/posts/{scene.reply}/comment").status_code == 403
    assert scene.reader().get(f"/posts/{scene.reply}/comment").location.startswith("/sign-in?next=")


def test_quoting_fills_the_form(scene: Scene) -> None:
    quoted = f"> [Helper](/posts/{scene.reply}):\n>\n> Turn it off and on."
    link = scene.reader().read(scene.path).select_one(f'[href*="quote={scene.reply}"]')["href"]
    text = scene.reader().read(link.split("#")[0]).select_one("#reply textarea").get_text()
    assert text.strip() == quoted
    reader = scene.reader("other")
    answer = reader.post(f"/posts/{scene.reply}/quote", target="reply", body="What I typed")
    assert root(answer)["id"] == "reply"
    assert root(answer).textarea.get_text().strip() == f"What I typed\n\n{quoted}"
    assert reader.get(f"{scene.path}?quote=999").status_code == 404
    assert reader.get(f"{scene.path}?quote=x").status_code == 200


def test_a_preview_is_what_the_post_will_be(scene: Scene) -> None:
    reader = scene.reader("other")
    part = root(reader.post("/preview", target="preview", body="**bold** <script>x</script> @helper"))
    assert part["id"] == "preview"
    assert part.strong.get_text() == "bold"
    assert not part.select("script")
    assert part.select_one('a[href="/people/helper"]')
    assert soup(reader.post("/preview", body="**bold**")).select_one("#preview strong")
    assert scene.reader().post("/preview", body="**bold**").status_code == 200
    assert reader.post("/preview", target="preview", body="x" * 40_000).status_code == 422


def test_without_javascript_a_preview_keeps_the_form(scene: Scene) -> None:
    for reader in (scene.reader("other"), scene.reader()):
        sent = ASKED | {"category": str(scene.category), "of": "question", "key": "k"}
        page = soup(reader.post("/preview", **sent))
        assert page.select_one("#preview strong").get_text() == "nothing"
        kept = fields_of(page, "/questions/new")
        assert (kept["title"], kept["body"], kept["tags"]) == (ASKED["title"], ASKED["body"], ASKED["tags"])
        assert page.select_one("option[selected]")["value"] == str(scene.category)
        page = soup(reader.post("/preview", body="*so*", of=f"reply:{scene.thread}"))
        assert page.select_one("#reply #preview em").get_text() == "so"
        assert page.select_one("#reply textarea").get_text().strip() == "*so*"
    assert reader.post("/preview", body="x", of="reply:999").status_code == 404


def test_the_writer_learns_that_a_mention_reached_nobody_but_not_why(app: Flask) -> None:
    scene = set_scene(app, privacy="staff")
    reader = scene.reader("asker")
    reader.post(f"/threads/{scene.thread}/replies", body="@other, do you know?")
    said = reader.read(scene.path).select_one("#reply .flash").get_text()
    assert "other" in said
    assert db.session.get_one(Thread, scene.thread).last_activity_at <= now()


def test_who_wants_to_hear_nothing_is_not_told_that_they_follow(scene: Scene) -> None:
    reader = Reader(scene.app, make_person("someone"))
    reader.post(f"/threads/{scene.thread}/watch", level="mute")
    said = soup(reader.post(f"/threads/{scene.thread}/replies", target="x", body="So.")).select_one("#reply .flash")
    assert said.get_text(strip=True) == "Posted."


@pytest.mark.parametrize("confirmed", [True, False])
def test_after_each_act_it_is_said_what_happens_next(scene: Scene, confirmed: bool) -> None:
    someone = make_person("someone", **({} if confirmed else {"email_confirmed_at": None}))
    make_person("outside")
    reader, replies, comments = (
        Reader(scene.app, someone),
        f"/threads/{scene.thread}/replies",
        f"/posts/{scene.opening}/comments",
    )
    asked = ASKED | {"category": str(scene.category), "privacy": "staff", "body": "For @outside, in vain."}
    pages = {
        "question": reader.read(reader.post("/questions/new", **asked).location).select_one(".flash.good"),
        "Posted": reader.read(reader.post(replies, body="So.").location).select_one("#reply .flash"),
        "comment": reader.read(reader.post(comments, body="So.").location).select_one(".flash.good"),
        "": soup(reader.post(replies, target="x", body="More.")).select_one("#reply .flash"),
    }
    assert "Not told, though you mention them: outside." in pages["question"].get_text()
    for words, said in pages.items():
        assert words in said.get_text()
        assert "You follow" in said.get_text()
        assert "your inbox tells you" in said.get_text()
        assert ("confirm your address" in said.get_text()) is not confirmed
    if confirmed:
        part = root(reader.post(comments, target="x", body="And so."))
        assert "comment is posted" in part["data-say"]
