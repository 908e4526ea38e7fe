"""The commands of operators. Each only translates: words in, an action, one clear line out."""

from flask import Flask


def mount(app: Flask) -> None:
    """Add the commands to `flask`."""
