"""Which community a folder holds, and which of its addresses are ours now."""

from pathlib import Path

import pytest

from portal.importing.stackexchange.site import Site


@pytest.mark.parametrize(
    ("folder", "given", "name"),
    [
        ("tea.stackexchange.com", "", "tea.stackexchange.com"),
        ("tea.meta.stackexchange.com-2018-partial", "", "tea.meta.stackexchange.com"),
        ("MathOverflow.net", "", "mathoverflow.net"),
        ("My dump", "", "my-dump"),
        ("x", "tea.stackexchange.com", "tea.stackexchange.com"),
        ("???", "", "import"),
    ],
)
def test_the_name_of_a_site(tmp_path: Path, folder: str, given: str, name: str) -> None:
    assert Site.of(tmp_path / folder, given).name == name


@pytest.mark.parametrize(
    "address",
    [
        "https://tea.meta.stackexchange.com/questions/7",
        "https://tea.meta.stackexchange.com/questions/7/",
        "http://meta.tea.stackexchange.com/questions/7/any-slug?noredirect=1",
        "//tea.meta.stackexchange.com/q/7/1234",
        "/q/7",
        "/a/7/1234",
        "/questions/5/slug/7#7",
        "/questions/5/slug#7",
        "/questions/5/slug#comment99_7",
        "https://www.tea.meta.stackexchange.com/questions/7/x/99#99",
    ],
)
def test_what_was_imported_is_local(address: str) -> None:
    site = Site.of(Path("tea.meta.stackexchange.com"))
    assert site.local(address, {7}.__contains__) == "/t/tea.meta.stackexchange.com/7"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://tea.stackexchange.com/q/7", "https://tea.stackexchange.com/q/7"),
        ("https://tea.meta.stackexchange.com/q/8", "https://tea.meta.stackexchange.com/q/8"),
        ("/q/8", "https://tea.meta.stackexchange.com/q/8"),
        ("/questions/tagged/7", "https://tea.meta.stackexchange.com/questions/tagged/7"),
        (
            "https://tea.meta.stackexchange.com/posts/7/revisions",
            "https://tea.meta.stackexchange.com/posts/7/revisions",
        ),
        ("mailto:q/7", "mailto:q/7"),
        ("#7", "#7"),
        ("http://[", "http://["),
    ],
)
def test_anything_else_leads_where_it_did(address: str, kept: str) -> None:
    assert Site.of(Path("tea.meta.stackexchange.com")).local(address, {7}.__contains__) == kept
