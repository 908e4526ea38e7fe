"""Letters about what happens: each kind, its headers, and what no hostile words can make of it."""

import re
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.config import in_force
from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.letters import NotAnyMore
from portal.delivery.letters.saying import quoted
from portal.delivery.links import unwanted
from portal.threads.actions import set_locked
from tests.delivery.letters.scene import Scene, a_delivery, every_kind, notices, to_a_contact, written
from tests.factories import make_idea, make_person, make_reply, make_thread, viewer_of
from tests.letters import html, links, text
from tests.loop.told import choose, contact, decide, follow, vote

ADDRESS = re.compile(r"https?://[^\s\"<>]+")
HOSTILE = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=60
).map(lambda said: f"a<script>{said}</script>\r\nBcc: x@example.com")


def parts_agree(letter: EmailMessage) -> None:
    """The same addresses stand in both parts of a letter."""
    shown = BeautifulSoup(html(letter), "html.parser")
    linked = {str(each["href"]).rstrip("/") for each in shown.find_all("a")}
    assert linked == {each.rstrip("/") for each in ADDRESS.findall(text(letter))}


def is_well_formed(letter: EmailMessage) -> None:
    """Headers as the standards have them, two parts, and an HTML part that asks nobody for anything."""
    assert not letter.defects
    assert not any(value.defects for value in letter.values() if hasattr(value, "defects"))
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert all("\n" not in value and "\r" not in value for value in letter.values())
    shown = BeautifulSoup(html(letter), "html.parser")
    assert not shown.find_all(("script", "img", "link", "iframe", "object", "form", "base"))
    assert not [name for each in shown.find_all(True) for name in each.attrs if name.startswith("on")]
    assert "url(" not in html(letter)
    parts_agree(letter)


def test_every_kind_in_every_language(app: Flask) -> None:
    reader = make_person("ada", role="manager", time_zone="Europe/Stockholm")
    for language, made in every_kind(reader, ["en", "de", "sv"]).items():
        assert len(made) > 18
        for kind, letter in made.items():
            is_well_formed(letter)
            assert letter["Content-Language"] == language, kind
            assert BeautifulSoup(html(letter), "html.parser").html["lang"] == language  # type: ignore[index]
            for body in (text(letter), html(letter), letter["Subject"]):
                assert "None" not in body
                assert "{" not in body.partition("</style>")[2]
        ours = {"en": "Planned", "de": "Geplant", "sv": "Planerad"}[language]
        assert made["outcome-author"]["Subject"] == f"{ours}: Print labels in colour"
        year = {"en": "March 1, 2027", "de": "1. März 2027", "sv": "1 mars 2027"}[language]
        assert year in text(made["outcome-author"])
        there = now().astimezone(ZoneInfo("Europe/Stockholm"))
        assert f" {there.tzname()})" in text(made["reply-watcher"]), "where the reader is"


def test_headers_make_a_thread_and_say_how_to_stop(app: Flask) -> None:
    reader = make_person()
    question = make_thread(reader)
    for _ in range(2):
        make_reply(question)
    one, two = (written(reader, notice) for notice in notices(reader))
    assert one["Message-ID"] != two["Message-ID"]
    assert one["References"] == one["In-Reply-To"] == two["References"] == f"<thread-{question.id}@localhost>"
    assert one["Subject"] == two["Subject"] == "Re: How do I print a label?"
    assert one["Precedence"] == "bulk"
    assert one["Auto-Submitted"] == "auto-generated"
    assert one["List-Id"] == "<notices.localhost>"
    assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = str(one["List-Unsubscribe"])
    assert re.fullmatch(r"<http://localhost/unsubscribe/\S+>", stop)
    assert stop.strip("<>") in text(one)
    assert one["Reply-To"] is None
    assert "Reply to this letter" not in text(one)


def test_who_may_reply_can_do_so_by_mail(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_force(), "mail_replies", "reply@in.example.com")
    reader, moderator = make_person(), make_person(role="moderator")
    question = make_thread(reader)
    make_reply(question)
    [notice] = notices(reader)
    letter = written(reader, notice)
    assert str(letter["Reply-To"]).startswith(f"reply+r{a_delivery(reader, notice).id}-")
    assert "Reply to this letter" in text(letter)
    write(set_locked, viewer_of(moderator), question.id, on=True, reason="Over.")
    assert written(reader, notice)["Reply-To"] is None


def test_several_replies_are_one_letter(app: Flask) -> None:
    reader = make_person()
    question = make_thread(reader)
    for words in ("The first.", "The second.", "The third."):
        make_reply(question, body=words)
    letter = written(reader, *notices(reader))
    assert [text(letter).find(words) > 0 for words in ("first", "second", "third")] == [True] * 3
    assert letter["Subject"] == "Re: How do I print a label?"


def test_someone_entered_by_staff_reads_who_did_it_in_the_first_letter(app: Flask) -> None:
    letter = to_a_contact()
    is_well_formed(letter)
    assert "Mia Manager of Rondo entered your name and address" in text(letter)
    assert "help.example.com" in text(letter)
    assert "help.example.com/7" not in letter.as_string()
    assert "http://localhost/not-me/" in text(letter)


