"""In which order the tests run, so that processes that share them end together."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

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
