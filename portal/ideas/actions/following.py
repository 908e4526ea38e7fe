"""Who follows a merged idea follows the one it was merged into, and no longer once that is undone."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, exists, insert, literal, select
from sqlalchemy.orm import aliased

from portal.core import clock
from portal.core.db import BigInt, UtcDateTime, db
from portal.ideas.models import Idea
from portal.threads.actions.watching import unwatch_because
from portal.threads.models import Watch

MERGED = "merged"


def carry_follows(source_id: int, target_id: int) -> None:
    """Followers of the one follow the other, unless they follow it already, or said something else of it."""
    there = aliased(Watch)
    followers = select(
        literal(target_id, BigInt),
        Watch.person_id,
        Watch.level,
        literal(False),
        literal(_because(source_id)),
        literal(clock.now(), UtcDateTime()),
    ).where(
        Watch.thread_id == source_id,
        Watch.level.in_(("watch", "follow")),
        ~exists().where(there.thread_id == target_id, there.person_id == Watch.person_id),
    )
    columns = ["thread_id", "person_id", "level", "chosen", "because", "at"]
    db.session.execute(insert(Watch).from_select(columns, followers))


def uncarry_follows(source_id: int, target_id: int) -> None:
    """End those follows, as far as they were carried on."""
    db.session.execute(delete(Watch).where(*_carried(source_id, target_id)))
    source_id, further = target_id, _into(target_id)
    while further is not None:
        here = aliased(Watch)
        still = exists().where(
            here.thread_id == source_id, here.person_id == Watch.person_id, here.level.in_(("watch", "follow"))
        )
        db.session.execute(delete(Watch).where(*_carried(source_id, further), ~still))
        source_id, further = further, _into(further)


def end_follows(person_id: int, root_id: int, idea_ids: Sequence[int]) -> None:
    """Someone took back their votes for these ideas: the follows that came of them end, the carried one as well."""
    for idea_id in idea_ids:
        unwatch_because(person_id, idea_id, "voted")
    elsewhere = select(Idea.thread_id).where(Idea.root_id == root_id, Idea.thread_id != root_id)
    follows = exists().where(
        Watch.thread_id.in_(elsewhere), Watch.person_id == person_id, Watch.level.in_(("watch", "follow"))
    )
    if [root_id] != [*idea_ids] and not db.session.scalar(select(follows)):
        carried = (Watch.thread_id == root_id, Watch.person_id == person_id, Watch.chosen.is_(False))
        db.session.execute(delete(Watch).where(*carried, Watch.because.startswith(f"{MERGED}:")))


def _carried(source_id: int, target_id: int) -> tuple[ColumnElement[bool], ...]:
    return Watch.thread_id == target_id, Watch.because == _because(source_id), Watch.chosen.is_(False)


def _because(source_id: int) -> str:
    return f"{MERGED}:{source_id}"


def _into(idea_id: int) -> int | None:
    return db.session.scalar(select(Idea.merged_into_id).where(Idea.thread_id == idea_id))
