"""Who has helped most of late."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db
from portal.people.models import Person
from portal.people.viewer import VISITOR
from portal.questions.models import Acceptance
from portal.questions.queries.credit import is_credit
from portal.threads.models import Post, Thread

WITHIN = timedelta(days=90)
MOST, LEAST = 5, 3
"""How many champions there are at most, and how many solutions make one."""


def champions() -> frozenset[int]:
    """The people whose answers were accepted most in the last 90 days, in what everyone may see: the same for every
    viewer, so that nobody learns from it of what they may not. One statement; worth keeping for a while."""
    count: Any = func.count()
    query = (
        select(Post.author_id)
        .join(Acceptance, Acceptance.post_id == Post.id)
        .join(Thread, Thread.id == Acceptance.thread_id)
        .join(Person, Person.id == Post.author_id)
        .where(is_credit(VISITOR), Acceptance.at > clock.now() - WITHIN, Person.erased_at.is_(None))
        .group_by(Post.author_id)
        .having(count >= LEAST)
        .order_by(count.desc(), Post.author_id)
        .limit(MOST)
    )
    return frozenset(person_id for person_id in db.session.scalars(query) if person_id is not None)
