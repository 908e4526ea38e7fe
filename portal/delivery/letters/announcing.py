"""Letters about announcements: to those who asked for something in one, and to those who follow them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.announcements.queries import ItemShown
from portal.core.clock import now
from portal.delivery.letters import owing
from portal.delivery.letters.content import Content
from portal.delivery.letters.deciding import asked
from portal.delivery.letters.saying import day, quoted
from portal.delivery.letters.telling import LOOKS, Told, about, address
from portal.ideas.models import DELIVERED
from portal.ideas.statuses import status_words
from portal.people.models import Person

MOST = 12
"""Ideas of an announcement that a letter names besides the reader's own."""


@dataclass(frozen=True, slots=True)
class Item:
    """What an announcement says of one idea. `words`: what the reader has to do with it, and its title."""

    words: str
    title: str
    language: str
    link: str
    status: str
    look: str
    note: str
    available: str


def announcement(told: Told) -> Content:
    """Their own ideas first, by the titles that they know; then what else is in it."""
    row = told.first
    items = told.known.items(told.viewer, row.thread_id)
    own = told.known.owed(row.id)
    mine = [_mine(each, items, told.person) for each in own]
    taken = {each.idea_id for each in own}
    others = [_item(each, told.person) for each in items if each.idea_id not in taken]
    words = quoted(told.known.opening(row.thread_id))
    template = "announced" if mine else "announcement"
    more = max(0, len(others) - MOST)
    return about(told, template, answerable=True, mine=mine, others=others[:MOST], more=more, words=words)


def corrected(told: Told) -> Content:
    """What it says now is read on its page; the letter says what changed, and how their own ideas stand that it now
    says another outcome of."""
    row = told.first
    own, items = told.known.owed(row.id), told.known.items(told.viewer, row.thread_id)
    others = [title for title in owing.owed_of(told.viewer, row.thread_id) if title not in {each.title for each in own}]
    stands = [_mine(each, items, told.person) for each in own]
    return about(told, "corrected", said=str(row.data.get("said") or ""), stands=stands, mine=others)


def withdrawn(told: Told) -> Content:
    """It does not hold any more."""
    return about(
        told,
        "withdrawn",
        said=str(told.first.data.get("said") or ""),
        mine=owing.owed_of(told.viewer, told.first.thread_id),
    )


def _mine(each: owing.Owed, items: Sequence[ItemShown], person: Person) -> Item:
    item = next((item for item in items if item.idea_id == each.idea_id), None)
    return Item(
        asked(each),
        each.title,
        each.language,
        address(each.path),
        status_words(each.status, each.called),
        LOOKS.get(each.status, ""),
        quoted(item.note_html if item else each.why_html),
        _available(item, person) if item else "",
    )


def _item(item: ItemShown, person: Person) -> Item:
    return Item(
        item.title,
        item.title,
        item.language,
        address(item.path),
        status_words(item.outcome, item.called),
        LOOKS.get(item.outcome, ""),
        quoted(item.note_html, 200),
        _available(item, person),
    )


def _available(item: ItemShown, person: Person) -> str:
    """From when, and for whom; or when it is looked at again."""
    if item.outcome not in DELIVERED:
        return _("We look at it again on %(day)s", day=day(item.revisit_on, person)) if item.revisit_on else ""
    on = item.available_on
    when = _("Available from %(day)s", day=day(on, person)) if on and on > now().date() else _("Available now")
    return f"{when}, {item.available_to}" if item.available_to else when
