"""Quotes lead back to their source, whatever they quote."""

import pytest

from portal.core.markup import quote, render
from tests.core.hostile import HOSTILE


def test_a_quote_leads_back_to_its_source() -> None:
    page = render(quote("old *words*\n\n- a", name="A [b] *c*", post_id=7) + "mine").html
    assert page.startswith(
        '<blockquote><p class="quote-source"><a href="/posts/7">A [b] *c*</a>:</p>\n<p>old <em>words</em>'
    )
    assert page.endswith("</blockquote>\n<p>mine</p>\n")


def test_what_was_quoted_before_is_left_out() -> None:
    once = quote("first", name="a", post_id=1) + "second\n\n```\n> in code\n```"
    assert quote(once, name="b", post_id=2) == "> [b](/posts/2):\n>\n> second\n>\n> ```\n> > in code\n> ```\n\n"
    assert "first" in quote(quote("first", name="a", post_id=1), name="b", post_id=2)


def test_a_long_quote_is_cut_at_a_word_and_closes_its_code() -> None:
    assert quote("word " * 1_000, name="a", post_id=1).endswith("word …\n\n")
    cut = quote("```python\n" + "a = 1\n" * 1_000 + "```", name="a", post_id=1)
    assert len(cut) < 3_000
    assert cut.endswith("> a = 1\n> ```\n>\n> …\n\n")
    assert render(cut + "mine").html.endswith("</blockquote>\n<p>mine</p>\n")


@pytest.mark.parametrize("source", ["[a](/posts/7) wrote", "> [a](/t/7):", "> b [a](/posts/7):", "[a](/posts/7):"])
def test_only_the_first_words_of_a_quote_name_its_source(source: str) -> None:
    assert "quote-source" not in render(source).html


def test_a_hostile_name_stays_a_name() -> None:
    for name in HOSTILE:
        page = render(quote("a", name=name, post_id=7)).html
        assert page.count("<a ") == 1 or not name.strip(), name
        assert page.startswith('<blockquote><p class="quote-source"><a href="/posts/7">') or not name.split(), name
