"""An answer to a letter becomes a post of whom the letter went to, once; what cannot be posted goes back to them."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, write
from portal.delivery.addresses import bounce_address, reply_address
from portal.delivery.models import Delivery, ReceivedMail
from portal.delivery.receiving import taking
from portal.ideas.actions.turning import turn
from portal.notices.models import Notice
from portal.notices.telling.steps import tell_due
from portal.people.actions.erasing import erase
from portal.people.actions.suspending import suspend
from portal.people.models import Person
from portal.threads import actions
from portal.threads.actions.merging import merge, split
from portal.threads.models import Post, Thread
from tests.delivery.receiving.coming import answer, letters_of, received, take, told
from tests.factories import make_category, make_idea, make_person, make_thread, viewer_of
from tests.loop.told import decide, letters_to, vote


def last_post(thread_id: int) -> Post:
    return db.session.scalars(db.select(Post).filter_by(thread_id=thread_id).order_by(Post.id.desc())).all()[0]


def thread_of(letter: Delivery) -> Thread:
    return db.session.get_one(Thread, db.session.get_one(Notice, letter.notice_id).thread_id, populate_existing=True)


def test_an_answer_is_a_post_of_whom_the_letter_went_to(app: Flask) -> None:
    ada = make_person("ada")
    letter = told(ada)
    assert take(answer(letter, "It was the *tray*.\n\n-- \nAda\n", From="Mallory <mallory@example.com>")) == "reply"
    post = last_post(thread_of(letter).id)
    assert (post.source, post.author_id, post.number) == ("It was the *tray*.", ada.id, 3)
    (row,) = received()
    assert (row.post_id, row.person_id, row.delivery_id) == (post.id, ada.id, letter.id)
    assert db.session.get_one(Notice, letter.notice_id, populate_existing=True).read_at is not None
    assert letters_of("without-files") == letters_of("not-posted") == []


def test_the_same_message_twice_is_one_post(app: Flask) -> None:
    letter = told(make_person())
    assert [take(answer(letter)), take(answer(letter, "Other words, the same id"))] == ["reply", "twice"]
    nameless = answer(letter)
    del nameless["Message-ID"]
    assert [take(nameless), take(nameless)] == ["reply", "twice"]
    assert thread_of(letter).replies == 3
    assert len(received()) == 2


@pytest.mark.parametrize("name", ["To", "Cc", "Delivered-To", "X-Original-To"])
def test_the_address_is_found_wherever_it_stands(app: Flask, name: str) -> None:
    letter = told(make_person())
    message = answer(letter, To="Forum <forum@example.com>")
    if name == "To":
        message.replace_header("To", f'"Forum" <{str(reply_address(letter.id)).upper()}>, other@example.com')
    else:
        message[name] = f"<{reply_address(letter.id)}>"
    assert take(message) == "reply"


def test_the_envelope_says_whom_it_is_for(app: Flask) -> None:
    letter = told(make_person())
    assert take(answer(letter, To="undisclosed@example.com")) == "ignored"
    assert take(answer(letter, To="undisclosed@example.com"), str(reply_address(letter.id))) == "reply"


def test_nobody_writes_for_another_by_their_address(app: Flask) -> None:
    letter = told(make_person("ada"))
    forged = str(reply_address(letter.id)).replace("+r", "+r1")
    for address in (
        forged,
        str(bounce_address(letter.id)),
        "reply@forum.example",
        "reply+r1-aaaaaaaaaaaaaaaa@forum.example",
    ):
        assert take(answer(letter, From="ada@example.com", To=address, Message_ID=f"<{address}>")) == "ignored", address
    assert thread_of(letter).replies == 1


MACHINES: tuple[dict[str, str], ...] = (
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "auto-generated (vacation)"},
    {"Precedence": "bulk"},
    {"Precedence": "auto_reply"},
    {"X_Autoreply": "yes"},
    {"List_Id": "<notices.localhost>"},
    {"Return_Path": "<>"},
    {"Subject": "Automatic reply: How do I print a label?"},
    {"Subject": "Automatische Antwort: Wie drucke ich?"},
    {"Subject": "Abwesenheitsnotiz"},
    {"Subject": "Autosvar: Hur skriver jag ut?"},
    {"From": "Mail Delivery System <MAILER-DAEMON@mx.example.net>"},
)


@pytest.mark.parametrize("headers", MACHINES, ids=str)
def test_machines_are_not_answered(app: Flask, headers: dict[str, str]) -> None:
    letter = told(make_person())
    assert take(answer(letter, **headers)) == "ignored"
    assert thread_of(letter).replies == 1
    assert letters_of("not-posted") == []


def test_a_human_who_says_so_is_none(app: Flask) -> None:
    letter = told(make_person())
    assert take(answer(letter, Auto_Submitted="no", Return_Path="<ada@example.com>", Precedence="normal")) == "reply"


def test_a_letter_of_ours_that_comes_back_to_us_is_ignored(app: Flask) -> None:
    letter = told(make_person())
    assert take(answer(letter, Message_ID=letter.message_id)) == "ignored"


def test_files_are_not_taken_and_the_text_is(app: Flask) -> None:
    letter = told(ada := make_person())
    message = answer(letter, "See the picture.")
    message.add_attachment(b"PNG", maintype="image", subtype="png", filename="label.png")
    assert take(message) == "reply"
    post = last_post(thread_of(letter).id)
    assert post.source == "See the picture."
    (back,) = letters_of("without-files")
    assert (back.person_id, back.data) == (ada.id, {"post": post.id})


def refused(letter: Delivery, **given: Any) -> dict[str, Any]:
    """What went back to who wrote it."""
    before = thread_of(letter).replies
    assert take(answer(letter, "My words.", **given)) == "refused"
    assert thread_of(letter).replies == before
    back = letters_of("not-posted")[-1]
    assert back.address == db.session.get_one(Person, letter.person_id).email
    return back.data


def test_what_is_locked_or_out_of_reach_goes_back_with_the_text(app: Flask) -> None:
    boss, ada = viewer_of(make_person(role="moderator")), make_person("ada", language="de")
    thread = make_thread()
    write(actions.set_watch, viewer_of(ada), thread.id, level="watch")
    letter = told(ada, thread)
    write(actions.set_locked, boss, thread.id, on=True, reason="Enough")
    data = refused(letter)
    assert data["text"] == "My words."
    assert data["why"] == "Dieses Gespräch ist gesperrt."
    inside = make_category("Staff", visibility="staff")
    write(actions.move, boss, thread.id, category_id=inside.id, reason="Ours")
    data = refused(letter, Message_ID="<2@example.com>")
    assert "gibt es nicht mehr" in data["why"]
    assert thread.title not in str(data)


def test_an_old_letter_cannot_be_answered(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = told(make_person())
    letter.created_at = letter.due_at = clock.now() - timedelta(days=89)
    db.session.commit()
    assert take(answer(letter)) == "reply"
    letter.created_at = clock.now() - timedelta(days=91)
    db.session.commit()
    assert "90 days" in refused(letter, Message_ID="<2@example.com>")["why"]
    letter.sent_at = clock.now() - timedelta(days=89)
    db.session.commit()
    assert take(answer(letter, Message_ID="<3@example.com>")) == "reply", "it was held before it was sent"


def test_whoever_may_not_write_is_told(app: Flask) -> None:
    boss = viewer_of(make_person(role="moderator"))
    letter = told(ada := make_person())
    write(suspend, boss, ada.id, reason="Rude", until=None)
    assert "suspended" in refused(letter)["why"]
    contact = told(eve := make_person())
    eve.kind = "contact"
    db.session.commit()
    assert refused(contact, Message_ID="<2@example.com>")["next"] == "account"


def test_nothing_goes_to_who_was_erased(app: Flask) -> None:
    letter = told(ada := make_person())
    message = answer(letter)
    write(erase, viewer_of(ada))
    assert take(message) == "ignored"
    assert letters_of("not-posted") == []


def test_words_that_are_no_words_go_back(app: Flask) -> None:
    letter = told(make_person())
    assert take(answer(letter, "> only a quote\n")) == "refused"
    empty = answer(letter, "\n", Message_ID="<2@example.com>")
    empty.add_attachment(b"PNG", maintype="image", subtype="png", filename="label.png")
    assert take(empty) == "refused"
    assert "Files" in letters_of("not-posted")[-1].data["why"]
    assert take(answer(letter, "word " * 30_000, Message_ID="<3@example.com>")) == "refused"


def test_who_is_refused_all_the_time_is_told_no_more(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "LETTERS_BACK", 2)
    letter = told(make_person())
    for number in range(3):
        assert take(answer(letter, f"Words {number}", Message_ID=f"<{number}@words.example>")) == "reply"
    for number in range(4):
        assert take(answer(letter, ">", Message_ID=f"<{number}@example.com>")) == "refused"
    assert len(letters_of("not-posted")) == 2
    with clock.standing(clock.now() + timedelta(days=1, minutes=1)):
        assert take(answer(letter, ">", Message_ID="<next@example.com>")) == "refused"
    assert len(letters_of("not-posted")) == 3


def test_the_rules_of_posts_hold(app: Flask) -> None:
    thread = make_thread()
    new = make_person(email_confirmed_at=None)
    write(actions.set_watch, viewer_of(new), thread.id, level="watch")
    letter = told(make_person())
    letter.person_id = new.id
    db.session.commit()
    for number in range(9):
        take(answer(letter, f"Words {number}", Message_ID=f"<{number}@example.com>"))
    assert "confirm your address" in letters_of("not-posted")[-1].data["why"]


def test_it_goes_where_the_post_is_now(app: Flask) -> None:
    boss, ada = viewer_of(make_person(role="moderator")), make_person()
    letter, target = told(ada), make_thread(title="The same")
    write(merge, boss, thread_of(letter).id, into=target.id, reason="Same")
    assert take(answer(letter)) == "reply"
    assert last_post(target.id).author_id == ada.id


def test_it_goes_along_with_what_was_split_off(app: Flask) -> None:
    boss, letter = viewer_of(make_person(role="moderator")), told(make_person())
    source = thread_of(letter)
    post = db.session.get_one(Notice, letter.notice_id).post_id or 0
    away = write(split, boss, source.id, post_ids=[post], title="A matter of its own",
                 category_id=source.category_id, reason="Apart")  # fmt: skip
    assert take(answer(letter)) == "reply"
    assert last_post(away).source == "It was the tray."


def test_what_was_said_of_an_idea_is_answered_in_what_it_went_into(app: Flask) -> None:
    """It was made a question, and merged as that."""
    boss, ada, idea = viewer_of(make_person(role="moderator")), make_person(), make_idea()
    vote(idea, ada)
    decide(idea, "declined")
    tell_due()
    letter, target = letters_to(ada)[0], make_thread(title="The same")
    write(turn, boss, idea.thread_id, kind="question", reason="It can be done")
    write(merge, boss, idea.thread_id, into=target.id, reason="Same")
    assert take(answer(letter)) == "reply"
    assert last_post(target.id).author_id == ada.id


@pytest.mark.parametrize(
    ("kind", "said"), [("asked", "one of three answers"), ("owned", "for the team"), ("waiting", "for the team")]
)
def test_what_is_not_for_all_is_not_posted(app: Flask, kind: str, said: str) -> None:
    letter = told(make_person())
    db.session.get_one(Notice, letter.notice_id).kind = kind
    db.session.commit()
    data = refused(letter)
    assert said in data["why"]
    assert data["next"] == ("answer" if kind == "asked" else "")


def test_a_digest_has_no_one_place(app: Flask) -> None:
    letter = told(make_person())
    thread_id = thread_of(letter).id
    letter.notice_id = None
    db.session.commit()
    assert take(answer(letter)) == "refused"
    assert "several things" in letters_of("not-posted")[0].data["why"]
    assert thread_id


def test_what_came_in_long_ago_is_forgotten(app: Flask) -> None:
    letter = told(make_person())
    take(answer(letter))
    row = received()[0]
    row.at = clock.now() - taking.KEPT - timedelta(days=1)
    db.session.commit()
    assert write(taking.sweep) == 1
    assert db.session.scalars(db.select(ReceivedMail)).all() == []
