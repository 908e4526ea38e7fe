"""Nothing that people write becomes anything but what is on the list, however it is written and wherever it stands."""

import contextlib

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.markup import IMPORTED, TooMuch, render
from portal.core.markup.finishing import last_word
from tests.core.allowed import wrongs
from tests.core.hostile import BROKEN, HOSTILE, RUN, SEEDS, UPLOAD

AROUND = {
    "alone": "{}",
    "in a quote": "> {}",
    "in a list": "- a\n  - {}",
    "in a task": "- [ ] {}",
    "in a heading": "## {}",
    "in a table": "|a|b|\n|-|-|\n|{}|b|",
    "in emphasis": "a **{}** *{}* ~~{}~~",
    "in a link": "[{}](/ok)",
    "in an image": f"![{{}}]({UPLOAD})",
    "in an image elsewhere": "![{}](https://example.org/a.png)",
    "in an address": "[a]({}) [b](<{}>) <{}>",
    "in a title": f"[a](/ok \"{{}}\") ![b]({UPLOAD} '{{}}')",
    "in a definition": "[a]: {} '{}'\n\n[a] [{}]\n\n[{}]: /x",
    "in a footnote": "a[^{}] b[^n]\n\n[^{}]: c\n\n[^n]: {}",
    "in code": "`{}` ``{}``",
    "in a block of code": "```html\n{}\n```\n\n    {}",
    "as a language": "```{}\na\n```",
    "as mathematics": "${}$ $$\n{}\n$$",
    "in sub": "<sub>{}</sub> <kbd>{}</kbd>",
    "as a mention": "@{} @a{}",
    "after an address": "http://example.org/{} www.{}",
}


def everyone(names: object) -> dict[str, str]:
    """As if every name were somebody's, with an account of a hostile name."""
    return {name: f"\"'><script>{RUN}</script>/../{name}" for name in list(names)}  # type: ignore[call-overload]


def check(source: str) -> None:
    page = render(source, people=everyone, limits=IMPORTED).html
    assert wrongs(page) == []
    assert last_word(page) == page


@pytest.mark.parametrize("around", AROUND.values(), ids=list(AROUND))
def test_no_hostile_text_becomes_more_than_text(around: str) -> None:
    for hostile in (*SEEDS, *BROKEN):
        check(around.replace("{}", hostile))


def test_nor_does_a_hostile_address_wherever_it_stands() -> None:
    for hostile in HOSTILE:
        check(hostile)


def test_all_of_them_on_one_page() -> None:
    check("\n\n".join(HOSTILE))
    check("".join(HOSTILE))
    check("".join(reversed(HOSTILE)))


def test_there_are_enough_of_them() -> None:
    assert len(SEEDS) >= 300
    assert len(HOSTILE) >= 900


def test_the_check_itself_finds_what_is_wrong() -> None:
    for wrong in (
        "<script>1</script>",
        "<p onclick='a'>b</p>",
        "<a href='javascript:a'>b</a>",
        "<a href='https://example.org'>b</a>",
        "<a href='//example.org'>b</a>",
        "<img src='https://example.org/a.png'>",
        "<p hx-get='/a'>b</p>",
        "<p data-hx-get='/a'>b</p>",
        "<code class='button'>b</code>",
        "<li id='main'>b</li>",
        "<!-- a -->",
        "<svg></svg>",
    ):
        assert wrongs(wrong), wrong
        assert not wrongs(last_word(wrong)) or "example.org" in wrong


MARKS = [*"*_~`[]()<>!#$&\\|-+=:@^.,;\"'{}/ \t\n0a", "\n\n", "\n- ", "\n> ", "\n    ", "```", "](", "[^a]", "$$", "\n|"]
MARKS += [
    "|-|",
    "<sub>",
    "</sub>",
    "http://",
    "www.",
    "@a",
    "&amp;",
    "  \n",
    "\n# ",
    "[a]: ",
    "\n1. ",
    "[ ] ",
    "\u202e",
]
READABLE = st.characters(exclude_categories=["C"]) | st.just("\n")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*HOSTILE[:200], *MARKS]), max_size=40).map("".join) | st.text(max_size=200))
def test_whatever_is_written_nothing_is_raised_and_nothing_gets_through(source: str) -> None:
    with contextlib.suppress(TooMuch):
        check(source)


@settings(max_examples=100, deadline=None)
@given(st.text(READABLE, max_size=100), st.sampled_from(["", "python", "html", "c++", "nonsense"]))
def test_code_is_shown_to_the_letter(code: str, language: str) -> None:
    fence = "~" * (3 + code.count("~"))
    page = BeautifulSoup(render(f"{fence}{language}\n{code}\n{fence}").html, "html.parser")
    assert page.find_all("code")[0].get_text() == f"{code}\n"
