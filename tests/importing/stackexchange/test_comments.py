"""Comments there are one line without blocks; here they look the same."""

import pytest

from portal.core.markup import render
from portal.importing.stackexchange.comments import to_markdown


def _rewrite(address: str) -> str:
    return "/t/tea/1" if address.endswith("/q/1") else address


@pytest.mark.parametrize(
    "text",
    ["# a", "1. a", "12) a", "- a", "+ a", "* a", "> a", "---", "~~~ a", "a <sub>b</sub>", "[a]: https://b.example"],
)
def test_there_are_no_blocks(text: str) -> None:
    rendered = render(to_markdown(text, str))
    assert rendered.text == text
    assert rendered.html.count("<p>") == 1
    assert "<sub>" not in rendered.html


def test_lines_are_one() -> None:
    assert to_markdown("a\n\n# b", str) == "a # b"


def test_emphasis_code_and_formulas_are_kept() -> None:
    text = "*a* **b** `c_*d*` $x_1$"
    assert to_markdown(text, str) == text


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("see [it](https://x.example/q/1).", "see [it](/t/tea/1)."),
        ("see [it](/q/1).", "see [it](/t/tea/1)."),
        ("see https://x.example/q/1.", "see [https://x.example/q/1](/t/tea/1)."),
        ("(https://x.example/q/1)", "([https://x.example/q/1](/t/tea/1))"),
        ("`https://x.example/q/1`", "`https://x.example/q/1`"),
        ("https://en.example/A_(b) and /q/1", "https://en.example/A_(b) and /q/1"),
    ],
)
def test_addresses_become_local(text: str, local: str) -> None:
    assert to_markdown(text, _rewrite) == local
