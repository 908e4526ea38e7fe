"""The form of an announcement, with as many ideas as one likes: each is a row of fields that have the same names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField

from portal.announcements import queries
from portal.announcements.actions import ItemTyped, Restated, Written
from portal.announcements.models import ITEM_OUTCOMES
from portal.announcements.queries import AnnouncementWritten, IdeaFound, ItemWritten
from portal.core.errors import Invalid
from portal.core.places import LANGUAGES
from portal.people.viewer import Viewer
from portal.threads.actions import split_tags
from portal.web.announcement_words import AUDIENCES
from portal.web.attaching import AttachingForm
from portal.web.forms import Boxes, Form, Needed, choices
from portal.web.lists import LANGUAGE_NAMES
from portal.web.written_forms import WrittenForm

needed = Needed()
REPEATED = ("idea", "outcome", "note", "available_on", "available_to", "revisit_on")
MOST_ROWS = 60


@dataclass(slots=True)
class ItemRow:
    """One idea in the form, as it was typed. `found`: the idea, where there is one."""

    idea: str = ""
    outcome: str = ""
    note: str = ""
    available_on: str = ""
    available_to: str = ""
    revisit_on: str = ""
    found: IdeaFound | None = None
    errors: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def is_empty(self) -> bool:
        return not (self.idea.strip() or self.note.strip())

    def typed(self) -> ItemTyped:
        """For the room. Raises Invalid, with the names of the fields alone."""
        return ItemTyped(
            idea=queries.idea_number(self.idea),
            outcome=self.outcome or ITEM_OUTCOMES[0],
            note=self.note,
            available_on=_day("available_on", self.available_on),
            available_to=self.available_to,
            revisit_on=_day("revisit_on", self.revisit_on),
        )


class ItemsForm(AttachingForm):
    """The part with the ideas. `find`: what one looks for among them."""

    find = StringField(lazy_gettext("Find an idea"))
    rows: list[ItemRow]

    def __init__(self, *args: Any, items: Sequence[ItemWritten] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = request.method == "POST" and args[:1] != (None,)
        self.rows = rows_sent() if sent else [_row(each) for each in items]

    def know_ideas(self, seen: Viewer) -> None:
        """Put in which ideas they are."""
        ids = [queries.idea_number(row.idea) for row in self.rows]
        known = queries.ideas_named(seen, ids)
        for row, id_ in zip(self.rows, ids, strict=True):
            row.found = known.get(id_)

    def items(self) -> tuple[ItemTyped, ...]:
        """Those that say anything. Raises Invalid."""
        self.rows = [row for row in self.rows if not row.is_empty]
        read: list[ItemTyped] = []
        wrong: dict[str, object] = {}
        for place, row in enumerate(self.rows):
            try:
                read.append(row.typed())
            except Invalid as trouble:
                wrong |= {f"{name}-{place}": words for name, words in trouble.fields.items()}
        if wrong:
            raise Invalid(fields=wrong)
        return tuple(read)

    def refuse(self, error: Invalid) -> None:
        """As any form; what is wrong with an item stands beside its field."""
        others: dict[str, object] = {}
        for name, words in error.fields.items():
            what, _dash, place = name.rpartition("-")
            if what in REPEATED and place.isdecimal() and int(place) < len(self.rows):
                self.rows[int(place)].errors[what] = str(words)
            else:
                others[name] = words
        if others or not error.fields:
            super().refuse(Invalid(error.message, fields=others))

    @property
    def errors(self) -> dict[Any, Any]:
        """Those of the items too, by the ids of their fields."""
        found: dict[Any, Any] = dict(super().errors)
        for place, row in enumerate(self.rows):
            found |= {f"{name}-{place}": [words] for name, words in row.errors.items()}
        return found

    def act(self, verb: str) -> int | None:
        """What a button among the items asks for: add, add-7 (an idea), remove-2 (a place). The place it changed."""
        what, _dash, number = verb.partition("-")
        given = int(number) if number.isdecimal() and len(number) < 19 else 0
        if what == "remove":
            self.rows = [row for place, row in enumerate(self.rows) if place != given]
            return None
        if what != "add":
            return None
        wanted = given or queries.idea_number(self.find.data or "")  # an address may have been typed where one looks
        there = next((place for place, row in enumerate(self.rows) if wanted and row.idea == str(wanted)), None)
        if there is None and len(self.rows) < MOST_ROWS:
            self.rows.append(ItemRow(idea=str(wanted) if wanted else ""))
        if wanted:
            self.find.data = ""
        return len(self.rows) - 1 if there is None else there


class AnnouncementForm(ItemsForm, WrittenForm):
    title = StringField(lazy_gettext("Title"), [needed])
    body = TextAreaField(lazy_gettext("Text"), [needed])
    tags = StringField(lazy_gettext("Tags"))
    language = SelectField(lazy_gettext("Language"), choices=choices(LANGUAGE_NAMES), validate_choice=False)
    audience = RadioField(
        lazy_gettext("Who may read it"), default="everyone", choices=choices(AUDIENCES.items()), validate_choice=False
    )
    groups = Boxes(lazy_gettext("Groups"), choices=[], validate_choice=False)
    publish_at = StringField(lazy_gettext("Publish at"))
    revision = IntegerField(default=0)

    def offer(self, seen: Viewer) -> None:
        """Put in what can be chosen, and which ideas are named."""
        self.groups.choices = choices((str(id_), name) for id_, name in queries.groups_offered())
        self.know_ideas(seen)

    def written(self, seen: Viewer) -> Written:
        """For the room. Raises Invalid."""
        language = self.language.data or ""
        return Written(
            title=self.title.data or "",
            body=self.body.data or "",
            tags=split_tags(self.tags.data or ""),
            language=language if language in LANGUAGES else "",
            audience=self.audience.data or "everyone",
            group_ids=tuple(self.groups.ids),
            publish_at=moment_of("publish_at", self.publish_at.data or "", seen),
            items=self.items(),
        )


@dataclass(slots=True)
class RestatedRow:
    """What a correction says of one idea, as it was typed; `errors`: what is wrong with it."""

    item: ItemWritten
    outcome: str
    note: str
    available_on: str
    available_to: str
    revisit_on: str
    errors: str = ""

    def typed(self) -> Restated:
        """For the room. Raises Invalid."""
        try:
            days = {name: _day("", getattr(self, name)) for name in ("available_on", "revisit_on")}
        except Invalid as trouble:
            raise Invalid(fields={f"note-{self.item.id}": trouble.fields[""]}) from None
        return Restated(self.note, available_to=self.available_to, outcome=self.outcome, **days)


class CorrectionForm(AttachingForm):
    """What was wrong, and how it reads from now on. What is said of ideas is `outcome-7`, `note-7` and so on, by
    the id of the item."""

    said = TextAreaField(lazy_gettext("What was wrong"), [needed])
    title = StringField(lazy_gettext("Title"), [needed])
    body = TextAreaField(lazy_gettext("Text"), [needed])
    revision = IntegerField(default=0)

    def __init__(self, *args: Any, items: Sequence[ItemWritten] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent: Mapping[str, str] = request.form if request.method == "POST" else {}
        self.rows = [_restated(item, sent) for item in items]

    def given(self) -> dict[str, Any]:
        """For the room. Raises Invalid."""
        items = {row.item.id: row.typed() for row in self.rows}
        typed = {"said": self.said.data or "", "title": self.title.data or "", "body": self.body.data or ""}
        return {**typed, "revision": self.revision.data or 0, "items": items}

    def refuse(self, error: Invalid) -> None:
        """As any form; what is wrong with an item stands with it."""
        rows = {f"note-{row.item.id}": row for row in self.rows}
        for name in rows.keys() & error.fields.keys():
            rows[name].errors = str(error.fields[name])
        others = {name: words for name, words in error.fields.items() if name not in rows}
        if others or not error.fields:
            super().refuse(Invalid(error.message, fields=others))

    @property
    def errors(self) -> dict[Any, Any]:
        """Those of the items too, by the ids of their fields."""
        wrong = {f"note-{row.item.id}": [row.errors] for row in self.rows if row.errors}
        return {**super().errors, **wrong}


class WithdrawalForm(Form):
    reason = TextAreaField(lazy_gettext("Why it is withdrawn"), [needed])


def begun(found: AnnouncementWritten, seen: Viewer) -> AnnouncementForm:
    """The form with what the announcement says now."""
    at = found.publish_at.astimezone(ZoneInfo(seen.time_zone)) if found.publish_at else None
    data: Mapping[str, object] = {
        "title": found.title,
        "body": found.body,
        "tags": " ".join(found.tags),
        "language": found.language,
        "audience": found.audience,
        "groups": [str(id_) for id_ in found.group_ids],
        "publish_at": at.strftime("%Y-%m-%dT%H:%M") if at else "",
        "revision": found.revision,
    }
    return AnnouncementForm(None, data=data, items=found.items)


def rows_sent() -> list[ItemRow]:
    """The items of the form that was sent."""
    columns = (request.form.getlist(name)[:MOST_ROWS] for name in REPEATED)
    rows = zip_longest(*columns, fillvalue="")
    return [ItemRow(**dict(zip(REPEATED, values, strict=True))) for values in rows]


def moment_of(name: str, typed: str, seen: Viewer) -> datetime | None:
    """A moment as a browser writes it, where the reader is. Raises Invalid."""
    if not typed.strip():
        return None
    try:
        moment = datetime.fromisoformat(typed.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(seen.time_zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(fields={name: _("Write it as 2026-12-03 09:00.")}) from None


def _day(name: str, typed: str) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise Invalid(fields={name: _("Write the day as 2026-12-03.")}) from None


def _row(item: ItemWritten) -> ItemRow:
    return ItemRow(
        idea=str(item.idea_id),
        outcome=item.outcome,
        note=item.note,
        available_on=item.available_on.isoformat() if item.available_on else "",
        available_to=item.available_to,
        revisit_on=item.revisit_on.isoformat() if item.revisit_on else "",
    )


def _restated(item: ItemWritten, sent: Mapping[str, str]) -> RestatedRow:
    """What was sent of it, else what it says now."""
    now = _row(item)

    def of(name: str) -> str:
        return sent.get(f"{name}-{item.id}", str(getattr(now, name)))

    names = ("outcome", "note", "available_on", "available_to", "revisit_on")
    return RestatedRow(item, **{name: of(name) for name in names})
