"""Who gets to the pages of admins and of staff: for everyone else none of the addresses exists."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_person
from tests.signing_in import sign_in

PREFIXES = ("/admin", "/staff")


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Every address below the two, with every way to ask for it."""
    found = [
        (
            method,
            rule.rule.replace("<int:", "<").split("<")[0] + "1" * ("<" in rule.rule) + rule.rule.rpartition(">")[2],
        )
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIXES)
        for method in (rule.methods or ())
    ]
    return sorted({*found, ("GET", "/admin/nothing"), ("GET", "/admin/"), ("POST", "/admin"), ("PUT", "/staff/log")})


@pytest.mark.parametrize("role", ["visitor", "member", "agent", "manager", "moderator"])
def test_for_others_than_admins_nothing_is_there(app: Flask, client: FlaskClient, role: str):
    if role != "visitor":
        sign_in(client, make_person(role=role))
    for method, address in addresses(app):
        if address.startswith("/admin"):
            assert client.open(address, method=method).status_code == 404, (method, address)


@pytest.mark.parametrize("role", ["visitor", "member"])
def test_for_others_than_staff_nothing_is_there(app: Flask, client: FlaskClient, role: str):
    if role != "visitor":
        sign_in(client, make_person(role=role))
    for method, address in addresses(app):
        assert client.open(address, method=method).status_code == 404, (method, address)


def _same_for_every_request(answer: TestResponse) -> str:
    """The page without the number of its request, and without tokens, which hold the second they were signed in."""
    return re.sub(r"[\w-]{30,}\.[\w-]{6}\.[\w-]{27}", "", answer.text).replace(answer.headers["X-Request-ID"], "")


def test_what_is_and_what_is_not_there_look_alike(client: FlaskClient):
    sign_in(client, make_person())
    there, nowhere = client.get("/admin/people"), client.get("/admin/nowhere")
    assert _same_for_every_request(there) == _same_for_every_request(nowhere)


@pytest.mark.parametrize("role", ["agent", "manager", "moderator"])
def test_staff_read_the_log_and_only_moderators_suspend(client: FlaskClient, role: str):
    member = make_person("mia")
    sign_in(client, make_person(role=role))
    assert client.get("/staff/log").status_code == 200
    assert client.get(f"/staff/people/{member.id}").status_code == (200 if role == "moderator" else 404)


@pytest.mark.parametrize("path", ["/admin/people/", "/admin/groups/", "/admin/organisations/", "/admin/tags/"])
def test_ids_that_no_row_can_have(client: FlaskClient, path: str):
    sign_in(client, make_person(role="admin"))
    for id_ in ("0", "999999", "9" * 18, "9" * 19, "9" * 400, "-1", "1.5", "٣"):
        assert client.get(path + id_).status_code == 404, id_
