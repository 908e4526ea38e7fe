"""Which tests run, and in which order, so that processes that share them end together."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar
from zlib import crc32

import pytest

LONGEST = (
    "tests/test_outsiders.py",
    "tests/browser",
    "tests/faults",
    "tests/importing/test_real",
    "tests/search/test_real",
    "tests/importing/demo",
)
"""What takes longest, by the beginning of its name: nobody should wait for one of these at the end."""


class Named(Protocol):
    """A test, as pytest names it."""

    @property
    def nodeid(self) -> str: ...


T = TypeVar("T", bound=Named)


def spread(tests: Sequence[T], processes: int) -> list[T]:
    """The tests, parted as xdist hands them out at the beginning: to each process as many, as they stand here.

    What takes longest is dealt out to them, each kind to one, and done first; the others follow as they stood: what
    shares a fixture stays together."""
    kinds: list[list[T]] = [[] for _name in LONGEST]
    others: list[T] = []
    for test in tests:
        name = next((name for name in LONGEST if test.nodeid.startswith(name)), None)
        (others if name is None else kinds[LONGEST.index(name)]).append(test)
    order: list[T] = []
    for number in range(processes):
        long = [test for kind in kinds[number::processes] for test in kind]
        share = (len(tests) - len(order)) // (processes - number)
        rest = max(0, share - len(long))
        order += long + others[:rest]
        del others[:rest]
    return order + others


def in_turns(tests: Sequence[pytest.Item], kinds: Sequence[str]) -> list[pytest.Item]:
    """Those to leave out, so that each of these tests runs on one of the databases, half of them on each.

    A browser takes most of what such a test costs, and sees nothing of the database; what this one is asked has tests
    without a browser."""
    seen = Counter[str]()
    left: list[pytest.Item] = []
    for test in tests:
        chosen = getattr(test, "callspec", None)
        if chosen is None or "database_kind" not in chosen.params:
            continue
        function, kind = test.nodeid.partition("[")[0], chosen.params["database_kind"]
        turn = crc32(function.encode()) + seen[f"{function} {kind}"]
        seen[f"{function} {kind}"] += 1
        if kinds[turn % len(kinds)] != kind:
            left.append(test)
    return left
