"""The WSGI entry point: `gunicorn wsgi:app`, `flask <command>`."""

import click

from portal import create_app

app = create_app(commands=click.get_current_context(silent=True) is not None)
