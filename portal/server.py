"""How gunicorn serves Rondo: `gunicorn --config python:portal.server wsgi:app`. The settings are those of config.py."""

from typing import Any

from portal.config import load

_settings = load()

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
workers = _settings.web_workers
worker_class = "gthread"
threads = _settings.web_threads
preload_app = True
timeout = 60
graceful_timeout = 15
keepalive = 5


def post_fork(server: Any, worker: Any) -> None:
    """A connection must not be shared by processes: each opens its own."""
    from portal.core.db import db

    with server.app.wsgi().app_context():
        db.engine.dispose(close=False)
