"""Lists in pages: nothing twice, nothing left out, on and back, whatever the cursor says."""

import base64
import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import db
from portal.core.paging import Order, page
from portal.people.models import Organisation, Person

START = now()


@pytest.fixture(autouse=True)
def rows(app: Flask):
    values = (3, 1, 2, 2, 2, 3, 1, 2, 5)
    db.session.add_all(Organisation(name=f"{'abc'[n % 3]}{n}", yearly_value=value) for n, value in enumerate(values))
    for n, value in enumerate(values):
        db.session.add(Person(username=f"p{n}", username_key=f"p{n}", created_at=START + timedelta(microseconds=value)))
    db.session.commit()


ORDERS = [
    (Organisation, Organisation.yearly_value),
    (Organisation, Organisation.name),
    (Person, Person.created_at),
]


@pytest.mark.parametrize("ascending", [False, True])
@pytest.mark.parametrize(("model", "by"), ORDERS)
@pytest.mark.parametrize("limit", [1, 2, 3, 9, 20])
def test_on_to_the_end_and_back_to_the_start(model, by, limit, ascending):
    def get(cursor):
        order = Order(by, model.id, ascending=ascending)
        return page(select(model.id), order, cursor=cursor, limit=limit, make=lambda row: row[0])

    directed = (by.asc(), model.id.asc()) if ascending else (by.desc(), model.id.desc())
    wanted = list(db.session.scalars(select(model.id).order_by(*directed)))
    pages = [get(None)]
    assert pages[0].newer is None
    while pages[-1].older:
        assert len(pages) <= len(wanted)
        pages.append(get(pages[-1].older))
    assert [id_ for each in pages for id_ in each.rows] == wanted
    back = [pages[-1]]
    while back[-1].newer:
        assert len(back) <= len(wanted)
        back.append(get(back[-1].newer))
    assert [each.rows for each in reversed(back)] == [each.rows for each in pages]


def test_rows_that_come_meanwhile_move_nothing():
    order = Order(Organisation.yearly_value, Organisation.id)
    first = page(select(Organisation.id), order, cursor=None, limit=4, make=lambda row: row[0])
    db.session.add(Organisation(name="new", yearly_value=100))
    db.session.commit()
    second = page(select(Organisation.id), order, cursor=first.older, limit=4, make=lambda row: row[0])
    assert not set(first.rows) & set(second.rows)


def _made(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(("model", "by"), ORDERS)
@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "%%%",
        "ä",
        "A" * 10_000,
        _made([0]),
        _made([0, None, 1]),
        _made([0, 2**70, 1]),
        _made([0, 1, 2**70]),
        _made([0, "a\0", 1]),
        _made([0, "\ud800", 1]),
        _made([0, True, 1]),
        _made([0, 1, "1"]),
        _made([0, {"t": 1}, 1]),
        _made({"a": 1}),
        _made("[" * 300),
    ],
)
def test_a_cursor_that_is_not_ours_gives_the_first_page(model, by, cursor):
    order = Order(by, model.id)
    first = page(select(model.id), order, cursor=None, limit=3, make=lambda row: row[0])
    assert page(select(model.id), order, cursor=cursor, limit=3, make=lambda row: row[0]) == first
