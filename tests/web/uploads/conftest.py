"""Somebody who brings files."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.people.models import Person
from tests.factories import make_person
from tests.signing_in import sign_in


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person("ada")


@pytest.fixture
def ada(client: FlaskClient, person: Person) -> FlaskClient:
    sign_in(client, person)
    return client
