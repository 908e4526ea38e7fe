"""What goes wrong in a command is one clear line on standard error and exit code 1, unless it is a bug of ours."""

from typing import Any

import click
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

from portal.core.errors import Invalid, RondoError

WRAPPED = "rondo_says_it_in_one_line"


def mount(command: click.Command) -> None:
    """Let a command, or every command of a group, fail in that way."""
    if isinstance(command, click.Group):
        for part in command.commands.values():
            mount(part)
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
            raise click.ClickException(f"The database: {first_line(getattr(error, 'orig', None) or error)}") from None
        except OSError as error:
            if error.filename is None:
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from None
        except Exception as error:
            if not _is_of_migrations(error):
                raise
            raise click.ClickException(f"The migrations: {first_line(error)}") from None

    return invoked


def _is_of_migrations(error: Exception) -> bool:
    """Asked by name, for most commands never load what migrates."""
    return any(f"{each.__module__}.{each.__name__}" == "alembic.util.exc.CommandError" for each in type(error).__mro__)


def _sentences(error: RondoError) -> str:
    if isinstance(error, Invalid) and error.fields:
        return " ".join(f"{name}: {said}" for name, said in error.fields.items())
    return str(error) or type(error).__name__


def first_line(error: BaseException) -> str:
    """What an error says, in one line."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
