"""A dump that was brought in, and what became of its rows."""

import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.cli.progress import bar
from portal.core.db import Model, db, write
from portal.delivery.models import Delivery
from portal.events.models import Event
from portal.importing.models import ExternalId
from portal.importing.problems import NotADumpError
from portal.importing.report import Report
from portal.importing.stackexchange import threads
from portal.importing.stackexchange.actions import import_dump
from portal.people.models import Person
from portal.questions.models import Acceptance, Question
from portal.threads.models import Category, Post, PostRevision, Tag, Thread, ThreadLink, ThreadTag
from tests.factories import make_category, make_person
from tests.importing.dumps import answer, comment, person, question, silent, tea, write_table


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
