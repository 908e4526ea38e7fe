"""The worst texts that were found stay within a second and 200 kB, or are refused with a message."""

from time import thread_time

import pytest

from portal.core.markup import WRITTEN, TooMuch, render
from tests.core.worst import WORST
from tests.core.worst_code import LANGUAGES_WORST

SECOND = 1.0
"""Processor seconds, not the clock's: the tests share their machine."""
LOOP = 0.08
"""Seconds that `_loop` takes where nothing else runs. Where it takes longer, everything gets as much longer."""

SHORT = ("only", "pairs", "lines")
"""Kinds that repeat one thing: tried at 20 kB, where more of them are not refused. The others are as long as may be."""

# fmt: off
SLOW = ["c", "cpp", "csharp", "css", "diff", "groovy", "haskell", "ini", "java", "kotlin", "make", "matlab",
        "objective-c", "scala", "typescript"]
# fmt: on
SLOWEST = ["names, lines", "at names", "lines", "spaces and lines", "colons", "equals", "tabs", "name of dots"]
"""What the lexers of these languages take longest for, of all that is in worst_code.py."""


def is_bearable(taken: float) -> bool:
    """A second, or what becomes of one while others use the machine too (tried only where it matters)."""
    return taken < SECOND or taken < SECOND * min(_loop() for _again in range(3)) / LOOP


def _loop() -> float:
    began = thread_time()
    sum(number * number for number in range(1_000_000))
    return thread_time() - began


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
    assert is_bearable(seconds(WORST[name](20_000 if name.startswith(SHORT) else WRITTEN.source)))


@pytest.mark.parametrize("language", SLOW)
def test_hostile_code_takes_no_time_in_any_language(language: str) -> None:
    for name in SLOWEST:
        code = LANGUAGES_WORST[name](WRITTEN.coloured - 1)
        assert is_bearable(seconds(f"```{language}\n{code}\n```")), name
