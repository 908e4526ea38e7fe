"""The commands of operators, one module a noun. Each only translates: words in, an action, one clear line out."""

from pathlib import Path

import click
from flask import Flask
from flask_migrate import Migrate

from portal.cli import assets, demo, doctor, failing, importing, mail, people, searching, tending, working
from portal.core.db import db

COMMANDS: tuple[click.Command, ...] = (
    assets.group,
    demo.group,
    doctor.command,
    importing.group,
    mail.group,
    people.group,
    searching.group,
    tending.recount,
    tending.render,
    working.work,
)


def mount(app: Flask, migrations: Path) -> None:
    """Add the commands to `flask`; those of `flask db` are Flask-Migrate's."""
    Migrate(app, db, directory=str(migrations), render_as_batch=True, compare_type=True)
    for command in COMMANDS:
        app.cli.add_command(command)
    failing.mount(app)
