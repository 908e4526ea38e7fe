"""No test is left out or run twice, however many processes share them."""

from types import SimpleNamespace

import pytest

from tests.spreading import LONGEST, spread


@pytest.mark.parametrize("processes", [1, 4, 40])
def test_every_test_runs_once_and_the_long_ones_first(processes: int) -> None:
    names = [f"tests/web/test_{n}.py" for n in range(93)] + [f"{name}/{n}" for name in LONGEST for n in range(7)]
    order = [each.nodeid for each in spread([SimpleNamespace(nodeid=name) for name in names], processes)]
    assert sorted(order) == sorted(names)
    begins = [order[len(order) * n // processes] for n in range(min(processes, len(LONGEST)))]
    assert processes > len(LONGEST) or all(first.startswith(LONGEST) for first in begins)


def test_what_stands_together_stays_together() -> None:
    names = [f"tests/{room}/test_it.py::{n}" for room in ("core", "ideas", "web") for n in range(5)]
    assert [each.nodeid for each in spread([SimpleNamespace(nodeid=name) for name in names], 3)] == names
