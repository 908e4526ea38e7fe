"""Who can be told, as conditions on Person: the same for making a notice and for saying beforehand who will get one."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, null, or_

from portal.core.clock import now
from portal.notices.models import NoticeChoice, PersonMute
from portal.people.models import Person, Suspension
from portal.people.queries import suspended
from portal.threads.models import Thread, Watch
from portal.threads.policy import readers


def choice_of(sort: str) -> ColumnElement[bool]:
    """The condition to join NoticeChoice by, from outside: what someone said about this sort of news."""
    return and_(NoticeChoice.person_id == Person.id, NoticeChoice.sort == sort)


def has_account() -> ColumnElement[bool]:
    return Person.kind == "account"


def wants_inbox() -> ColumnElement[bool]:
    """Condition beside `choice_of`: it lies in their inbox."""
    return and_(has_account(), func.coalesce(NoticeChoice.inbox, True))


def gets_mail() -> ColumnElement[bool]:
    """Condition beside `choice_of`: it goes to them by letter. An address that they typed themselves must be confirmed;
    that of a contact was entered by staff, who said on what permission."""
    theirs = or_(not_(has_account()), Person.email_confirmed_at.is_not(None))
    return and_(Person.email.is_not(None), theirs, func.coalesce(NoticeChoice.mail, True))


def why_not(*threads: Thread, more: tuple[tuple[Any, str], ...] = ()) -> ColumnElement[str | None]:
    """Beside `choice_of`: why someone is not told of what is said in these threads, in one word; NULL if they are.
    `more`: further conditions, each with its word."""
    in_force = exists().where(Suspension.person_id == Person.id, suspended(now()))
    heard = or_(wants_inbox(), gets_mail())
    off = and_(
        not_(func.coalesce(NoticeChoice.mail, True)),
        or_(not_(has_account()), not_(func.coalesce(NoticeChoice.inbox, True))),
    )
    return case(
        (Person.erased_at.is_not(None), "erased"),
        *((not_(readers(each, each.category)), "no-access") for each in threads),
        (in_force, "suspended"),
        *more,
        (off, "opted-out"),
        (not_(heard), "no-address"),
        else_=null(),
    )


def muted(thread_id: Any) -> ColumnElement[bool]:
    """Condition on Person: they muted this thread."""
    return exists().where(Watch.thread_id == thread_id, Watch.person_id == Person.id, Watch.level == "mute")


def mutes(actor_id: int | None) -> ColumnElement[bool]:
    """Condition on Person: they want to hear nothing of what this person does."""
    return exists().where(PersonMute.person_id == Person.id, PersonMute.muted_id == actor_id)
