"""Forms keep what was typed and say beside the field what a room refused."""

from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.validators import DataRequired

from portal.core.errors import Invalid
from portal.web.forms import Form


class NameForm(Form):
    name = StringField("Name", [DataRequired("A name is needed")])
    note = StringField("Note")


def test_a_refusal_stands_beside_its_field(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        form = NameForm(MultiDict({"name": "Ada", "note": "x"}))
        assert form.validate()
        form.refuse(Invalid(fields={"note": "Too short", "elsewhere": "Not now"}))
    assert form.errors == {"note": ("Too short",), "": ["Not now"]}
    assert form.name.data == "Ada"


def test_a_refusal_without_a_field_stands_at_the_top(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        form = NameForm(MultiDict({"name": "Ada"}))
        assert form.validate()
        form.refuse(Invalid("Not today"))
    assert form.form_errors == ["Not today"]


def test_a_form_needs_no_session(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        form = NameForm(MultiDict({"name": ""}))
        assert not form.validate()
        assert form.errors == {"name": ["A name is needed"]}
        assert "csrf_token" not in form
