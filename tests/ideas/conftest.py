"""What tests of ideas share."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.clock import now
from portal.ideas.queries import proof
from portal.people.viewer import Viewer
from tests.factories import make_person, viewer_of

Later = Callable[[float], None]


@pytest.fixture
def manager(app: Flask) -> Viewer:
    return viewer_of(make_person(role="manager"))


@pytest.fixture
def member(app: Flask) -> Viewer:
    return viewer_of(make_person())


@pytest.fixture
def later() -> Iterator[Later]:
    """Call it to let the clock stand so many seconds after the test began."""
    began: datetime = now()
    held = clock.standing(began)
    held.__enter__()
    moved = [held]

    def move(seconds: float) -> None:
        step = clock.standing(began + timedelta(seconds=seconds))
        step.__enter__()
        moved.append(step)

    yield move
    for each in reversed(moved):
        each.__exit__(None, None, None)


@pytest.fixture
def proved(app: Flask) -> Iterator[None]:
    """Whatever a test did: every count and state of every idea is what `flask recount --check` finds."""
    yield
    assert [str(each) for each in proof.differences(proof.every_id())] == []
