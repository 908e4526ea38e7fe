"""The one way to write, and the isolation that the other tests stand on."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from portal.core.clock import now
from portal.core.db import ask, db, param, write
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


def test_what_is_asked_often_stays_prepared_from_one_page_to_the_next(own_app: Flask) -> None:
    """PostgreSQL plans a statement again and again unless the connection still has it after the ROLLBACK."""

    def page() -> list[str]:
        with own_app.app_context():
            ask(db.select(Person.id).where(Person.username_key == "ada"))
            return list(db.session.scalars(db.text("SELECT statement FROM pg_prepared_statements")))

    with own_app.app_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("only PostgreSQL has prepared statements")
    pages = [page() for _ in range(10)]
    assert not any("username_key" in statement for statement in pages[0])
    assert any("username_key" in statement for statement in pages[-1])


def test_after_a_failed_statement_the_next_page_is_answered(own_app: Flask) -> None:
    with own_app.app_context(), pytest.raises(DBAPIError):
        db.session.execute(db.text("SELECT nothing_of_the_kind FROM person"))
    with own_app.app_context():
        assert db.session.scalar(db.select(Person.id)) is None


def test_a_connection_that_is_lost_once_the_answer_is_made_spoils_nothing(own_app: Flask, database_kind: str) -> None:
    """What was open on it has ended with it; whoever comes next gets another."""
    if database_kind == "sqlite":
        pytest.skip("SQLite is part of the process")
    with own_app.app_context():
        mine = {"mine": db.session.scalar(text("SELECT pg_backend_pid()"))}
        with create_engine(own_app.config["RONDO"].database, poolclass=NullPool).connect() as other:
            # Told to wait until it is gone: at most so many milliseconds.
            assert other.scalar(text("SELECT pg_terminate_backend(:mine, 5000)"), mine)
    with own_app.app_context():
        assert db.session.scalar(text("SELECT pg_backend_pid()")) != mine["mine"]


def test_as_many_pages_at_once_as_threads_open_no_connection_twice(own_app: Flask) -> None:
    """What is more than the pool keeps would be opened for each page and closed after it."""
    threads = own_app.config["RONDO"].web_threads
    opened: list[object] = []
    with own_app.app_context():
        db.engine.dispose()
        event.listen(db.engine, "connect", lambda connection, _record: opened.append(connection))
        for _ in range(3):
            held = [db.engine.connect() for _ in range(threads)]
            for connection in held:
                connection.close()
    assert len(opened) == threads


def test_the_same_statement_is_answered_for_other_values_and_other_numbers_of_them(app: Flask) -> None:
    """What it was compiled to is kept with it."""
    people = [write(make_person, name).id for name in ("ada", "grace", "joan")]
    statement = db.select(Person.username).where(Person.id.in_(param("ids", many=True))).order_by(Person.id)
    asked = [people[:1], people, people[1:], []]
    assert [list(ask(statement, {"ids": ids}).scalars()) for ids in asked] == [
        ["ada"],
        ["ada", "grace", "joan"],
        ["grace", "joan"],
        [],
    ]


def test_statements_built_alike_are_compiled_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []
    compiler = db.engine.dialect.statement_compiler

    def counting(*args: Any, **kwargs: Any) -> Any:
        compiled.append(type(args[1]))
        return compiler(*args, **kwargs)

    monkeypatch.setattr(db.engine.dialect, "statement_compiler", counting)
    for name in ("ada", "grace"):
        ask(db.select(Person.id, Person.username, Person.id + 41).where(Person.username_key == name))
    assert [kind for kind in compiled if kind is db.Select] == [db.Select]
