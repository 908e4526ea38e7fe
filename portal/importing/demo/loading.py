"""Loads the demonstration: everybody does what they did, in the order in which they did it, by the actions that the
pages use. So it holds whatever holds for a real community, and one transaction takes all of it."""

import heapq
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import exists, select, update

from portal.config import in_force
from portal.core import clock
from portal.core.db import db
from portal.core.errors import RondoError
from portal.core.places import LANGUAGES
from portal.importing.demo.acting import Scene
from portal.importing.demo.hearing import Hearing
from portal.importing.demo.people import add_people, viewer_of
from portal.importing.demo.reading import cast_of, stories
from portal.importing.demo.tales import Tale
from portal.importing.running import add
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.site.actions import change_site
from portal.site.actions.pages import add_page
from portal.threads.models import Category, Post, PostVote, Thread


class NoRoomError(RondoError):
    """The demonstration is for an empty database that is not in production."""


def is_empty() -> bool:
    """Whether nobody is here yet."""
    return not db.session.scalar(select(exists().where(Person.id.is_not(None))))


def load() -> int:
    """Write all of it into the transaction under way; returns the number of threads. Raises NoRoomError."""
    if in_force().is_production:
        raise NoRoomError("The demonstration is not for production.")
    if not is_empty():
        raise NoRoomError("The database is not empty: the demonstration goes into an empty one only.")
    now = clock.now()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    people = {name: viewer_of(person) for name, person in add_people(today).items()}
    categories = _add_categories()
    _set_up(next(viewer for viewer in people.values() if viewer.is_admin), today)
    scene = Scene(people, categories, today)
    tales = [Tale(story, scene, now) for story in stories()]
    _live(tales, Hearing(today, now))
    _add_votes([vote for tale in tales for vote in tale.votes()])
    return len(tales)


def _set_up(admin: Viewer, today: datetime) -> None:
    with clock.standing(today - timedelta(days=120)):
        change_site(admin, **cast_of()["site"], is_set_up=True)
        for page in cast_of()["page"]:
            for language in LANGUAGES:
                add_page(admin, slug=page["slug"], language=language, **page[language])


def _add_categories() -> dict[str, int]:
    rows = [Category(position=place, **given) for place, given in enumerate(cast_of()["category"], 1)]
    db.session.add_all(rows)
    db.session.flush()
    return {row.slug: row.id for row in rows}


def _live(tales: Sequence[Tale], hearing: Hearing) -> None:
    """Do everything in the order of time, whatever thread it is in; and let everyone hear of it as it happens."""
    number = count()
    due = [(at, next(number), deed) for tale in tales for at, deed in tale.deeds()]
    heapq.heapify(due)
    while due:
        at, _, deed = heapq.heappop(due)
        hearing.until(at)
        with clock.standing(at):
            deed()
    hearing.end()


def _add_votes(votes: Sequence[tuple[int, int, datetime]]) -> None:
    """All at once, as there are more of them than of anything else: posts, who found them helpful, and when."""
    add(PostVote, [{"post_id": post, "person_id": person, "at": at} for post, person, at in votes])
    counts = Counter(post for post, _, _ in votes)
    db.session.execute(update(Post), [{"id": post, "helpful": many} for post, many in counts.items()])
    of_opening = select(Post.helpful).where(Post.thread_id == Thread.id, Post.number == 1).scalar_subquery()
    db.session.execute(update(Thread).values(helpful=of_opening).execution_options(synchronize_session=False))
    db.session.expire_all()
