"""Code is coloured by classes that the stylesheet knows, in languages on the list, as far as the budget goes."""

import re

import pytest
from bs4 import BeautifulSoup

from portal.core import assets
from portal.core.markup import WRITTEN, render
from portal.core.markup.colours import CLASSES, LANGUAGES, Colours, language

STYLED = set(re.findall(r"\.([a-z][a-z0-9]{0,2})\b", (assets.SOURCE / "css/code.css").read_text(encoding="utf-8")))
PLAIN = {"err", "esc", "g", "gt", "l", "ld", "n", "nx", "o", "p", "pm", "w", "x", "go", "ges", "fm"}
"""Kinds that look like the text around them: names, operators, punctuation, white space."""


def test_every_colour_has_its_kind_and_every_kind_its_colour() -> None:
    assert STYLED <= CLASSES
    assert CLASSES - STYLED <= PLAIN


@pytest.mark.parametrize("name", LANGUAGES)
def test_each_language_is_there_and_leaves_the_code_as_it_is(name: str) -> None:
    code = 'class A(b): # c\n\t"d" + 1.5 <e f="g"/> {h: i} /* j */ \\k\n\n  -- l\n\n'
    page = BeautifulSoup(render(f"```{name}\n{code}```").html, "html.parser")
    found = page.find_all("code")[0]
    assert found.get_text() == code
    assert found["class"] == [f"language-{name}"]
    assert {css for span in found.find_all("span") for css in span["class"]} <= CLASSES


def test_other_names_of_a_language() -> None:
    assert language("C++ title=x") == "cpp"
    assert language("lang-py") == "python"
    assert language("") is None
    assert language("../../etc/passwd") is None
    others = [name for names in LANGUAGES.values() for name in names.split()]
    assert len(others) == len(set(others))
    assert not set(others) & set(LANGUAGES)


def test_an_unknown_language_stays_plain() -> None:
    assert render("```evil x\na < b\n```").html == '<pre tabindex="0"><code>a &lt; b\n</code></pre>\n'


@pytest.mark.parametrize("code", ["a = 1\n" * (WRITTEN.coloured // 6 + 1), "a" * 600, "a\n" + "\n" * 20])
def test_what_is_over_the_budget_is_shown_without_colours(code: str) -> None:
    page = render(f"```python\n{code}\n```").html
    assert "<span" not in page
    assert 'class="language-python"' in page


def test_the_budget_is_for_the_whole_text() -> None:
    colours = Colours(characters=10, spans=100)
    assert colours.pieces("a = 1", "python")
    assert colours.pieces("b = 123", "python") is None
    assert colours.pieces("b = 1", "python")
    assert Colours(characters=100, spans=2).pieces("a = b + 1", "python") is None
    assert Colours(characters=100, spans=100, seconds=0).pieces("a = 1", "python") is None
