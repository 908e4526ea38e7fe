"""`flask mail receive`: a message that a mail server hands in."""

import sys

import click
import structlog
from flask.cli import with_appcontext
from sqlalchemy.exc import InterfaceError, OperationalError

from portal.cli.failing import first_line
from portal.delivery.receiving.messages import LARGEST
from portal.delivery.receiving.taking import receive as take_in

TEMPFAIL = 75
"""EX_TEMPFAIL of sysexits: a mail server keeps the message and tries again."""

log = structlog.stdlib.get_logger(__name__)


@click.command("receive")
@click.option("--to", multiple=True, metavar="ADDRESS", help="A recipient of the envelope; may be given several times.")
@with_appcontext
def receive(*, to: tuple[str, ...]) -> None:
    """Take in one message from standard input: an answer to a letter, or a letter that came back.

    Ends with 0 whatever became of it, and with 75 where it is to be handed in again later.
    """
    raw = sys.stdin.buffer.read(LARGEST)
    while sys.stdin.buffer.read(1 << 20):
        pass  # the rest is attachments, and a mail server wants to be rid of it
    try:
        what, why = take_in(raw, to)
    except (OperationalError, InterfaceError) as error:
        click.echo(f"Not now: the database: {first_line(getattr(error, 'orig', None) or error)}", err=True)
        raise click.exceptions.Exit(TEMPFAIL) from None
    except Exception as error:
        log.exception("a message could not be taken in")
        click.echo(f"Not now: {type(error).__name__}", err=True)
        raise click.exceptions.Exit(TEMPFAIL) from None
    click.echo(f"{what}: {why}" if why else what)
