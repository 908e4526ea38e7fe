"""The faces for browsers: each only translates between HTTP and the rooms."""

from flask import Blueprint, Flask

from portal.config import Settings
from portal.web import (
    accounts,
    errors,
    formats,
    health,
    htmx,
    lists,
    locale,
    people,
    recovering,
    security,
    settings,
    viewing,
    watching,
)

__all__ = ["locale", "mount"]

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts.bp,
    health.bp,
    lists.bp,
    people.bp,
    recovering.bp,
    settings.bp,
)


def mount(app: Flask, in_force: Settings) -> None:
    """Add every page to the application."""
    htmx.mount(app)
    viewing.mount(app, in_force)
    formats.mount(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    errors.mount(app)
    watching.mount(app, in_force)
    security.mount(app, in_force)
