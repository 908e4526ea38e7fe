"""The templates' machine, without what it does anew for each page though nothing has changed."""

from typing import Any

import jinja2
from flask import Flask
from flask.templating import Environment
from jinja2.environment import TemplateModule
from jinja2.runtime import Context


class Template(jinja2.Template):
    """A template whose macros are made once. Jinja compares the names known to whoever imports them with those known
    here, one by one and each time; here all templates know the same."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


class Templates(Environment):
    """Flask's, with these templates."""

    template_class: Any = Template


def mount(app: Flask) -> None:
    """To be called before anything asks for a template."""
    app.jinja_environment = Templates
    # All are ours and are kept, in a dict: where old ones may have to go, each use moves a name to the end of a list.
    app.jinja_options = {"cache_size": -1}
