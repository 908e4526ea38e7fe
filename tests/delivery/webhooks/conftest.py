"""What tests of hooks share."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.delivery.webhooks.receiver import Receiver, receiving


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
