"""Who is called in a text, and who is not."""

from collections.abc import Sequence

import pytest

from portal.core.markup import Rendered, TooMuch, render


def called(source: str, *names: str, **options: int) -> Rendered:
    """The text as rendered where only these people are known, by their usernames in small letters."""
    return render(
        source, people=lambda asked: {key: name for name in names if (key := name.lower()) in asked}, **options
    )  # type: ignore[arg-type]


def test_those_who_exist_are_linked_and_listed_once_in_order() -> None:
    rendered = called("@Bo, @anna! @nobody, @bo", "Bo", "anna")
    assert rendered.mentions == ("bo", "anna")
    assert rendered.html == (
        '<p><a class="mention" href="/people/Bo">@Bo</a>, <a class="mention" href="/people/anna">@anna</a>! '
        '@nobody, <a class="mention" href="/people/Bo">@bo</a></p>\n'
    )


def test_all_names_are_asked_for_at_once() -> None:
    asked: list[Sequence[str]] = []

    def people(names: Sequence[str]) -> dict[str, str]:
        asked.append(names)
        return {}

    render("@Anna *@bo* `@code`\n\n> @cy\n\n[@dee](/d) @anna", people=people)
    assert asked == [("anna", "bo", "cy")]
    render("nobody at all", people=people)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "source",
    [
        "`@anna`", "```\n@anna\n```", "    @anna", "[@anna](/x)", "<kbd>@anna</kbd>", "a@anna", "me@anna.example",
        "https://a.example/@anna", "/@anna", "@@anna", "\\@anna", "&@anna", "$@anna$ b$", "@annabel", "@anna\u0301",
        "@an*na*", "#@anna", "@anna" + "a" * 60,
    ],
)  # fmt: skip
def test_not_every_name_is_called(source: str) -> None:
    rendered = called(source, "anna")
    assert rendered.mentions == ()
    assert "mention" not in rendered.html


@pytest.mark.parametrize(
    "source",
    [
        "@anna", "(@anna)", "*@anna*", "_@anna_", "@anna's", "@anna.", "@anna-", "@ANNA", "@ａnna", "a\n@anna",
        "- @anna", "~~@anna~~", "|a|\n|-|\n|@anna|",
    ],
)  # fmt: skip
def test_in_whatever_stands_around_it(source: str) -> None:
    assert called(source, "anna").mentions == ("anna",)


@pytest.mark.parametrize("name", ["anna.b", "anna-b", "anna_b", "änna", "анна", "a1"])
def test_names_of_every_form(name: str) -> None:
    assert called(f"@{name}, hello", name).mentions == (name,)


def test_a_name_in_a_quote_is_linked_but_not_called() -> None:
    rendered = called("> @anna\n\n@bo", "anna", "bo")
    assert rendered.mentions == ("bo",)
    assert rendered.html.count("mention") == 2


def test_too_many_are_refused_and_those_who_do_not_exist_are_not_counted() -> None:
    assert called("@a1 @b1 @c1 @a1 > @d1", "a1", "b1", max_mentions=2).mentions == ("a1", "b1")
    with pytest.raises(TooMuch, match="at most 2"):
        called("@a1 @b1 @c1", "a1", "b1", "c1", max_mentions=2)


def test_whatever_a_name_is_its_address_is_one_part_of_a_path() -> None:
    page = render("@anna", people=lambda _: {"anna": "../a b?c#d\"'<"}).html
    assert 'href="/people/..%2Fa%20b%3Fc%23d%22%27%3C"' in page
