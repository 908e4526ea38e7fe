"""Everyone in the demonstration hears of what they asked for when it happens, as by the worker."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update

from portal.core import clock
from portal.core.db import UtcDateTime, ask, db, param
from portal.delivery.models import Delivery
from portal.events.models import Event
from portal.importing.demo.people import READ
from portal.loop.actions.asking import ask_some, remind
from portal.loop.models import Debt
from portal.notices.models import Notice
from portal.notices.telling.steps import step
from portal.people.models import Person
from portal.site.queries import site

TALK = timedelta(days=14)
"""Of replies and answers that are older nobody is told any more: they would have been read long ago."""
_OF_TALK = ("post.written", "thread.started", "answer.accepted", "answer.verified")
_AFTER = timedelta(hours=9)
"""Until they read it."""


class Hearing:
    """Tells of what is due, as time goes by."""

    def __init__(self, today: datetime, now: datetime) -> None:
        self._today = today
        self._now = now
        self._asked = today - timedelta(days=75)

    def until(self, at: datetime) -> None:
        """Tell everyone of all that is due by then, at the time when it was; and ask them, once a day."""
        while True:
            due, morning = ask(_NEXT, {"since": self._today - TALK}).scalar(), self._asked + timedelta(days=1)
            if due is not None and due <= min(at, morning):
                self._tell(due)
            elif morning <= at:
                self._asked = morning
                with clock.standing(morning):
                    self._ask(morning)
            else:
                return

    def end(self) -> None:
        """The rest of it. Old notices have been read, and no letter leaves to an address that does not exist."""
        self.until(self._now)
        self._pass_over_old_talk()
        db.session.flush()
        old = Notice.at < self._today - READ
        db.session.execute(update(Notice).where(old).values(read_at=Notice.at))
        seen = select(Notice.at).where(Notice.id == Debt.notice_id, old).scalar_subquery()
        db.session.execute(update(Debt).where(exists(seen), Debt.state == "told").values(seen_at=seen))
        accounts = select(Person.id).where(Person.kind == "account")
        db.session.execute(delete(Delivery).where(Delivery.person_id.in_(accounts)))
        db.session.expire_all()

    def _ask(self, morning: datetime) -> None:
        ask_some()
        if morning > self._today - READ:
            remind(site().announce_days)

    def _tell(self, due: datetime) -> None:
        self._pass_over_old_talk()
        with clock.standing(due):
            step(set(), [])

    def _pass_over_old_talk(self) -> None:
        since = self._today - TALK
        old = update(Event).where(Event.due_at < since, Event.done_at.is_(None), Event.kind.in_(_OF_TALK))
        db.session.execute(old.values(done_at=Event.due_at).execution_options(synchronize_session=False))


_NEXT = (
    select(Event.due_at)
    .where(Event.due_at.is_not(None), Event.done_at.is_(None))
    .where(Event.kind.not_in(_OF_TALK) | (Event.due_at >= param("since", UtcDateTime())))
    .order_by(Event.due_at)
    .limit(1)
)