def test_the_second_letter_to_a_contact_has_the_way_out_alone(app: Flask) -> None:
    manager, idea, person = make_person(role="manager"), make_idea(), contact()
    vote(idea, person, by=manager)
    decide(idea, "planned", manager)
    [first] = notices(person)
    sent = a_delivery(person, first)
    sent.state, sent.sent_at = "sent", now()
    db.session.commit()
    decide(idea, "shipped", manager)
    letter = written(person, notices(person)[1])
    assert "entered your name" not in text(letter)
    assert "/not-me/" in text(letter)


def test_the_question_whether_it_helps_has_a_link_for_each_answer(app: Flask) -> None:
    scene = Scene(make_person("ada"), ["en"])
    scene.questions()
    scene.keep()
    asked = scene.letters["en"]["asked-author"]
    answers = [each for each in links(asked) if "/answer/" in each]
    assert [each.partition("?answer=")[2].partition("&")[0] for each in answers] == ["solved", "partly", "no"]


def test_a_digest_begins_with_what_is_ones_own_and_is_never_empty(app: Flask) -> None:
    reader, idea = make_person(), make_idea(title="Something I follow")
    follow(reader, idea.thread_id)
    decide(idea)
    mine = make_idea(reader, title="What I suggested")
    decide(mine, "declined")
    make_reply(make_thread(reader, title="What I asked"), make_person())
    elsewhere = make_idea(title="Newest of all")
    follow(reader, elsewhere.thread_id)
    decide(elsewhere)
    first = notices(reader)
    letter = written(reader, *first, kind="digest")
    places = [text(letter).find(title) for title in ("What I asked", "What I suggested", "Newest of all", "Something")]
    assert places == sorted(places)
    assert -1 not in places
    assert letter["Subject"] == "Rondo: what happened: What I asked (and 3 more)"
    assert letter["References"] is None
    choose(reader, "requested", mail=False)
    choose(reader, "followed", mail=False)
    choose(reader, "replies", mail=False)
    with pytest.raises(NotAnyMore):
        written(reader, *first, kind="digest")


def test_a_digest_says_of_an_idea_only_what_was_decided_last(app: Flask) -> None:
    reader = make_person()
    mine = make_idea(reader, title="What I suggested")
    decide(mine, "planned")
    notices(reader)
    decide(mine, "declined")
    said = text(written(reader, *notices(reader), kind="digest"))
    assert "[Declined]" in said
    assert "[Planned]" not in said
    assert said.count("There is a decision") == 1


@given(HOSTILE)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_words_make_a_header_or_a_tag(app: Flask, said: str) -> None:
    reader = make_person(name="x")
    thread = make_thread(reader)
    person = make_person(name="y")
    make_reply(thread, person)
    thread.title, person.name, thread.language = said[:200], said[:80], "ar"
    db.session.commit()
    [notice] = notices(reader)
    letter = written(reader, notice)
    is_well_formed(letter)
    assert letter["Bcc"] is None
    assert "<script" not in html(letter)


@pytest.mark.parametrize(
    "title",
    ["\u202eevil\u202c", "🎉 " * 60, "W" * 200, "مرحبا بالعالم", "win.example", "=?utf-8?q?a?=", "a, b <c@d.example>"],
)
def test_strange_titles_arrive_as_they_are(app: Flask, title: str) -> None:
    reader = make_person()
    thread = make_thread(reader)
    make_reply(thread)
    thread.title = title
    db.session.commit()
    letter = written(reader, notices(reader)[0])
    is_well_formed(letter)
    assert " ".join(title.split()) in text(letter)
    assert letter["To"].addresses[0].addr_spec == reader.email


def test_a_name_is_no_bait(app: Flask) -> None:
    reader, writer = make_person(), make_person(name="Prize: https://win.example")
    make_reply(make_thread(reader), writer)
    letter = written(reader, notices(reader)[0])
    assert "win.example" not in letter.as_string()
    assert not any("win" in each for each in ADDRESS.findall(text(letter)))


@pytest.mark.parametrize(
    ("safe", "said"),
    [
        ("<p>One &amp; two</p>\n<p>Three<br>four</p>", "One & two\n\nThree\nfour"),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "• a\n• b"),
        ("<pre><code>x = 1\ny = 2\n</code></pre>", "x = 1\ny = 2"),
        ("<p>&lt;script&gt;</p>", "<script>"),
        ("<p>" + "word " * 400, None),
        ("", ""),
    ],
)
def test_what_is_quoted(safe: str, said: Any) -> None:
    words = quoted(safe)
    assert len(words) <= 600
    assert words == said if said is not None else words.endswith("word…")


def test_the_same_news_leads_each_reader_to_their_own_page(app: Flask) -> None:
    """However many letters say the same, the link to have no more of them is of one person."""
    idea, people = make_idea(title="Labels"), [make_person() for _ in range(3)]
    vote(idea, *people)
    decide(idea, "planned", make_person(role="manager"))
    theirs = dict[int, set[str]]()
    for person in people:
        [notice] = notices(person)
        letter = written(person, notice)
        found = {each for body in (text(letter), html(letter)) for each in re.findall(r"/unsubscribe/[\w.-]+", body)}
        theirs[person.id] = found | {letter["List-Unsubscribe"].removeprefix("<http://localhost").removesuffix(">")}
    for person in people:
        [path] = theirs[person.id]
        said = unwanted(path.removeprefix("/unsubscribe/"))
        assert said is not None
        assert (said.person_id, said.thread_id) == (person.id, idea.thread_id)
