"""The templates' machine, without what it does anew for each page though nothing has changed."""

from typing import Any

import jinja2
from flask import Flask
from flask.templating import Environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.nodes import Expr
from jinja2.nodes import Template as Tree
from jinja2.runtime import Context
from markupsafe import _escape_inner as escaped  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage]
from markupsafe import escape

SAFE = type(escape(""))


def piece(value: object) -> str:
    """A value as HTML: markup as it is, all else escaped.

    A page has hundreds. `escape` asks each in a roundabout way what it is, and makes an object of it that says that it
    is safe; what is joined to the page at once need not say so."""
    kind = type(value)
    if kind is SAFE:
        return value  # pyright: ignore[reportReturnType]
    return escaped(value) if kind is str else escape(value)  # pyright: ignore[reportArgumentType]


class Compiler(CodeGenerator):
    """Writes the code of templates as Jinja's own does, with `piece` where that has `escape`."""

    WRITES = "pieces"
    """To be changed when it writes something else: code that is kept from before is then written anew."""

    def visit_Template(self, node: Tree, frame: Frame | None = None) -> None:  # noqa: N802
        self.writeline(f"from {__name__} import piece")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write(f"piece({finalize.src or ''}")


class Template(jinja2.Template):
    """A template whose macros are made once. Jinja compares the names known to whoever imports them with those known
    here, one by one and each time; here all templates know the same."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


class Templates(Environment):
    """Flask's, with these templates."""

    template_class: Any = Template
    code_generator_class = Compiler


def mount(app: Flask) -> None:
    """To be called before anything asks for a template."""
    app.jinja_environment = Templates
    # All are ours and are kept, in a dict: where old ones may have to go, each use moves a name to the end of a list.
    app.jinja_options = {"cache_size": -1}
