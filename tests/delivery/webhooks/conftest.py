"""What tests of hooks share."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.clock import now
from portal.delivery.models import Hook
from portal.people.viewer import Viewer
from tests.delivery.webhooks.receiver import Receiver, receiving
from tests.factories import make_hook, make_person, viewer_of

Passing = Callable[[float], None]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def calls_here(app: Flask) -> Iterator[Flask]:
    """The application may call this machine."""
    settings = app.config["RONDO"]
    app.config["RONDO"] = settings.model_copy(update={"hook_networks": "127.0.0.1/32"})
    yield app
    app.config["RONDO"] = settings


@pytest.fixture
def hook(app: Flask, receiver: Receiver) -> Hook:
    """It hears of every kind that a visitor may see."""
    return make_hook(receiver.url)


@pytest.fixture
def manager(app: Flask) -> Viewer:
    return viewer_of(make_person("mia", role="manager"))


@pytest.fixture
def passing() -> Iterator[Passing]:
    """Let the clock stand so many seconds after the test began."""
    began: datetime = now()
    held: list[Any] = []

    def move(seconds: float) -> None:
        held.append(clock.standing(began + timedelta(seconds=seconds)))
        held[-1].__enter__()

    move(0)
    yield move
    for each in reversed(held):
        each.__exit__(None, None, None)
