"""`flask mail`: does the mail work."""

import uuid
from urllib.parse import urlsplit

import click
from flask.cli import AppGroup

from portal.cli.receiving import receive
from portal.config import in_force
from portal.delivery.letters import drawn, envelope, fill
from portal.delivery.mailing import Later, Refused, mailer
from portal.people.addresses import parsed
from portal.site.queries import site

group = AppGroup("mail", help="Letters.")
group.add_command(receive)


@group.command("test")
@click.argument("address")
def send_test(*, address: str) -> None:
    """Send one letter to ADDRESS with the settings in force, and say exactly what happened."""
    settings, portal = in_force(), site()
    to = parsed(address).email
    host = urlsplit(settings.address).hostname
    message = envelope(settings, portal.name, to=to, message_id=f"<{uuid.uuid4().hex}@{host}>")
    fill(message, drawn("test", {"site": portal.name, "address": settings.address}))
    way = mailer(settings, tell=click.echo)
    try:
        answer = way.send(message)
    except Refused as trouble:
        raise click.ClickException(f"The server will not take this letter: {trouble}") from None
    except Later as trouble:
        raise click.ClickException(f"It did not work: {trouble}") from None
    finally:
        way.close()
    click.echo(f"Done: {answer}")
    if settings.mail_url:
        click.echo("The server has taken it. If it does not arrive, look into the spam folder and the server's log.")
