"""What all forms share."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from babel import Locale
from babel.support import Translations
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectMultipleField
from wtforms.i18n import messages_path
from wtforms.widgets import CheckboxInput

from portal.core.errors import Conflict, Forbidden, Invalid, RondoError

T = TypeVar("T")


def choices(offered: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """What a select or a group of radio buttons offers: values and their words."""
    return [SelectChoice(value, words) for value, words in offered]


@cache
def _of_wtforms(locale: Locale | None) -> Any:
    return Translations.load(messages_path(), [locale] if locale else None, domain="wtforms")


class Needed:
    """Marks a field that must be filled in. Whether it was, the room says, with all else that is wrong."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: object, field: object) -> None:
        """Nothing is checked here."""


class Boxes(SelectMultipleField):
    """Some of a few choices, each with a box of its own."""

    option_widget = CheckboxInput()

    @property
    def ids(self) -> list[int]:
        """What was ticked, where the choices are ids."""
        return [int(id_) for id_ in self.data or () if id_.isdecimal() and id_.isascii() and len(id_) < 19]


class Form(FlaskForm):
    """A form as a person fills it in. It says what is missing; every other rule is the room's, and comes back here.

    The token against forged requests is checked for every POST before any view runs, and the templates write it
    (`csrf()`), so that a visitor's form has none and sets no cookie.
    """

    class Meta:
        csrf = False

        def get_translations(self, form: object) -> Any:
            """What WTForms itself says. Flask-WTF would read its catalogue anew for each request."""
            return _of_wtforms(get_locale())

    status = 422
    """What the page answers when it shows the form again."""
    trouble: RondoError | None = None
    """Why a room did not take it."""

    def take(self, act: Callable[[], T]) -> T | None:
        """Do what the form asks for and return what came of it; None where it was refused, and the form says why."""
        if not self.validate():
            return None
        try:
            return act()
        except Invalid as trouble:
            self.refuse(trouble)
        except (Conflict, Forbidden) as trouble:
            self.refuse(Invalid(trouble.message))
            self.status, self.trouble = trouble.status, trouble
        return None

    def done(self, act: Callable[[], object]) -> bool:
        """The same for an act of which nothing comes: whether it was done."""

        def acted() -> bool:
            act()
            return True

        return self.take(acted) is not None

    @property
    def shown_status(self) -> int:
        """What the page answers that shows it: 200 as long as nothing was refused."""
        return self.status if self.errors else 200

    def refuse(self, error: Invalid) -> None:
        """Put what a room said beside the fields that it names, and the rest at the top."""
        said: Mapping[str, object] = error.fields or {"": error.message}
        for name, words in said.items():
            if name in self:
                field = self[name]
                field.errors = (*field.errors, words)
            else:
                self.form_errors.append(words)

    def of(self, number: int) -> Self:
        """The same form with ids of its own, for pages on which it stands several times."""
        for field in self:
            field.id = f"{field.id}-{number}"
        return self
