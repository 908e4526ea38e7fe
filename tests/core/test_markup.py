"""What Markdown becomes, and what must not come through."""

import pytest

from portal.core.markup import TooMuch, excerpt, plain, quote, render


def html(source: str, **options: object) -> str:
    return render(source, **options).html.strip()  # type: ignore[arg-type]


def test_mathematics_stays_as_written() -> None:
    assert html(r"so $a_1 * b_1 * c$ and $\{x\}$") == r"<p>so $a_1 * b_1 * c$ and $\{x\}$</p>"


def test_prices_are_not_mathematics() -> None:
    assert html("from $5 *or* $6") == "<p>from $5 <em>or</em> $6</p>"


def test_html_is_text() -> None:
    assert html("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_images_elsewhere_are_links() -> None:
    assert "<img" not in html("![cat](https://example.org/cat.png)")
    assert '<img src="/uploads/cat.png"' in html("![cat](/uploads/cat.png)")


def test_mentions_of_people_who_exist_are_links() -> None:
    asked: list[tuple[str, ...]] = []

    def people(names: object) -> dict[str, str]:
        asked.append(tuple(names))  # type: ignore[arg-type]
        return {"anna": "anna"}

    rendered = render("@Anna, @nobody `@code` and mail@example.org", people=people)
    assert asked == [("anna", "nobody")]
    assert rendered.mentions == ("anna",)
    assert '<a class="mention" href="/people/anna">@Anna</a>, @nobody' in rendered.html


def test_a_quote_leads_back_to_its_source() -> None:
    rendered = html(quote("old *words*", name="A [b]", post_id=7) + "mine")
    assert '<p class="quote-source"><a href="/posts/7">A [b]</a>:</p>' in rendered
    assert "<em>words</em>" in rendered


def test_too_long_a_text_is_refused_with_a_message() -> None:
    with pytest.raises(TooMuch, match="too long"):
        render("x" * 40_000)


def test_plain_and_excerpt() -> None:
    assert plain("**Hello** [you](https://example.org)") == "Hello you"
    assert excerpt("one two three four", 12) == "one two…"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("see http\\://example.com/a and www\\.example.com", "see http://example.com/a and www.example.com"),
        ("dear \\@ada", "dear @ada"),
        ("- \\[ ] later", "[ ] later"),
    ],
)
def test_what_is_escaped_is_text(source: str, shown: str) -> None:
    rendered = render(source, people=lambda names: {name: name for name in names})
    assert rendered.text == shown
    assert rendered.mentions == ()
    assert "<a" not in rendered.html
    assert "class" not in rendered.html
