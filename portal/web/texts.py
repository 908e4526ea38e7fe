"""Texts in the reader's language, for templates.

A page says a hundred, and looking one up through Flask-Babel and Jinja takes fifty microseconds. What was looked
up is kept by language; the texts themselves are those of Flask-Babel.
"""

from collections.abc import Callable
from functools import lru_cache

import flask_babel
from babel import Locale
from flask import Flask
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


def mount(app: Flask) -> None:
    """Give templates `_`, `gettext` and `ngettext`. Texts are our own HTML; what is put into them is escaped."""
    kept: dict[tuple[Locale | None, str], str] = {}

    @pass_eval_context
    def gettext(context: EvalContext, text: str, **values: object) -> str:
        key = (flask_babel.get_locale(), text)
        if key not in kept:
            kept[key] = flask_babel.get_domain().get_translations().ugettext(text)
        return _filled(context, kept[key], values)

    @pass_eval_context
    def ngettext(context: EvalContext, one: str, many: str, num: int, **values: object) -> str:
        said = flask_babel.get_domain().get_translations().ungettext(one, many, num)
        return _filled(context, said, {"num": num, **values})

    for name, function in {"_": gettext, "gettext": gettext, "ngettext": ngettext}.items():
        app.add_template_global(function, name)


def _filled(context: EvalContext, text: str, values: dict[str, object]) -> str:
    if not context.autoescape:
        return text % values
    if not values and "%" not in text:
        return _html(text)
    return Markup(text) % values  # noqa: S704


_html: Callable[[str], Markup] = lru_cache(maxsize=4096)(Markup)
