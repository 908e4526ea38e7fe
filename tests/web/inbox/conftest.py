"""An agent at the desk."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.people.models import Person
from portal.threads.models import Category
from tests.factories import make_category, make_person
from tests.signing_in import sign_in


@pytest.fixture
def agent(client: FlaskClient) -> Person:
    person = make_person("aggie", name="Aggie Agent", role="agent")
    sign_in(client, person)
    return person


@pytest.fixture
def category(app: Flask) -> Category:
    return make_category("Printing")
