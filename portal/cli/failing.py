"""What goes wrong in a command is one clear line on standard error and exit code 1, unless it is a bug of ours."""

from typing import Any

import click
from alembic.util import CommandError
from flask import Flask
from flask_migrate.cli import db as migrating
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

from portal.core.errors import Invalid, RondoError

WRAPPED = "rondo_says_it_in_one_line"


def mount(app: Flask) -> None:
    """Let every command there is, those of Flask-Migrate too, fail in that way."""
    for command in (app.cli, migrating):
        _wrap(command)


def _wrap(command: click.Command) -> None:
    if isinstance(command, click.Group):
        for part in command.commands.values():
            _wrap(part)
    elif not hasattr(command, WRAPPED):
        setattr(command, WRAPPED, True)
        command.invoke = _one_line(command.invoke)


def _one_line(invoke: Any) -> Any:
    def invoked(context: click.Context) -> Any:
        try:
            return invoke(context)
        except RondoError as error:
            raise click.ClickException(_sentences(error)) from None
        except (OperationalError, InterfaceError, ArgumentError) as error:
            raise click.ClickException(f"The database: {_first_line(getattr(error, 'orig', None) or error)}") from None
        except CommandError as error:
            raise click.ClickException(f"The migrations: {_first_line(error)}") from None
        except OSError as error:
            if error.filename is None:
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from None

    return invoked


def _sentences(error: RondoError) -> str:
    if isinstance(error, Invalid) and error.fields:
        return " ".join(f"{name}: {said}" for name, said in error.fields.items())
    return str(error) or type(error).__name__


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
