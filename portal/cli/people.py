"""`flask users`: accounts made by the operator."""

import sys

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from portal.core.db import write
from portal.people import passwords
from portal.people.actions.accounts import create_account
from portal.people.models import ROLES
from portal.site.queries import site

group = AppGroup("users", help="People with an account.")


@group.command("create")
@click.argument("email")
@click.option("--username", required=True, help="What others call them by.")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.option("--name", default="", help="The name that is shown (default: the username).")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
def create(*, email: str, username: str, role: str, name: str, password_stdin: bool) -> None:
    """Make an account, confirmed at once. The password is asked for."""
    with force_locale("en"):
        password = _read() if password_stdin else _ask()
        password_hash = passwords.chosen(password, about=(email, username, name))
        write(
            create_account,
            email=email,
            username=username,
            role=role,
            name=name,
            password_hash=password_hash,
            site=site(),
        )
    click.echo(f"{username} ({role}) can sign in now.")


def _read() -> str:
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise click.ClickException("There is no password on standard input.")
    return line


def _ask() -> str:
    if not sys.stdin.isatty():
        raise click.UsageError("There is nobody to ask for a password here: use --password-stdin.")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
