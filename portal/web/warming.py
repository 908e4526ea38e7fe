"""What every process needs sooner or later, made before there are several: they then share it."""

from flask import Flask
from flask_babel import force_locale, gettext

from portal.core.clock import now
from portal.core.places import LANGUAGES
from portal.web.formats import time_ago, time_on


def warm(app: Flask) -> None:
    """Compile the templates, and read the languages. Asks nothing of the database."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    with app.test_request_context():
        for language in LANGUAGES:
            with force_locale(language):
                gettext("Home")
                time_ago(now())
                time_on(now())
