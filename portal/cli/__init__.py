"""The commands of operators, one module a noun. Each only translates: words in, an action, one clear line out."""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import click
from flask import Flask

from portal.cli import failing
from portal.core.db import db

PLACES = (
    "assets.group",
    "demo.group",
    "doctor.command",
    "importing.group",
    "looping.group",
    "mail.group",
    "people.group",
    "searching.group",
    "tending.recount",
    "tending.render",
    "working.work",
)
"""Where each command stands. They are loaded when they are added: the worker has no use for the others."""


def commands(places: Iterable[str] = PLACES) -> tuple[click.Command, ...]:
    """The commands at these places."""
    named = (place.split(".") for place in places)
    return tuple(getattr(import_module(f"portal.cli.{module}"), name) for module, name in named)


def mount(app: Flask, migrations: Path) -> None:
    """Add the commands to `flask`; those of `flask db` are Flask-Migrate's."""
    from flask_migrate import Migrate
    from flask_migrate.cli import db as migrating

    Migrate(app, db, directory=str(migrations), render_as_batch=True, compare_type=True)
    mount_some(app)
    failing.mount(migrating)


def mount_some(app: Flask, places: Iterable[str] = PLACES) -> None:
    """Add these commands to `flask`."""
    for command in commands(places):
        app.cli.add_command(command)
    failing.mount(app.cli)
