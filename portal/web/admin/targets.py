"""What a category promises, as hours that people type."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import StringField

from portal.core.errors import Invalid
from portal.web.forms import Form


class TargetsForm(Form):
    """A part of the form of a category."""

    first_reply = StringField(lazy_gettext("First reply within"))
    waiting = StringField(lazy_gettext("Reply of the team within"))

    @property
    def minutes(self) -> dict[str, int | None]:
        """By the names of the fields. Raises Invalid."""
        read: dict[str, int | None] = {}
        wrong: dict[str, object] = {}
        for field in (self.first_reply, self.waiting):
            try:
                read[field.short_name] = minutes_of(field.data or "")
            except ValueError:
                wrong[field.short_name] = _("Hours as a number, such as 4 or 0.5; empty for no target.")
        if wrong:
            raise Invalid(fields=wrong)
        return read


def minutes_of(typed: str) -> int | None:
    """Hours as people type them (4; 0.5; 0,5; 1:30; 2 h) in minutes; None for nothing. Raises ValueError."""
    typed = typed.strip().casefold().removesuffix("h").strip().replace(",", ".")
    if not typed:
        return None
    if not typed.isascii() or len(typed) > 8:
        raise ValueError(typed)
    hours, colon, minutes = typed.partition(":")
    if colon:
        if not (hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2 and int(minutes) < 60):
            raise ValueError(typed)
        return int(hours) * 60 + int(minutes)
    if not typed.replace(".", "", 1).isdecimal():
        raise ValueError(typed)
    return round(float(typed) * 60)


def hours_of(minutes: int | None) -> str:
    """The same back: 4, 0.5, 1:20."""
    if minutes is None:
        return ""
    return f"{minutes / 60:g}" if minutes % 15 == 0 else f"{minutes // 60}:{minutes % 60:02}"
