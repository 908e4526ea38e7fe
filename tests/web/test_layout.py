"""The frame and the macros that every page is made of."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, flash, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from portal.core import assets
from portal.people.viewer import VISITOR, Viewer
from portal.web import drawing, formats, keeping, texts

MEMBER = Viewer(id=7, role="member", username="anna", name="Anna <b>Lind</b>")
PAGE = """{% extends "layout/base.html" %}{% block title %}T{% endblock %}
{% block main %}<h1>Here</h1>{% endblock %}"""
Page = Callable[..., BeautifulSoup]


class Form(FlaskForm):
    title = StringField("Title", [DataRequired("Write a title.")])
    note = StringField("Note")
    body = TextAreaField("Text", [DataRequired("Write something.")])
    place = SelectField("Place", choices=[SelectChoice("a", "A")])
    sight = RadioField("Sight", choices=[SelectChoice("all", "All"), SelectChoice("staff", "Staff")])
    quiet = BooleanField("Quietly")


@pytest.fixture
def page() -> Iterator[Page]:
    """Draw a template as a page would be drawn; give its HTML back, parsed."""
    app = Flask(__name__, static_folder=None)
    app.config["SECRET_KEY"] = "for tests only"
    templates = FileSystemLoader(assets.ROOT / "templates")
    app.jinja_loader = ChoiceLoader([templates, DictLoader({"page.html": PAGE})])
    Babel(app)
    CSRFProtect(app)
    drawing.mount(app, assets.mount(app))
    formats.mount(app)
    texts.mount(app)
    keeping.mount(app)
    app.add_template_global(lambda: "", "takes_files")  # who is signed in, no page here knows

    def draw(template: str = "{% extends 'page.html' %}", viewer: Viewer = VISITOR, **given: Any) -> BeautifulSoup:
        site = {"name": "Tidewater", "accent": "teal", "open_to_sign_up": True}
        return BeautifulSoup(
            render_template_string(template, **({"viewer": viewer, "site": site} | given)), "html.parser"
        )

    with app.test_request_context("/"):
        yield draw


def form(**typed: str) -> Form:
    filled = Form(formdata=MultiDict(typed), meta={"csrf": False})
    filled.validate()
    return filled


def macro(call: str) -> str:
    names = "csrf, errors, field, select, textarea, editor, checkbox, radios, swatches"
    return f"{{% from 'layout/_form.html' import {names} %}}{{{{ {call} }}}}"


def test_a_visitors_page_holds_nothing_of_a_session(page: Page):
    drawn = page()
    assert "csrf" not in str(drawn).lower()
    assert "hx-headers" not in drawn.body.attrs
    assert [a["href"] for a in drawn.select(".top a.button")] == ["/sign-in", "/sign-up"]
    assert (drawn.html["lang"], drawn.html["dir"], drawn.html["data-accent"]) == ("en", "ltr", "teal")
    assert "data-scheme" not in drawn.html.attrs
    assert not drawn.select("aside")


def test_a_members_page_carries_the_token_once_for_htmx(page: Page):
    drawn = page(viewer=MEMBER)
    token = json.loads(str(drawn.body["hx-headers"]))["X-CSRFToken"]
    assert token == drawn.select_one('form[action="/sign-out"] input[name=csrf_token]')["value"]
    assert "Anna <b>Lind</b>" in drawn.select_one(".who-am-i").text
    assert not drawn.select('a[href^="/staff"], a[href^="/admin"]')


@pytest.mark.parametrize(
    ("role", "there", "missing"),
    [
        ("member", set(), {"/staff/inbox", "/admin"}),
        ("agent", {"/staff/inbox"}, {"/admin"}),
        ("admin", {"/staff/inbox", "/admin"}, set()),
    ],
)
def test_the_menu_has_what_the_role_may_do(page: Page, role: str, there: set[str], missing: set[str]):
    drawn = page(viewer=Viewer(id=1, role=role, username="x"))
    addresses = {a["href"] for a in drawn.select(".top .menu a")}
    assert there <= addresses
    assert not missing & addresses


def test_a_chosen_scheme_is_forced(page: Page):
    drawn = page(viewer=Viewer(id=1, role="member", username="x", colour_scheme="dark"))
    assert drawn.html["data-scheme"] == "dark"


def test_htmx_may_not_run_code_and_swaps_what_was_refused(page: Page):
    config = json.loads(str(page().select_one('meta[name="htmx-config"]')["content"]))
    assert config["allowEval"] is False
    assert config["includeIndicatorStyles"] is False
    assert config["historyCacheSize"] == 0
    assert config["historyRestoreAsHxRequest"] is False
    assert {"code": "409|422", "swap": True} in config["responseHandling"]


def test_one_main_one_heading_and_a_way_past_the_header(page: Page):
    drawn = page(viewer=MEMBER)
    assert len(drawn.select("main")) == len(drawn.select("h1")) == 1
    assert drawn.select_one("body > a")["href"] == "#main"


def test_messages_are_escaped_and_shown_to_members_only(page: Page):
    flash("<i>Saved</i>", "good")
    assert not page().select(".flash")
    shown = page(viewer=MEMBER).select(".flash.good")
    assert [one.text for one in shown] == ["<i>Saved</i>"]


def test_a_field_is_tied_to_its_label_hint_and_error(page: Page):
    drawn = page(macro("field(form.title, hint='Short', autocomplete='off')"), form=form())
    control = drawn.select_one("input")
    assert control
    assert drawn.select_one("label")["for"] == control["id"] == "title"
    said = [drawn.select_one(f"#{id}").text for id in str(control["aria-describedby"]).split()]
    assert said == ["Short", "Error: Write a title."]
    assert control["aria-invalid"] == "true"
    assert control["autocomplete"] == "off"
    assert "optional" not in str(drawn)


def test_a_field_without_hint_or_error_says_nothing_about_them(page: Page):
    drawn = page(macro("field(form.note)"), form=form(title="x"))
    assert not {"aria-describedby", "aria-invalid"} & set(drawn.input.attrs)
    assert "(optional)" in drawn.label.text


@pytest.mark.parametrize("name", ["field", "textarea", "editor"])
def test_forms_that_stand_twice_on_a_page_keep_their_ids_apart(page: Page, name: str):
    drawn = page(macro(f"{name}(form.body, id='body-9', hint='h')"), form=form())
    assert drawn.label
    assert drawn.textarea["id"] == drawn.label["for"] == "body-9"
    assert drawn.textarea["aria-describedby"] == "body-9-hint body-9-error"
    assert drawn.textarea["name"] == "body"


def test_what_was_typed_is_kept_and_escaped(page: Page):
    drawn = page(macro("editor(form.body)"), form=form(body="</textarea><script>x</script>"))
    assert drawn.textarea.text.strip() == "</textarea><script>x</script>"
    assert not drawn.select("script")


def test_the_summary_leads_to_each_field(page: Page):
    drawn = page(macro("errors(form)") + macro("field(form.title)") + macro("radios(form.sight)"), form=form(body="x"))
    links = [str(a["href"]) for a in drawn.select(".summary a")]
    assert links[0] == "#title"
    assert "#sight" in links
    assert drawn.select_one("#sight")["class"] == ["field", "invalid"]
    summary = drawn.select_one(".summary")
    assert {"autofocus", "data-focus", "tabindex"} <= set(summary.attrs)


def test_no_errors_no_summary(page: Page):
    assert page(macro("errors(form)"), form=Form(meta={"csrf": False})).text.strip() == ""


def test_choices_are_a_group_with_a_name(page: Page):
    drawn = page(macro("radios(form.sight, hint='Who', hints={'staff': 'Us'})"), form=form())
    assert drawn.legend.text == "Sight"
    assert drawn.fieldset["aria-describedby"] == "sight-hint sight-error"
    staff = drawn.select_one('input[value="staff"]')
    assert drawn.select_one(f"#{staff['aria-describedby']}").text == "Us"
    for radio in drawn.select("input"):
        assert drawn.select_one(f'label[for="{radio["id"]}"]')


def test_a_checkbox_stands_before_its_label(page: Page):
    drawn = page(macro("checkbox(form.quiet, hint='No letter')"), form=form())
    assert drawn.label
    assert drawn.label["for"] == drawn.input["id"]
    assert drawn.input["aria-describedby"] == "quiet-hint"


@pytest.mark.parametrize(
    ("current", "last", "shown"),
    [
        (1, 1, []),
        (1, 2, ["1", "2"]),
        (2, 3, ["1", "2", "3"]),
        (1, 9, ["1", "2", "…", "9"]),
        (5, 9, ["1", "…", "4", "5", "6", "…", "9"]),
        (9, 9, ["1", "…", "8", "9"]),
        (3, 5, ["1", "2", "3", "4", "5"]),
    ],
)
def test_pages(page: Page, current: int, last: int, shown: list[str]):
    drawn = page(
        "{% from 'layout/_pages.html' import numbered %}{{ numbered(current, last, '/q/1-x') }}",
        current=current,
        last=last,
    )
    assert [item.text.removeprefix("Page ") for item in drawn.select("li")] == shown
    assert [a.text for a in drawn.select("li [aria-current=page]")] == ([f"Page {current}"] if last > 1 else [])
    assert [a["href"] for a in drawn.select("a[rel=prev]")] == (
        [] if current == 1 else ["/q/1-x" if current == 2 else f"/q/1-x?page={current - 1}"]
    )
    assert [a["href"] for a in drawn.select("a[rel=next]")] == (
        [] if current == last else [f"/q/1-x?page={current + 1}"]
    )


def test_pages_keep_what_the_address_asks_for(page: Page):
    drawn = page("{% from 'layout/_pages.html' import numbered %}{{ numbered(1, 2, '/q/1?order=new') }}")
    assert [a["href"] for a in drawn.select("li a")] == ["/q/1?order=new", "/q/1?order=new&page=2"]


def test_older_and_newer_load_in_place_and_work_as_links(page: Page):
    call = "{% from 'layout/_pages.html' import older_newer %}{{ older_newer('/?before=1', '/?after=2', '#list') }}"
    drawn = page(call)
    assert {a["rel"][0]: a["href"] for a in drawn.select("a")} == {"next": "/?before=1", "prev": "/?after=2"}
    assert (drawn.nav["hx-target"], drawn.nav["hx-select"]) == ("#list", "#list")
    assert page(call.replace("'/?before=1', '/?after=2'", "none, none")).text.strip() == ""


def test_an_icon_alone_says_its_name(page: Page):
    drawn = page("{{ icon('lock') }}{{ icon('lock', 'Closed \"x\"') }}")
    beside, alone = drawn.select("svg")
    assert beside["aria-hidden"] == "true"
    assert (alone["role"], alone["aria-label"]) == ("img", 'Closed "x"')


def test_the_error_page_says_what_to_do_and_which_number_to_name(page: Page):
    drawn = page(
        "{% extends 'layout/error.html' %}",
        status=404,
        title="Nothing here",
        sentences=["It may be gone."],
        request_id="abc1",
    )
    assert drawn.h1.text == "Nothing here"
    assert "abc1" in drawn.select_one(".code").text
    assert drawn.select_one("main a.button")["href"] == "/"
