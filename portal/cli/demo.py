"""`flask demo`: the community that `make run` shows in an empty portal."""

import click
from flask.cli import AppGroup

from portal.config import in_force
from portal.core.db import write

group = AppGroup("demo", help="The demonstration: a community that does not exist, to look around in.")


@group.command("load")
@click.option("--if-empty", is_flag=True, help="Load it where nobody is yet and DEMO allows it; otherwise do nothing.")
def load(*, if_empty: bool) -> None:
    """Load it into an empty database, and print who can sign in. Never in production."""
    # Only this command needs what it needs: the web's processes stay small.
    from portal.importing.demo import loading, people

    settings = in_force()
    if not if_empty or (settings.demo and not settings.is_production and loading.is_empty()):
        threads = write(loading.load)
        click.echo(f"  A community to look around in was loaded: {threads} conversations. (DEMO=0 leaves it out.)")
    if not people.is_here():
        return
    if not settings.is_loopback or settings.is_production:
        click.echo("  Its people can sign in on a loopback address only.")
        return
    click.echo(f"  Sign in as one of these; the password is {people.PASSWORD} for all of them:\n")
    for someone in people.sign_ins():
        click.echo(f"    {someone.username:<9}{someone.role:<11}{someone.name}")
