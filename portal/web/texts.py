"""Texts in the reader's language.

A page says a hundred, and looking one up through Flask-Babel and Jinja takes fifty microseconds. What was looked up is
kept by language; the texts themselves are those of Flask-Babel.
"""

from collections.abc import Callable
from datetime import UTC, tzinfo
from functools import lru_cache

import flask_babel
from babel import Locale
from flask import Flask, g
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

ENGLISH = Locale("en")


def mount(app: Flask) -> None:
    """Give templates `_`, `gettext` and `ngettext`. Texts are our own HTML; what is put into them is escaped."""
    for name, function in {"_": _gettext, "gettext": _gettext, "ngettext": _ngettext}.items():
        app.add_template_global(function, name)


def ngettext(one: str, many: str, num: int) -> str:
    """So many of something, in words."""
    return _counted(spoken()[0], one, many, num) % {"num": num}


def spoken() -> tuple[Locale, tzinfo]:
    """The language and the time zone of the answer: what Flask-Babel found for it, without asking a hundred times."""
    kept = g.get("_flask_babel")
    locale, zone = getattr(kept, "babel_locale", None), getattr(kept, "babel_tzinfo", None)
    if locale is None or zone is None:
        locale, zone = flask_babel.get_locale(), flask_babel.get_timezone()
    return locale or ENGLISH, zone or UTC


@pass_eval_context
def _gettext(context: EvalContext, text: str, **values: object) -> str:
    return _filled(context, _said(spoken()[0], text), values)


@pass_eval_context
def _ngettext(context: EvalContext, one: str, many: str, num: int, **values: object) -> str:
    return _filled(context, _counted(spoken()[0], one, many, num), {"num": num, **values})


@lru_cache(maxsize=8192)
def _said(_locale: Locale, text: str) -> str:
    return flask_babel.get_domain().get_translations().ugettext(text)


@lru_cache(maxsize=8192)
def _counted(_locale: Locale, one: str, many: str, num: int) -> str:
    return flask_babel.get_domain().get_translations().ungettext(one, many, num)


def _filled(context: EvalContext, text: str, values: dict[str, object]) -> str:
    if not context.autoescape:
        return text % values
    if not values and "%" not in text:
        return _html(text)
    return Markup(text) % values  # noqa: S704


_html: Callable[[str], Markup] = lru_cache(maxsize=8192)(Markup)
