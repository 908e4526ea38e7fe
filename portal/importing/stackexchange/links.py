"""Links between threads: one refers to another, or is a duplicate of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.core.db import db, write
from portal.importing.problems import RowError
from portal.importing.queries import known
from portal.importing.running import add, in_batches
from portal.importing.saving import THREAD
from portal.importing.stackexchange.reading import Row
from portal.importing.stackexchange.run import Run
from portal.threads.models import ThreadLink

BATCH = 500
KINDS = {1: "linked", 3: "duplicate"}


@dataclass(frozen=True, slots=True)
class _Link:
    """By the ids there of two questions."""

    origin: int
    target: int
    kind: str
    at: datetime


def import_links(run: Run) -> None:
    """The links of PostLinks.xml whose both ends are here. Links of answers are links of their threads."""
    for batch in in_batches(_readable(run), BATCH):
        _take_in(run, batch)


def _readable(run: Run) -> Iterator[_Link]:
    for row in run.dump.rows("PostLinks"):
        try:
            link = _link(run, row)
        except RowError as error:
            run.dump.problems.report(row.file, row.line, str(error))
            continue
        if link is not None:
            yield link


def _link(run: Run, row: Row) -> _Link | None:
    origin = run.sorted.thread_of(row.needed_number("PostId"))
    target = run.sorted.thread_of(row.needed_number("RelatedPostId"))
    kind = KINDS.get(row.needed_number("LinkTypeId"))
    at = row.needed_time("CreationDate")
    if kind is None:
        run.report.skipped["links_of_other_kinds"] += 1
    elif origin is None or target is None:
        run.report.skipped["links_to_missing_posts"] += 1
    elif origin == target:
        run.report.skipped["links_within_a_thread"] += 1
    elif not run.sorted.is_first_link(origin, target, kind):
        run.report.skipped["links_between_linked_threads"] += 1
    else:
        return _Link(origin, target, kind, at)
    return None


def _take_in(run: Run, batch: Sequence[_Link]) -> None:
    ids = {id_ for link in batch for id_ in (link.origin, link.target)}
    threads = {int(there): here for there, here in known(run.site.name, THREAD, ids).items()}
    if run.dry:
        threads = {id_: threads.get(id_, -id_) for id_ in ids}
    here = [link for link in batch if link.origin in threads and link.target in threads]
    run.report.skipped["links_to_missing_posts"] += len(batch) - len(here)
    run.report.counts["links"] += len(here)
    run.report.counts["duplicates"] += sum(link.kind == "duplicate" for link in here)
    rows = [
        {"from_id": threads[link.origin], "to_id": threads[link.target], "kind": link.kind, "at": link.at}
        for link in here
    ]
    query = select(ThreadLink.from_id, ThreadLink.to_id, ThreadLink.kind)
    query = query.where(ThreadLink.from_id.in_([row["from_id"] for row in rows]))
    old = {tuple(found) for found in db.session.execute(query)}
    new = [row for row in rows if (row["from_id"], row["to_id"], row["kind"]) not in old]
    run.report.new += len(new)
    if new and not run.dry:
        write(add, ThreadLink, new)
