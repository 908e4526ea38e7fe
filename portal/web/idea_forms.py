"""The forms in which staff decide on ideas."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from portal.core.errors import Invalid
from portal.ideas.models import STATUSES
from portal.web.forms import Form, Needed, choices
from portal.web.statuses import status_words

needed = Needed()
_ID = re.compile(r"(?:/(?:ideas|t)/|^)(\d{1,18})(?:-|$|[/?#])")


def ways_to_tell() -> list[tuple[str, str]]:
    """When people hear of what is decided: each of TELLS in words."""
    ways = [("now", _("Everyone who asked for it, in a moment")), ("with-announcement", _("With the announcement"))]
    return [*ways, ("quiet", _("Nobody: it is a quiet correction"))]


class StatusForm(Form):
    """A status is sent as `status`, which of a form is what its page answers."""

    chosen = SelectField(lazy_gettext("Status"), [needed], name="status", validate_choice=False)

    def refuse(self, error: Invalid) -> None:
        """What is wrong with the status stands beside its field."""
        said: Mapping[str, Any] = error.fields or {"": error.message}
        super().refuse(Invalid(fields={"chosen" if name == "status" else name: words for name, words in said.items()}))


class OutcomeForm(StatusForm):
    reason = TextAreaField(lazy_gettext("Reason"))
    target_on = DateField(lazy_gettext("Aimed at"), [Optional()])
    revisit_on = DateField(lazy_gettext("To be looked at again on"), [Optional()])
    tell = RadioField(lazy_gettext("Who is told"), default="now", validate_choice=False)

    def offer(self, names: dict[str, str]) -> None:
        """Put in what can be chosen; `names`: what the admin calls the statuses."""
        offered = [(each, status_words(each, names[each])) for each in STATUSES if each != "duplicate"]
        self.chosen.choices = choices(offered)
        self.tell.choices = choices(ways_to_tell())

    def given(self) -> dict[str, Any]:
        days: dict[str, date | None] = {"target_on": self.target_on.data, "revisit_on": self.revisit_on.data}
        return days | {"status": self.chosen.data or "", "reason": self.reason.data or "", "tell": self.tell.data or ""}


class PickForm(Form):
    """One idea out of those that are found while one types; without a script, after a press. `find` may also be the
    address of one, or its number."""

    find = StringField(lazy_gettext("Find an idea"))

    @property
    def only_looks(self) -> bool:
        """The button that looks was pressed, not the one that acts."""
        return request.form.get("do") == "find"

    def picked(self, name: str) -> int:
        """The id that was chosen from the list, else the one that was typed. Raises Invalid."""
        chosen = request.form.get(name, "").strip() or (self.find.data or "").strip()
        found = _ID.search(chosen)
        if found is None:
            raise Invalid(fields={"find": _("Choose one of the ideas that are found, or give the address of one.")})
        return int(found[1])


class MergeForm(PickForm):
    reason = TextAreaField(lazy_gettext("Reason"), [needed])


def day_sent(name: str) -> date | None:
    """The day of a field that stands in no form of its own; None where it is empty. Raises Invalid."""
    sent = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(sent) if sent else None
    except ValueError:
        raise Invalid(fields={name: _("Write the day as 2026-12-03.")}) from None


def ids(values: Iterable[str]) -> list[int]:
    """The numbers among what a form sent."""
    return [int(each) for each in values if each.isascii() and each.isdigit() and len(each) < 19]
