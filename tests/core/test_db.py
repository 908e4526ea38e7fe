"""The one way to write, and the isolation that the other tests stand on."""

import threading

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.people.models import Person
from tests.factories import make_person


@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_starts_with_an_empty_database(app: Flask, turn: int) -> None:
    assert db.session.scalar(db.select(db.func.count()).select_from(Person)) == 0
    write(lambda: make_person("ada"))


def test_what_fails_leaves_nothing(app: Flask) -> None:
    def half() -> None:
        db.session.add(Person(username="x", username_key="x", created_at=now()))
        db.session.flush()
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        write(half)
    assert db.session.scalar(db.select(Person.id)) is None


def test_a_write_inside_a_write_is_a_mistake(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="inside"):
        write(lambda: write(lambda: None))


def test_writers_that_read_first_do_not_fail_each_other(own_app: Flask) -> None:
    """On SQLite a read that turns into a write fails at once; `write` begins as a writer."""
    with own_app.app_context():
        ada = make_person("ada").id

    def more() -> None:
        with own_app.app_context():
            for _ in range(10):
                db.session.get(Person, ada)  # an open read, as a view has
                write(add_one)

    def add_one() -> None:
        person = db.session.get(Person, ada, with_for_update=True)
        assert person is not None
        person.rows_per_list += 1

    threads = [threading.Thread(target=more) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_app.app_context():
        assert db.session.get_one(Person, ada).rows_per_list == 30 + 60
