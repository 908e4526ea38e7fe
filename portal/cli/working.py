"""`flask work`: the worker."""

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import worker


@click.command("work")
@click.option("--once", is_flag=True, help="Do all that is due, sending included, and end.")
@with_appcontext
def work(*, once: bool) -> None:
    """Send letters and throw away what is over, until Ctrl-C or SIGTERM."""
    if once:
        sent = worker.run_once()
        click.echo(f"{sent} letters sent." if sent != 1 else "1 letter sent.")
    else:
        worker.run_until_told(current_app._get_current_object())  # pyright: ignore
