"""Merging and splitting, as a moderator does it."""

import pytest
from flask import Flask

from portal.core.db import db, write
from portal.questions.actions import set_accepted
from portal.questions.models import Question
from portal.threads.models import Post, Thread
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of
from tests.web.reading import Reader, soup


@pytest.fixture
def moderator(app: Flask) -> Reader:
    return Reader(app, make_person("mo", role="moderator"))


def test_one_is_merged_into_another_by_its_address(app: Flask, moderator: Reader) -> None:
    old, kept = make_thread(title="Printer jams"), make_thread(title="The printer jams")
    make_reply(old, body="Turn it off")
    assert moderator.read(old.path).find("a", href=f"/threads/{old.id}/merge")
    into = f"http://localhost{kept.path}?page=1#post-2"
    answer = moderator.post(f"/threads/{old.id}/merge", into=into, reason="The same")
    assert answer.location == kept.path
    assert "Turn it off" in moderator.read(kept.path).text
    assert Reader(app).get(old.path).location == kept.path


def test_who_began_the_one_that_was_merged_and_staff_are_led_on_too(app: Flask, moderator: Reader) -> None:
    asker = make_person()
    old, kept = make_thread(asker), make_thread()
    moderator.post(f"/threads/{old.id}/merge", into=str(kept.id), reason="The same")
    for reader in (Reader(app, asker), moderator):
        assert reader.get(old.path).location == kept.path


@pytest.mark.parametrize("into", ["", "nowhere", "999999", "/questions/new"])
def test_what_is_no_conversation_is_said_and_what_was_typed_stays(moderator: Reader, into: str) -> None:
    thread = make_thread()
    answer = moderator.post(f"/threads/{thread.id}/merge", into=into, reason="The same")
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one("#into-error")
    assert page.select_one('[name="reason"]')["value"] == "The same"  # type: ignore[index]


def test_not_into_itself_and_not_without_a_reason(moderator: Reader) -> None:
    thread, other = make_thread(), make_thread()
    assert moderator.post(f"/threads/{thread.id}/merge", into=str(thread.id), reason="x").status_code == 422
    answer = moderator.post(f"/threads/{thread.id}/merge", into=str(other.id), reason="")
    assert (answer.status_code, bool(soup(answer).select_one("#reason-error"))) == (422, True)


def test_of_two_accepted_answers_one_is_chosen(moderator: Reader) -> None:
    ada = make_person("ada")
    old, kept = make_thread(ada), make_thread(ada)
    first, second = make_reply(old, body="Off and on"), make_reply(kept, body="Use the tray")
    for answer in (first, second):
        write(set_accepted, viewer_of(ada), answer.id, on=True)
    asked = moderator.post(f"/threads/{old.id}/merge", into=str(kept.id), reason="The same")
    offered = {str(choice["value"]) for choice in soup(asked).select('[name="keep"]')}
    assert (asked.status_code, offered) == (422, {str(first.id), str(second.id)})
    done = moderator.post(f"/threads/{old.id}/merge", into=str(kept.id), reason="The same", keep=str(first.id))
    assert done.status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Thread, kept.id).accepted_post_id == first.id


def test_replies_leave_and_become_a_question(moderator: Reader) -> None:
    category = make_category("Elsewhere")
    thread = make_thread()
    stays, leaves, also = (make_reply(thread, body=body) for body in ("Stays", "Leaves", "Leaves too"))
    page = moderator.read(f"/threads/{thread.id}/split?page=1")
    assert {str(box["value"]) for box in page.select('[name="posts"]')} == {str(p.id) for p in (stays, leaves, also)}
    fields = {"title": "Another question", "category": str(category.id), "reason": "Off topic"}
    answer = moderator.post(f"/threads/{thread.id}/split", posts=[str(leaves.id), str(also.id)], **fields)
    assert answer.status_code == 303
    made = moderator.read(answer.location)
    assert [title.get_text() for title in made.select("h1")] == ["Another question"]
    assert db.session.get_one(Post, stays.id).thread_id == thread.id
    assert db.session.get_one(Post, leaves.id).number == 1


def test_splitting_says_what_is_missing_and_keeps_the_rest(moderator: Reader) -> None:
    thread = make_thread()
    reply = make_reply(thread)
    answer = moderator.post(f"/threads/{thread.id}/split", posts=[str(reply.id)], title="", category="", reason="Why")
    page = soup(answer)
    assert answer.status_code == 422
    assert page.select_one(f'[name="posts"][value="{reply.id}"]').has_attr("checked")  # type: ignore[union-attr]
    assert moderator.post(f"/threads/{thread.id}/split", title="New one", reason="Why").status_code == 422


@pytest.mark.parametrize("verb", ["merge", "split"])
def test_only_moderators(app: Flask, verb: str) -> None:
    thread = make_thread()
    member, agent = Reader(app, make_person("mia")), Reader(app, make_person("al", role="agent"))
    for reader in (member, agent):
        assert reader.get(f"/threads/{thread.id}/{verb}").status_code == 403
        assert reader.post(f"/threads/{thread.id}/{verb}", into="1", reason="x").status_code == 403
    assert Reader(app).get(f"/threads/{thread.id}/{verb}").status_code == 303
    private = make_thread(privacy="staff")
    assert member.get(f"/threads/{private.id}/{verb}").status_code == 404


def test_what_was_typed_or_pressed_on_the_page_of_one_that_was_merged_goes_where_it_went(
    app: Flask, moderator: Reader
) -> None:
    asker, other = make_person("asker"), make_person("other")
    old, middle, kept = make_thread(asker), make_thread(), make_thread()
    for source, into in ((old, middle), (middle, kept)):
        moderator.post(f"/threads/{source.id}/merge", into=str(into.id), reason="The same")
    for person, target in ((other, ""), (other, f"thread-{old.id}"), (asker, "")):
        reader = Reader(app, person)
        answer = reader.post(f"/threads/{old.id}/replies", target=target, body=f"Off and {target or 'on'}")
        to = answer.headers["HX-Redirect"] if target else answer.location
        page = reader.read(to.split("#")[0])
        assert f"Off and {target or 'on'}" in page.select("article.post")[-1].get_text()
        assert "was merged into this conversation" in page.select_one("#reply .flash").get_text()  # type: ignore[union-attr]
    answer = Reader(app, other).post(f"/threads/{old.id}/same", on="1")
    assert answer.location == kept.path
    assert db.session.get_one(Question, kept.id).same == 3
    old_post = db.session.scalars(db.select(Post).filter_by(author_id=asker.id)).first()
    assert old_post
    answer = Reader(app, other).post(f"/posts/{old_post.id}/comments", body="Which?")
    assert answer.location.startswith(kept.path)


def test_what_cannot_be_taken_where_one_that_was_merged_went_comes_back(app: Flask, moderator: Reader) -> None:
    old, kept = make_thread(), make_thread()
    moderator.post(f"/threads/{old.id}/merge", into=str(kept.id), reason="The same")
    reader, at = Reader(app, make_person()), f"/threads/{old.id}/replies"
    answer = reader.post(at, target="x", body=" ")
    assert (answer.status_code, "was merged" in answer.text) == (409, True)
    moderator.post(f"/threads/{kept.id}/close", on="1", reason="Done")
    answer = reader.post(at, body="My long answer")
    assert answer.status_code == 403
    assert "My long answer" in soup(answer).select_one("#reply textarea[readonly]").get_text()  # type: ignore[union-attr]
    answer = reader.post(at, target="x", body="My long answer")
    assert (answer.status_code, "This conversation is closed" in answer.text) == (403, True)
