"""An admin, and someone to be looked after."""

import pytest
from flask import Flask

from portal.people.models import Person
from portal.people.viewer import Viewer
from tests.factories import make_person, viewer_of


@pytest.fixture
def admin(app: Flask) -> Viewer:
    return viewer_of(make_person("ada", role="admin"))


@pytest.fixture
def member(app: Flask) -> Person:
    return make_person("mia")
