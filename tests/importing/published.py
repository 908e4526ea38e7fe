"""Whole communities as they were published. They are not ours to hand on, so tests of them run where they are found:
beside the checkout, in shared/data, or where RONDO_REAL_DATA says."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import pytest

DATA = Path(os.environ.get("RONDO_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
MISSING = f"no real communities in {DATA}; RONDO_REAL_DATA says where else to look"

Imported = TypeVar("Imported")


def each_holds(checks: Iterable[Callable[[Imported], None]], imported: Imported, subtests: pytest.Subtests) -> None:
    """Each check by its name, all in one test, so that one process imports what they look at, and only once."""
    for check in checks:
        with subtests.test(check.__name__):
            check(imported)
