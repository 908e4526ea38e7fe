"""What is found, by words and by operators, and what nobody may find."""

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import write
from portal.search.queries import candidates, finding
from portal.threads import actions
from portal.threads.models import Thread
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of
from tests.search.looking import counted, found, titles


@pytest.fixture
def ferry(app: Flask) -> Thread:
    """A thread with a reply and a comment."""
    thread = make_thread(title="Printing boarding lists", body="The harbour printer **stops** after ten pages.")
    reply = make_reply(thread, body="Update the driver, then it prints all of them.")
    write(actions.comment, viewer_of(make_person()), reply.id, body="The firmware was the cause.")
    return thread


def test_words_of_the_title_the_text_replies_and_comments_are_found(ferry: Thread) -> None:
    for text in ("boarding", "harbour", "driver", "firmware", "PRINTER stops"):
        assert titles(text) == [ferry.title], text
    assert titles("submarine") == []


def test_a_word_is_found_in_its_other_forms(ferry: Thread) -> None:
    assert titles("printed list") == [ferry.title]
    french = make_thread(title="Où sont les réglages", body="Je cherche les réservations annulées.", language="fr")
    assert titles("réservation annulée", viewer_of(make_person(language="fr"))) == [french.title]
    assert titles("reglages") == [french.title]


def test_the_hit_is_the_post_that_fits_best_with_its_address(ferry: Thread) -> None:
    hit = found("driver").hits[0]
    assert (hit.number, hit.more) == (2, 0)
    assert hit.path == f"{ferry.path}#post-{hit.post_id}"
    assert hit.excerpt_html == "Update the <mark>driver</mark>, then it prints all of them."
    comment = found("firmware").hits[0]
    assert comment.is_comment
    assert comment.path.endswith(f"#post-{comment.post_id}")
    many = found("prints").hits[0]
    assert (many.number, many.more) == (1, 1)
    assert many.title_html == "<mark>Printing</mark> boarding lists"


def test_a_phrase_is_found_only_where_it_stands(app: Flask) -> None:
    there = make_thread(title="One", body="Rebuild the whole index at night.")
    make_thread(title="Two", body="The index is whole, you need not rebuild it.")
    assert titles('"whole index"') == [there.title]
    assert titles('"index whole"') == []
    assert sorted(titles("whole index")) == ["One", "Two"]
    assert titles("rebuild -night") == titles('rebuild -"whole index"') == ["Two"]
    assert titles('rebuild "whole index"') == [there.title]


def test_operators_narrow(app: Flask) -> None:
    anna = make_person("anna")
    place = make_category("Billing")
    make_thread(anna, title="Invoice one", category=place, tags=["vat"])
    make_thread(title="Invoice two", kind="discussion", language="sv")
    make_reply(make_thread(title="Invoice three", tags=["vat", "tax"]))
    for text, expected in {
        "kind:question": ["Invoice one", "Invoice three"],
        "kind:discussion": ["Invoice two"],
        "is:unanswered": ["Invoice one"],
        "is:solved": [],
        "status:planned": [],
        "in:billing": ["Invoice one"],
        "tag:vat": ["Invoice one", "Invoice three"],
        "tag:tax tag:vat": ["Invoice three"],
        "by:anna": ["Invoice one"],
        "by:@ANNA": ["Invoice one"],
        "lang:sv": ["Invoice two"],
        f"after:{now().date()}": ["Invoice one", "Invoice three", "Invoice two"],
        f"before:{now().date()}": [],
        "before:0001-01-01": [],
        "after:9999-12-31": [],
    }.items():
        assert sorted(titles(f"invoice {text}")) == expected, text
        assert sorted(titles(text)) == expected, text


def test_new_ones_first_on_request(app: Flask) -> None:
    made = [make_thread(title=f"Ledger {word}", body="ledger") for word in ("one", "two", "three")]
    assert titles("ledger order:new") == [thread.title for thread in reversed(made)]


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '""',
        "'",
        "*",
        "a*",
        "col:x",
        "title:x",
        "^a",
        "NEAR(a b)",
        "a AND b OR NOT c",
        "{title} : a",
        "(",
        ")",
        "-",
        "--",
        "+",
        "c++",
        "c#",
        ".net",
        "a-b",
        "a_b",
        "a:b:c",
        ":",
        "kind:",
        "kind:nonsense",
        "after:yesterday",
        "after:2026-13-45",
        "tag:",
        "\0",
        "a\0b",
        "\ud800",
        "x\udfffy",
        "😀",
        "👩‍👩‍👧 family",
        "\u202e",
        "%",
        "_",
        "\\",
        "a'b",
        "'; DROP TABLE post; --",
        "&",
        "|",
        "!",
        "a & b",
        "a <-> b",
        "a:*",
        "\u0301\u0301",
        "é" * 300,
        "漢" * 500,
        "ก็" * 50,
        "x" * 10_000,
        "a b " * 2_500,
        '"' * 10_000,
        "-" * 10_000,
        "is:solved " * 1_000,
        "\n\t\r",
        "l'",
        "''",
        "don't",
        "İstanbul",
        "ŉ",
        "ﬁ",
    ],
)
def test_nothing_that_is_typed_is_an_error(ferry: Thread, text: str) -> None:
    found(text)
    found(f"printer {text}")
    found(f'"{text}" -{text}')


