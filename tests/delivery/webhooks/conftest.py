"""What tests of hooks share."""

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.delivery.models import Hook
from portal.people.viewer import Viewer
from tests.delivery.webhooks.receiver import Receiver, receiving
from tests.factories import make_hook, make_person, viewer_of


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
