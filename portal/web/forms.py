"""What all forms share."""

from collections.abc import Mapping

from flask_wtf import FlaskForm

from portal.core.errors import Invalid


class Form(FlaskForm):
    """A form as a person fills it in. It says what is missing; every other rule is the room's, and comes back by `refuse`.

    The token against forged requests is checked for every POST before any view runs, and the templates write it
    (`csrf()`), so that a visitor's form has none and sets no cookie.
    """

    class Meta:
        csrf = False

    def refuse(self, error: Invalid) -> None:
        """Put what a room said beside the fields that it names, and the rest at the top."""
        said: Mapping[str, object] = error.fields or {"": error.message}
        for name, words in said.items():
            if name in self:
                field = self[name]
                field.errors = (*field.errors, words)
            else:
                self.form_errors.append(words)