def test_names_of_languages_and_scripts_without_spaces_are_found(app: Flask) -> None:
    for title, body, asked in (
        ("Compilers", "Our c++ code and the c# part", "c++"),
        ("Sharp", "Written in C# since .NET came", "c#"),
        ("Dots", "We run on .NET here", ".net"),
        ("Hyphens", "The check-in counter", "check-in"),
        ("Snakes", "Set max_open_files there", "max_open_files"),
        ("Chinese", "我们在东京大学学习中文", "东京大学"),
        ("Japanese", "印刷のやり方を教えてください", "やり方"),
        ("Korean", "비밀번호를 바꾸고 싶어요", "비밀번호"),
        ("Thai", "ฉันลืมรหัสผ่าน", "รหัสผ่าน"),
        ("Greek", "Ξέχασα τον κωδικό μου", "κωδικο"),
        ("Ligature", "The ﬁrst oﬃce", "first office"),
        ("German", "Die Straße ist gesperrt", "strasse"),
        ("Danish", "Smørrebrød", "smorrebrod"),
    ):
        make_thread(title=title, body=body)
        assert title in titles(asked), asked
    assert "Compilers" not in titles("c")
    assert titles("大东") == []


def test_what_may_not_be_seen_is_not_found(app: Flask) -> None:
    anna, staff = make_person(), make_person(role="agent")
    make_thread(anna, title="A secret ledger", privacy="staff")
    make_thread(staff, title="For staff", body="ledger", category=make_category(visibility="staff"))
    gone = make_thread(title="Deleted ledger")
    shown = make_thread(title="Shown ledger")
    reply = make_reply(shown, body="A zeppelin")
    moderator = viewer_of(make_person(role="moderator"))
    write(actions.delete_thread, moderator, gone.id, reason="Spam")
    write(actions.hide_post, moderator, reply.id, on=True, reason="Spam")
    assert titles("ledger") == titles("ledger", viewer_of(make_person())) == ["Shown ledger"]
    assert sorted(titles("ledger", viewer_of(anna))) == ["A secret ledger", "Shown ledger"]
    assert sorted(titles("ledger", viewer_of(staff))) == ["A secret ledger", "For staff", "Shown ledger"]
    assert titles("zeppelin") == titles("zeppelin", viewer_of(staff)) == []


def test_pages(app: Flask) -> None:
    for number in range(5):
        make_thread(title=f"Ledger {number}", body="ledger")
    first, last = found("ledger", limit=3), found("ledger", limit=3, page=2)
    assert (len(first.hits), first.count, first.has_more, first.capped) == (3, 5, True, False)
    assert (len(last.hits), last.count, last.has_more) == (2, 5, False)
    assert not {hit.thread_id for hit in first.hits} & {hit.thread_id for hit in last.hits}
    assert found("ledger", page=999).hits == ()


@pytest.fixture(params=["rare", "common"])
def looks_at_few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a large portal, where a search looks at some of the posts."""
    sizes = {"BUDGET": 1_000 if request.param == "rare" else 0, "OF_THREAD": 3}
    sizes |= dict.fromkeys(("LOOKED_AT", "OF_ONE"), 6) | {"OF_ONE_IN_TITLES": 2, "A_PAGE": 2}
    for name, value in sizes.items():
        monkeypatch.setattr(candidates, name, value)
    monkeypatch.setattr(finding, "LOOKED_AT", 6)


@pytest.mark.usefixtures("looks_at_few")
def test_a_long_thread_hides_no_other(app: Flask) -> None:
    others = [make_thread(title=f"Thread {number}", body="ledger") for number in range(4)]
    long = make_thread(title="Long", body="ledger")
    for number in range(20):
        make_reply(long, body=f"ledger {number}")
    counted()
    for order in ("best", "new"):
        assert {hit.thread_id for hit in found(f"ledger order:{order}").hits} == {
            long.id,
            *(each.id for each in others),
        }


@pytest.mark.usefixtures("looks_at_few")
def test_the_newest_post_is_first_however_old_its_thread(app: Flask) -> None:
    old = make_thread(title="Old", body="ledger")
    made = [make_thread(title=f"The ledger {number}", body="ledger") for number in range(8)]
    reply = make_reply(old, body="The ledger, at last.")
    counted()
    hits = found("ledger order:new").hits
    assert [hit.post_id for hit in hits][:1] == [reply.id]
    assert [hit.title for hit in hits][1:4] == [thread.title for thread in reversed(made)][:3]


@pytest.mark.usefixtures("looks_at_few")
@pytest.mark.parametrize("order", ["best", "new"])
def test_further_pages_look_further_and_repeat_nothing(app: Flask, order: str) -> None:
    made = [make_thread(title=f"Thread {number}", body="ledger") for number in range(12)]
    counted()
    pages = [found(f"ledger order:{order}", limit=3, page=page) for page in (1, 2, 3, 4, 5)]
    shown = [hit.thread_id for page in pages for hit in page.hits]
    assert sorted(shown) == [thread.id for thread in made]
    assert [page.has_more for page in pages] == [True, True, True, False, False]
    assert pages[0].capped
    assert (pages[3].count, pages[3].capped) == (12, False)
