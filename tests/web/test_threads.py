"""The page of a thread: its address, its pages, its posts, and who sees what of it."""

from itertools import pairwise

import pytest
from flask import Flask

from portal.core.db import db, write
from portal.threads import actions
from portal.threads.models import Post, Thread
from tests.factories import make_comment, make_person, make_reply, make_thread, viewer_of
from tests.web.reading import Reader, soup
from tests.web.scene import Scene, set_scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    return set_scene(app)


def test_the_page_shows_the_question_its_answers_and_their_comments(scene: Scene) -> None:
    page = scene.reader().read(scene.path)
    assert page.h1.get_text() == "How do I print a label?"
    posts = page.select("article.post")
    assert [post["id"] for post in posts] == [f"post-{scene.opening}", f"post-{scene.reply}"]
    assert posts[0].select_one(".prose em").get_text() == "nothing"
    assert posts[1].select_one(f".comments #post-{scene.comment} .prose").get_text(strip=True) == "Which one?"
    assert page.select_one('link[rel="canonical"]')["href"] == f"http://localhost{scene.path}"


def test_what_was_written_is_in_the_language_of_the_thread_and_the_words_around_it_in_the_readers(app: Flask) -> None:
    thread = make_thread(language="sv")
    make_comment(make_reply(thread))
    page = Reader(app, make_person(language="de")).read(thread.path)
    written = page.select("main h1, article .prose")
    assert [each["lang"] for each in written] == ["sv"] * 4
    assert {each["lang"] for each in page.select("main [lang]")} == {"sv"}
    assert page.html["lang"] == "de"
    assert not page.select("[lang=sv] button, [lang=sv] time, [lang=sv] .who")


def test_headings_are_in_order(scene: Scene) -> None:
    levels = [int(each.name[1]) for each in scene.reader().read(scene.path).find_all(["h1", "h2", "h3", "h4"])]
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_a_visitors_page_sets_no_cookie_and_has_no_token(scene: Scene) -> None:
    answer = scene.reader().get(scene.path)
    assert "Set-Cookie" not in answer.headers
    assert "csrf" not in answer.text.lower()
    assert 'name="key"' not in answer.text


def test_a_visitors_page_is_the_same_each_time(scene: Scene) -> None:
    assert scene.reader().get(scene.path).text == scene.reader().get(scene.path).text


def test_a_visitor_sees_the_buttons_as_plain_forms(scene: Scene) -> None:
    page = scene.reader().read(scene.path)
    article = page.select_one("article.thread")
    assert article.select_one(f'button[form="act"][formaction="/posts/{scene.reply}/vote"]')
    assert article.select_one(f'[href="/posts/{scene.reply}/comment"]')
    assert page.select_one(f'form[action="/threads/{scene.thread}/replies"] textarea')
    assert not article.select("[hx-post], [hx-get]")


@pytest.mark.parametrize("place", ["questions", "discussions"])
def test_any_other_address_of_it_leads_to_its_own(scene: Scene, place: str) -> None:
    for path in (f"/{place}/{scene.thread}", f"/{place}/{scene.thread}-old-title"):
        answer = scene.reader().get(f"{path}?page=1")
        assert answer.status_code == 301
        assert answer.location == f"{scene.path}?page=1"


def test_no_address_tells_the_title_of_what_may_not_be_seen(app: Flask) -> None:
    scene = set_scene(app, privacy="staff", title="A secret marker")
    paths = [f"/questions/{scene.thread}", f"/questions/{scene.thread}-x", f"/t/{scene.thread}", scene.path]
    paths += [f"/posts/{post}" for post in (scene.opening, scene.reply, scene.comment)]
    paths += [f"/posts/{scene.reply}/history", f"/posts/{scene.reply}/edit", f"/posts/{scene.reply}/comment"]
    for reader in (scene.reader(), scene.reader("other")):
        for path in paths:
            answer = reader.get(path)
            assert "secret" not in answer.text.lower() + str(answer.headers).lower()
            if not path.endswith(("edit", "comment")) or reader.token:
                assert answer.status_code == 404, path
    assert scene.reader("asker").get(scene.path).status_code == 200


def test_posts_and_threads_have_an_address_for_ever(app: Flask, scene: Scene) -> None:
    thread = db.session.get_one(Thread, scene.thread)
    for _number in range(20):
        last = make_reply(thread, scene.person("helper"))
    reader = Reader(app)
    assert reader.get(f"/t/{scene.thread}").location == scene.path
    assert reader.get(f"/posts/{scene.reply}").location == f"{scene.path}#post-{scene.reply}"
    assert reader.get(f"/posts/{scene.comment}").location == f"{scene.path}#post-{scene.comment}"
    assert reader.get(f"/posts/{last.id}").location == f"{scene.path}?page=2#post-{last.id}"
    assert reader.get("/posts/999").status_code == reader.get("/t/999").status_code == 404


