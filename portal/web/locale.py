"""The language and the time zone of an answer."""

from flask import has_request_context, request

from portal.core.places import LANGUAGES


def chosen() -> str:
    """The reader's language: their setting, else what the browser asks for, else English."""
    if not has_request_context():
        return LANGUAGES[0]
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def time_zone() -> str:
    """The reader's time zone."""
    return "UTC"
