"""A portal to which mail can come."""

import pytest
from flask import Flask


@pytest.fixture(autouse=True)
def takes_replies(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        monkeypatch.setattr(app.config["RONDO"], "mail_replies", "reply@forum.example")
