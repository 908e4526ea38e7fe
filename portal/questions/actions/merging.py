"""What becomes of accepted answers, verified ones and "I have this too" when posts go to another thread."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from portal.core.db import db
from portal.core.errors import Invalid
from portal.people.viewer import Viewer
from portal.questions.actions.choosing import KEPT_IN, end_choice
from portal.questions.actions.clocks import question_of
from portal.questions.models import Acceptance, Question, SameQuestion
from portal.threads.actions.posting import change
from portal.threads.models import Thread


def posts_split(viewer: Viewer, source: Thread, post_ids: Sequence[int]) -> None:
    """An answer that is split off is no longer the accepted or the verified one."""
    for table, column in KEPT_IN.items():
        if getattr(source, column.key) in post_ids:
            end_choice(viewer, source, table, "moved")


def threads_merged(viewer: Viewer, source: Thread, target: Thread, keep: int | None) -> None:
    """The answer stays chosen where only one thread has one; where both have, somebody says which (`keep`)."""
    for table, column in KEPT_IN.items():
        held = db.session.execute(
            select(table.post_id, table.by_id, table.at).where(table.thread_id == source.id, table.ended_at.is_(None))
        ).first()
        if held is None:
            continue
        end_choice(viewer, source, table, "moved")
        there = getattr(target, column.key)
        if target.kind != "question" or not _stays(table, held.post_id, there, keep):
            continue
        if there is not None:
            end_choice(viewer, target, table, "changed")
        db.session.add(table(thread_id=target.id, post_id=held.post_id, by_id=held.by_id, at=held.at))
        db.session.flush()
        change(target, {column: held.post_id})
    _carry_same(source, target)


def _stays(table: Any, mine: int, theirs: int | None, keep: int | None) -> bool:
    """Whether the mark of the thread that goes wins. A verified answer gives way without asking."""
    if theirs is None:
        return True
    if table is not Acceptance:
        return False
    if keep not in (mine, theirs):
        raise Invalid(fields={"keep": _("Both have an accepted answer: say which one stays.")})
    return keep == mine


def _carry_same(source: Thread, target: Thread) -> None:
    """Who had the one question too, has the other; so does the one's asker."""
    if source.kind != "question" or target.kind != "question":
        return
    question_of(target)
    of_source = SameQuestion.thread_id == source.id
    had = {row.person_id: row.at for row in db.session.execute(select(*SameQuestion.__table__.c).where(of_source))}
    if source.author_id is not None:
        had[source.author_id] = source.created_at
    there = set(db.session.scalars(select(SameQuestion.person_id).where(SameQuestion.thread_id == target.id)))
    db.session.execute(delete(SameQuestion).where(of_source))
    db.session.add_all(
        SameQuestion(thread_id=target.id, person_id=person_id, at=at)
        for person_id, at in had.items()
        if person_id not in there and person_id != target.author_id
    )
    db.session.flush()
    for thread in (source, target):
        count = select(func.count()).select_from(SameQuestion).where(SameQuestion.thread_id == thread.id)
        db.session.execute(update(Question).where(Question.thread_id == thread.id).values(same=count.scalar_subquery()))
