"""Throw away what nobody needs: uploads that no post shows, and files that no row knows. Safe at any time, and twice.

An upload goes in three steps: its row says that it is dropped, then its files go, then the row. Whatever is
interrupted is taken up by the next sweep.
"""

from datetime import timedelta

from sqlalchemy import String, cast, delete, exists, select, update

from portal.core.clock import now
from portal.core.db import db, write
from portal.people.models import Person
from portal.threads.models import Draft
from portal.uploads.models import Upload
from portal.uploads.policy import is_used
from portal.uploads.queries import files_of
from portal.uploads.storage import SHARDS, Storage, key_of, storage

UNUSED_FOR = timedelta(days=1)
BATCH = 100
EVERY = timedelta(minutes=10)
"""How often the worker sweeps. Each time it looks through one shard of the storage: through all of it in two days."""


def sweep() -> int:
    """Do all of it, for the shard whose turn it is. Returns how many uploads went. Raises Unreachable."""
    place, gone = storage(), 0
    write(drop_unused)
    while dropped := _dropped():
        place.remove([name for names in dropped.values() for name in names])
        write(forget, list(dropped))
        gone += len(dropped)
    remove_strays(place, SHARDS[int(now().timestamp() // EVERY.total_seconds()) % len(SHARDS)])
    return gone


def drop_unused() -> None:
    """Drop what was brought a day ago and that no post, no draft and no person shows."""
    drafted = exists().where(Draft.person_id == Upload.person_id, cast(Draft.fields, String).contains(Upload.key))
    worn = exists().where(Person.id == Upload.person_id, Person.avatar == Upload.key)
    unused = (Upload.dropped_at.is_(None), ~is_used(), ~drafted.correlate(Upload), ~worn.correlate(Upload))
    old = select(Upload.id).where(Upload.created_at < now() - UNUSED_FOR, *unused)
    ids = list(db.session.scalars(old.order_by(Upload.id).limit(1000).with_for_update(skip_locked=True, of=Upload)))
    # Asked again now that they are locked: a post may just have begun to show one.
    db.session.execute(update(Upload).where(Upload.id.in_(ids), *unused).values(dropped_at=now()))


def forget(ids: list[int]) -> None:
    """The rows, once their files are gone."""
    db.session.execute(delete(Upload).where(Upload.id.in_(ids), Upload.dropped_at.is_not(None)))


def remove_strays(place: Storage, shard: str) -> int:
    """Remove the files that no row knows: of a database that was put back, or of before a crash. Returns how many."""
    old = [name for name, at in place.names(shard) if at < now() - UNUSED_FOR]
    db.session.rollback()
    strays = 0
    for some in (old[at : at + BATCH] for at in range(0, len(old), BATCH)):
        keys = {key_of(name) for name in some}
        known = set(db.session.scalars(select(Upload.key).where(Upload.key.in_(keys))))
        gone = [name for name in some if key_of(name) not in known]
        place.remove(gone)
        strays += len(gone)
    return strays


def _dropped() -> dict[int, list[str]]:
    """The names of the files of the next ones that are dropped, by id."""
    columns = (Upload.id, Upload.kind, Upload.key, Upload.ending, Upload.width, Upload.height)
    rows = db.session.execute(
        select(*columns).where(Upload.dropped_at.is_not(None)).order_by(Upload.id).limit(BATCH)
    ).all()
    return {row.id: files_of(row.kind, row.key, row.ending, row.width, row.height) for row in rows}
