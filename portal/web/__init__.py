"""The faces for browsers: each only translates between HTTP and the rooms."""

from flask import Blueprint, Flask

from portal.web import formats, locale

__all__ = ["locale", "mount"]

BLUEPRINTS: tuple[Blueprint, ...] = ()


def mount(app: Flask) -> None:
    """Add every page to the application."""
    formats.mount(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
