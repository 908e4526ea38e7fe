"""The WSGI entry point: `gunicorn wsgi:app`, `flask <command>`."""

from portal import create_app

app = create_app()
