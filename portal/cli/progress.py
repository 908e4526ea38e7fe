"""How far a long command is, for whoever watches it."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, cast

import click


@contextmanager
def bar(label: str, steps: int) -> Generator[Callable[[int], None]]:
    """A bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    shown = cast(Any, click.progressbar(length=steps, label=f"{label:8}", file=sys.stderr))
    with shown:
        yield shown.update
