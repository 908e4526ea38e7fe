"""What a worker does for loops, whether or not anything happened: asks, reminds, and counts what ideas are worth."""

from typing import Any

from sqlalchemy import func, select

from portal.core.db import ask, db, param, write
from portal.ideas.models import Idea, Supporter
from portal.loop.actions.asking import ask_some, remind
from portal.loop.models import IdeaWorth
from portal.people.models import Organisation, Person
from portal.site.queries import site

BATCH = 500
"""Ideas at a time."""


def tend() -> None:
    """All of it. Safe to run twice, and in several workers."""
    while write(ask_some):
        pass
    write(remind, site().announce_days)
    count_worth()


def count_worth() -> int:
    """Bring `idea_worth` to what the votes and organisations say; returns how many were not right. Reads without
    holding anybody up, and writes only what differs."""
    last, changed = 0, 0
    while True:
        db.session.rollback()
        ids = list(ask(_IDEAS, {"last": last, "most": BATCH}).scalars())
        if not ids:
            return changed
        span = {"first": ids[0], "last": ids[-1]}
        there = {row.idea_id: (row.organisations, int(row.value)) for row in ask(_WORTH, span)}
        kept = {row.idea_id: (row.organisations, row.value) for row in ask(_KEPT, span)}
        wrong = {id_: there.get(id_, (0, 0)) for id_ in there.keys() | kept.keys() if there.get(id_) != kept.get(id_)}
        if wrong:
            write(_put, wrong)
            changed += len(wrong)
        last = ids[-1]


def _put(wrong: dict[int, tuple[int, int]]) -> None:
    for id_, (organisations, value) in wrong.items():
        row = db.session.get(IdeaWorth, id_, populate_existing=True)
        if not organisations:
            if row is not None:
                db.session.delete(row)
        elif row is None:
            db.session.add(IdeaWorth(idea_id=id_, organisations=organisations, value=value))
        else:
            row.organisations, row.value = organisations, value
    db.session.flush()


_IDEAS = select(Idea.thread_id).where(Idea.thread_id > param("last")).order_by(Idea.thread_id).limit(param("most"))
_distinct: Any = (
    select(Supporter.root_id, Organisation.id, Organisation.yearly_value)
    .join(Person, Person.id == Supporter.person_id)
    .join(Organisation, Organisation.id == Person.organisation_id)
    .where(Supporter.root_id.between(param("first"), param("last")))
    .distinct()
    .subquery("behind")
)
_WORTH = select(
    _distinct.c.root_id.label("idea_id"),
    func.count().label("organisations"),
    func.sum(_distinct.c.yearly_value).label("value"),
).group_by(_distinct.c.root_id)
_KEPT = select(IdeaWorth.idea_id, IdeaWorth.organisations, IdeaWorth.value).where(
    IdeaWorth.idea_id.between(param("first"), param("last"))
)