def test_pages_are_numbered_and_stable(app: Flask, scene: Scene) -> None:
    thread = db.session.get_one(Thread, scene.thread)
    for number in range(40):
        make_reply(thread, scene.person("helper"), body=f"Number {number}")
    reader = scene.reader()
    assert len(reader.read(scene.path).select(".post")) == 20
    page = reader.read(f"{scene.path}?page=2")
    before = [post["id"] for post in page.select(".post")]
    assert page.select_one('.pages [aria-current="page"]').get_text() == "Page 2"
    third = reader.read(f"{scene.path}?page=3").select(".post")
    assert len(third) == 2
    write(actions.delete_post, viewer_of(scene.person("helper")), int(before[3].removeprefix("post-")))
    assert [post["id"] for post in reader.read(f"{scene.path}?page=2").select(".post")] == before
    for wrong in ("4", "0", "-1", "x", "999999999", "٢"):
        assert reader.get(f"{scene.path}?page={wrong}").status_code == 404


def test_a_stub_keeps_the_place_of_what_is_gone(scene: Scene) -> None:
    write(actions.hide_post, viewer_of(scene.person("moderator")), scene.reply, on=True, reason="Rude")
    page = scene.reader("asker").read(scene.path)
    stub = page.select_one(f"#post-{scene.reply}")
    assert "Hidden by staff" in stub.get_text()
    assert "Turn it off" not in page.get_text()
    assert "Rude" not in page.get_text()
    staff = scene.reader("agent").read(scene.path).select_one(f"#post-{scene.reply}")
    assert "Turn it off" in staff.get_text()
    assert "Rude" in staff.get_text()


def test_staff_restore_from_the_page(scene: Scene) -> None:
    write(actions.delete_post, viewer_of(scene.person("helper")), scene.reply)
    stub = scene.reader("other").read(scene.path).select_one(f"#post-{scene.reply}.stub")
    assert "Deleted by its author" in stub.get_text()
    reader = scene.reader("moderator")
    button = reader.read(scene.path).select_one(f'#post-{scene.reply} [formaction$="/restore"]')
    assert reader.post(button["formaction"]).status_code == 303
    assert not scene.reader().read(scene.path).select(".stub")


def test_a_closed_thread_says_so_and_takes_no_reply(scene: Scene) -> None:
    write(actions.set_closed, viewer_of(scene.person("agent")), scene.thread, on=True, reason="Answered elsewhere")
    page = scene.reader("other").read(scene.path)
    assert "Answered elsewhere" in page.select_one("header .note.warn").get_text()
    assert not page.select(f'form[action^="/threads/{scene.thread}/replies"]')
    assert "closed" in page.select_one("#reply").get_text()


def test_a_private_question_says_who_reads_it_and_is_not_indexed(app: Flask) -> None:
    scene = set_scene(app, privacy="staff")
    page = scene.reader("asker").read(scene.path)
    assert "Only the author and staff" in page.select_one("main header").get_text()
    assert page.select_one('meta[name="robots"]')["content"] == "noindex"


def test_a_private_question_is_published_with_its_askers_consent(app: Flask) -> None:
    scene = set_scene(app, privacy="staff")
    staff, asker, at = scene.reader("agent"), scene.reader("asker"), f"/threads/{scene.thread}"
    assert staff.post(f"{at}/publish", reason="Useful").status_code == 403
    assert staff.post(f"{at}/ask-to-publish").status_code == 303
    assert staff.post(f"{at}/consent", on="1").status_code == 403
    assert asker.read(scene.path).select(f'[formaction="{at}/consent"]')
    assert asker.post(f"{at}/consent", on="1").status_code == 303
    assert staff.read(f"{at}/publish").select_one(f'form[action="{at}/publish"]')
    assert scene.reader().get(scene.path).status_code == 404
    assert staff.post(f"{at}/publish", reason="Useful").status_code == 303
    assert scene.reader().get(scene.path).status_code == 200


def test_names_and_titles_are_text(app: Flask) -> None:
    author = make_person("eve", name="<b>Eve</b>")
    thread = make_thread(author, title="<script>alert(1)</script> title")
    answer = Reader(app).get(thread.path)
    assert "<script>alert" not in answer.text
    assert soup(answer).h1.get_text() == "<script>alert(1)</script> title"
    assert "<b>Eve" not in answer.text


def test_someone_who_left_has_a_name_but_no_link(scene: Scene) -> None:
    db.session.get_one(Post, scene.reply).author_id = None
    db.session.commit()
    post = scene.reader().read(scene.path).select_one(f"#post-{scene.reply}")
    assert "Someone who left" in post.select_one(".name").get_text()
    assert post.select_one(".name").name == "span"
