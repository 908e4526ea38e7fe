"""The commands of operators. Each only translates: words in, an action, one clear line out."""

import click
from flask import Flask
from flask.cli import AppGroup

from portal.core import assets

assets_group = AppGroup("assets", help="Static files.")


@assets_group.command("build")
def build_assets() -> None:
    """Build the static files now, for a place that cannot be written to later."""
    click.echo(assets.build().folder)


def mount(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(assets_group)
