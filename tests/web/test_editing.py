"""What people change of what they wrote, and how it was before."""

from urllib.parse import quote_plus

from portal.core.db import write
from portal.threads import actions
from tests.factories import viewer_of
from tests.web.reading import fields_of, root, soup
from tests.web.scene import Scene


def test_editing_changes_the_post_and_keeps_how_it_was(scene: Scene) -> None:
    reader, at = scene.reader("helper"), f"/posts/{scene.reply}"
    sent = fields_of(reader.read(f"{at}/edit"), f"{at}/edit")
    assert sent["body"] == "Turn it off and on."
    sent |= {"body": "Turn it off and on again.", "reason": "More exact"}
    assert reader.post(f"{at}/edit", **sent).status_code == 303
    page = scene.reader().read(scene.path).select_one(f"#post-{scene.reply}")
    assert "on again" in page.get_text()
    history = scene.reader().read(page.select_one('a[href$="/history"]')["href"])
    assert [ins.get_text().strip() for ins in history.select("ins")] == ["again"]
    assert "More exact" in history.get_text()


def test_an_edited_comment_says_so(scene: Scene) -> None:
    body = "Which one, the second?"
    write(actions.edit_post, viewer_of(scene.person("moderator")), scene.comment, body=body, revision=1, reason="Clear")
    comment = scene.reader().read(scene.path).select_one(f"#post-{scene.comment}")
    assert comment.select_one('a[href$="/history"]').get_text() == "edited"
    assert "Clear" in scene.reader().read(f"/posts/{scene.comment}/history").get_text()


def test_the_opening_post_is_edited_with_title_and_tags(scene: Scene) -> None:
    reader, at = scene.reader("asker"), f"/posts/{scene.opening}/edit"
    sent = fields_of(reader.read(at), at) | {"title": "How do I print two labels?", "tags": "labels two"}
    answer = reader.post(at, **sent)
    assert answer.location == f"/questions/{scene.thread}-how-do-i-print-two-labels#post-{scene.opening}"
    answer = reader.post(at, **sent | {"title": "", "revision": "2"})
    assert answer.status_code == 422
    part = root(reader.get(at, target="text-1"))
    assert part["id"] == f"edit-{scene.opening}"
    changed = reader.post(at, target="x", **sent | {"title": "Once more", "revision": "2"})
    assert soup(changed).h1.get_text() == "Once more"


def test_the_second_of_two_editors_sees_both_texts_and_loses_none(scene: Scene) -> None:
    reader, at = scene.reader("helper"), f"/posts/{scene.reply}/edit"
    sent = fields_of(reader.read(at), at)
    write(
        actions.edit_post,
        viewer_of(scene.person("moderator")),
        scene.reply,
        body="Turn it off, wait, and on.",
        revision=1,
        reason="More careful",
    )
    for target in ("", "x"):
        answer = reader.post(at, target=target, **sent | {"body": "Turn it off and on twice."})
        assert answer.status_code == 409
        page = soup(answer)
        assert page.select_one("textarea").get_text().strip() == "Turn it off and on twice."
        now_, yours = page.select(".versus .diff")
        assert now_.get_text().strip() == "Turn it off, wait, and on."
        assert yours.select("ins")
        assert yours.select("del")
        assert page.select_one('[name="revision"]')["value"] == "2"
    saved = fields_of(page, at) | {"body": "Turn it off, wait, and on twice."}
    assert reader.post(at, **saved).status_code == 303
    assert "and on twice" in scene.reader().read(scene.path).get_text()


def test_editing_is_for_those_who_may(scene: Scene) -> None:
    at = f"/posts/{scene.reply}/edit"
    assert scene.reader("other").get(at).status_code == 403
    assert scene.reader("other").post(at, body="x", revision="1").status_code == 403
    assert scene.reader().get(at).location == f"/sign-in?next={quote_plus(at)}"
    assert scene.reader("moderator").get(at).status_code == 200


def test_the_history_of_what_is_hidden_is_for_staff(scene: Scene) -> None:
    write(actions.hide_post, viewer_of(scene.person("moderator")), scene.reply, on=True, reason="Rude")
    assert scene.reader("other").get(f"/posts/{scene.reply}/history").status_code == 404
    assert scene.reader("agent").get(f"/posts/{scene.reply}/history").status_code == 200
