"""The WSGI entry point: `gunicorn wsgi:app`, `flask <command>`."""

import sys

import click

from portal import create_app, create_worker

_commanded = click.get_current_context(silent=True) is not None
# The worker runs for as long as the portal does: it loads what it needs, and no more.
app = create_worker() if _commanded and sys.argv[1:2] == ["work"] else create_app(commands=_commanded)
