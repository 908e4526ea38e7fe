"""The language and the time zone of an answer."""

from functools import cache

from babel import Locale
from flask import has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from portal.core.db import db
from portal.core.places import LANGUAGES
from portal.people.viewer import VISITOR, Viewer
from portal.site.queries import Site
from portal.web import viewing

COOKIE = "rondo-language"
"""A visitor's choice; it says nothing else of them."""


def chosen() -> Locale:
    """The reader's language: their setting, else what this browser was told, else the first that it asks for and we
    speak, else the portal's."""
    if not has_request_context():
        return _known(LANGUAGES[0])
    viewer, site = _reader()
    return _known(viewer.language or _told() or request.accept_languages.best_match(LANGUAGES) or site.language)


@cache
def _known(language: str) -> Locale:
    """The same object each time: what is kept by language is then found without comparing."""
    return Locale.parse(language)


def of_browser() -> str:
    """The language that the browser was told or asks for, of those we speak; asks nobody else."""
    return _told() or request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _told() -> str:
    told = request.cookies.get(COOKIE, "")
    return told if told in LANGUAGES else ""


def time_zone() -> str:
    """The reader's time zone, else the portal's."""
    if not has_request_context():
        return "UTC"
    viewer, site = _reader()
    return viewer.time_zone if viewer.is_signed_in else site.time_zone


def _reader() -> tuple[Viewer, Site]:
    try:
        return viewing.viewer(), viewing.this_site()
    except SQLAlchemyError:  # the page that says so has a language too
        db.session.rollback()
        return VISITOR, Site()
