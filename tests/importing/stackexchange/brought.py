"""A dump that was brought in, and what became of its rows."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portal.core.db import Model, db
from portal.importing.models import ExternalId
from portal.importing.report import Report
from portal.importing.stackexchange.actions import import_dump
from portal.threads.models import Post, Thread
from tests.importing.dumps import silent

SITE = "tea.stackexchange.com"


def brought(folder: Path, **options: Any) -> Report:
    return import_dump(folder, progress=silent, **options)


def local_id(kind: str, external: int) -> int:
    query = sa.select(ExternalId.local_id).filter_by(source=SITE, kind=kind, external=str(external))
    found = db.session.scalar(query)
    assert found is not None
    return found


def thread_of(external: int) -> Thread:
    thread = db.session.get(Thread, local_id("thread", external), populate_existing=True)
    assert thread is not None
    return thread


def post_of(external: int, kind: str = "post") -> Post:
    post = db.session.get(Post, local_id(kind, external), populate_existing=True)
    assert post is not None
    return post


def everything() -> dict[str, list[tuple[Any, ...]]]:
    db.session.rollback()
    return {
        table.name: [tuple(row) for row in db.session.execute(sa.select(table).order_by(*table.primary_key))]
        for table in Model.metadata.sorted_tables
    }
