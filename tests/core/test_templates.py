"""What the templates' machine keeps from one page to the next."""

import pytest
from flask import Flask, render_template_string
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from portal.core.templates import Template


def test_macros_are_made_once(app: Flask) -> None:
    made: list[int] = []
    environment = app.jinja_env.overlay(loader=DictLoader(PAGES))
    environment.globals["making"] = lambda: made.append(1) or ""
    page = environment.get_template("page")
    assert [page.render(name="Ada"), page.render(name="Grace")] == ["Hello &lt;Ada&gt;", "Hello &lt;Grace&gt;"]
    assert len(made) == 1


def test_a_macro_does_not_know_what_only_the_page_knows(app: Flask) -> None:
    environment: Environment = app.jinja_env.overlay(loader=DictLoader(PAGES))
    environment.globals["making"] = str
    assert environment.get_template("asks").render(secret="mine") == "()"


def test_pages_and_letters_share_the_machine(app: Flask) -> None:
    assert isinstance(app.jinja_env.from_string(""), Template)
    assert render_template_string("{{ 1 + 1 }}") == "2"


def test_what_is_put_into_a_page_is_escaped_once(app: Flask) -> None:
    class Text(str):
        pass

    class Drawn:
        def __html__(self) -> str:
            return "<i>drawn</i>"

    given = ["<b>", Text("<u>"), Markup("<br>"), Drawn(), 7, None, Markup("&amp;") + "<"]
    page = app.jinja_env.overlay(
        loader=DictLoader({"page.html": "{% for one in given %}{{ one }} {% endfor %}{{ no }}"})
    )
    drawn = page.get_template("page.html").render(given=given)
    assert drawn == "&lt;b&gt; &lt;u&gt; <br> <i>drawn</i> 7 None &amp;&lt; "


@pytest.mark.parametrize(
    "text", ["{% set x %}{{ given }}{% endset %}{{ x }}", "{% macro m() %}{{ given }}{% endmacro %}{{ m() }}"]
)
def test_what_was_drawn_before_is_not_escaped_again(app: Flask, text: str) -> None:
    page = app.jinja_env.overlay(loader=DictLoader({"page.html": text})).get_template("page.html")
    assert page.render(given="<&>") == "&lt;&amp;&gt;"


PAGES = {
    "macros": (
        "{{ making() }}{% macro hello(name) %}Hello {{ ('<' ~ name ~ '>')|e }}{% endmacro %}"
        "{% macro told() %}({{ secret }}){% endmacro %}"
    ),
    "page": "{% from 'macros' import hello %}{{ hello(name) }}",
    "asks": "{% from 'macros' import told %}{{ told() }}",
}
