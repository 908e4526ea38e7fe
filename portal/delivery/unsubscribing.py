"""What someone changes by the link in a letter, without signing in: that nothing more comes of a thread, of a sort of
news, or at all; or that it does again. Whoever lost access can do so too, and is told no title."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.delivery.letters import owing
from portal.delivery.links import Unwanted
from portal.loop.queries.asked import who_answers
from portal.notices.models import SORTS, NoticeChoice
from portal.notices.queries.wishes import OF_STAFF
from portal.people.models import Person
from portal.threads.models import Thread, Watch

OF_CONTACTS = ("requested",)
"""All that is ever sent to someone without an account."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters someone gets."""

    has_thread: bool
    title: str
    """Of the thread; empty for whoever may not see it."""
    language: str
    is_muted: bool
    sorts: dict[str, bool]
    """By sort, whether it comes by mail: all of which they can get any."""

    @property
    def gets_any(self) -> bool:
        return any(self.sorts.values())


def wanted(link: Unwanted) -> Wanted:
    """How it stands. Raises NotFound for someone who was erased."""
    person = _person(link)
    viewer = who_answers(person.id)
    thread = owing.named(viewer, [link.thread_id]).get(link.thread_id or 0) if viewer is not None else None
    level = db.session.scalar(select(Watch.level).where(*_theirs(link)))
    off = set(
        db.session.scalars(
            select(NoticeChoice.sort).where(NoticeChoice.person_id == person.id, NoticeChoice.mail.is_(False))
        )
    )
    return Wanted(
        has_thread=link.thread_id is not None,
        title=thread.title if thread else "",
        language=thread.language if thread else "",
        is_muted=level == "mute",
        sorts={sort: sort not in off for sort in _sorts_of(person)},
    )


def set_thread(link: Unwanted, *, on: bool) -> None:
    """Nothing more comes of the thread, neither here nor by mail; or it is followed again. Raises NotFound."""
    person = _person(link)
    if link.thread_id is None or db.session.get(Thread, link.thread_id) is None:
        raise NotFound
    level = "follow" if on else "mute"
    watch = db.session.scalar(select(Watch).where(*_theirs(link)).with_for_update())
    if watch is None:
        watch = Watch(thread_id=link.thread_id, person_id=person.id)
        db.session.add(watch)
    elif watch.level != "mute" and on:
        return
    watch.level, watch.chosen, watch.because, watch.at = level, True, "chosen", clock.now()


def set_sort(link: Unwanted, sort: str, *, on: bool) -> None:
    """News of this sort comes by mail, or does not; what lies in the inbox stays as it is. Raises NotFound."""
    person = _person(link)
    if sort not in _sorts_of(person):
        raise NotFound
    _set(person, sort, on=on)


def set_all(link: Unwanted, *, on: bool) -> None:
    """No news comes by mail, or all does. Letters about the account itself are no news. Raises NotFound."""
    person = _person(link)
    for sort in _sorts_of(person):
        _set(person, sort, on=on)


def _set(person: Person, sort: str, *, on: bool) -> None:
    kept = db.session.get(NoticeChoice, (person.id, sort), with_for_update=True)
    if kept is None:
        db.session.add(NoticeChoice(person_id=person.id, sort=sort, mail=on))
    else:
        kept.mail = on
    db.session.flush()


def _person(link: Unwanted) -> Person:
    person = db.session.get(Person, link.person_id, populate_existing=True)
    if person is None or person.erased_at is not None or person.kind == "system":
        raise NotFound
    return person


def _sorts_of(person: Person) -> tuple[str, ...]:
    if person.kind == "contact":
        return OF_CONTACTS
    return tuple(sort for sort in SORTS if sort not in OF_STAFF or person.is_staff)


def _theirs(link: Unwanted) -> tuple[ColumnElement[bool], ...]:
    return (Watch.thread_id == (link.thread_id or 0), Watch.person_id == link.person_id)
