"""The worst texts that were found stay within a second and 200 kB, or are refused with a message."""

from time import thread_time

import pytest

from portal.core.markup import WRITTEN, TooMuch, render
from portal.core.markup.colours import LANGUAGES
from tests.core.worst import LANGUAGES_WORST, WORST

SECOND = 1.0
"""Processor seconds, not the clock's: the tests share their machine."""

LONGEST = [name for name in WORST if not name.startswith(("only", "pairs", "lines"))]
SLOWEST = ["names, lines", "at names", "lines", "spaces and lines", "colons", "equals", "tabs", "name of dots", "mixed"]


def seconds(source: str) -> float:
    """What one rendering takes, whether it is refused or not."""
    began = thread_time()
    try:
        size = len(render(source, people=lambda names: {name: name for name in names}).html.encode())
    except TooMuch as refused:
        size = 0 if str(refused.args[0]).endswith(".") else WRITTEN.output + 1
    assert size <= WRITTEN.output
    return thread_time() - began


@pytest.mark.parametrize("name", WORST, ids=ascii)
def test_a_hostile_text_takes_no_time(name: str) -> None:
    assert seconds(WORST[name](20_000)) < SECOND


@pytest.mark.parametrize("name", LONGEST, ids=ascii)
def test_nor_does_one_as_long_as_may_be(name: str) -> None:
    assert seconds(WORST[name](WRITTEN.source)) < SECOND


@pytest.mark.parametrize("name", SLOWEST)
def test_hostile_code_takes_no_time_in_any_language(name: str) -> None:
    code = LANGUAGES_WORST[name](WRITTEN.coloured - 1)
    slow = {language: took for language in LANGUAGES if (took := seconds(f"```{language}\n{code}\n```")) > SECOND}
    assert not slow
