"""`flask assets`: the static files."""

import click
from flask.cli import AppGroup

from portal.core import assets

group = AppGroup("assets", help="Static files.")


@group.command("build")
def build() -> None:
    """Build the static files now, for a place that cannot be written to later."""
    click.echo(assets.build().folder)
