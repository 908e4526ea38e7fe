"""The commands of operators, one module a noun. Each only translates: words in, an action, one clear line out."""

import click
from flask import Flask

from portal.cli import assets, demo, doctor, failing, importing, mail, people, tending, working

COMMANDS: tuple[click.Command, ...] = (
    assets.group,
    demo.group,
    doctor.command,
    importing.group,
    mail.group,
    people.group,
    tending.recount,
    tending.render,
    working.work,
)


def mount(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in COMMANDS:
        app.cli.add_command(command)
    failing.mount(app)
