"""People say what they want to hear of, and of whom not."""

from collections.abc import Mapping

from sqlalchemy import delete, select

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Forbidden, NotFound
from portal.core.markup import mention_key
from portal.notices.models import SORTS, NoticeChoice, PersonMute
from portal.people.models import Person
from portal.people.viewer import Viewer


def choose(viewer: Viewer, wanted: Mapping[str, tuple[bool, bool]]) -> None:
    """For each of these sorts: whether it lies in the inbox, and whether it comes by mail. Raises Forbidden."""
    if viewer.id is None:
        raise Forbidden
    for sort, (inbox, mail) in wanted.items():
        if sort in SORTS:
            db.session.merge(NoticeChoice(person_id=viewer.id, sort=sort, inbox=inbox, mail=mail))
    db.session.flush()


def mute_person(viewer: Viewer, username: str, *, on: bool) -> None:
    """Bring about that they hear nothing of what this person writes, or do again. Word about what they asked for still
    comes, whoever decides it. Raises NotFound; Forbidden for oneself."""
    query = select(Person.id).where(Person.username_key == mention_key(username), Person.erased_at.is_(None))
    person_id = db.session.scalar(query.where(Person.kind != "contact"))
    if person_id is None:
        raise NotFound
    if viewer.id is None or person_id == viewer.id:
        raise Forbidden
    if on:
        db.session.merge(PersonMute(person_id=viewer.id, muted_id=person_id, at=now()))
        db.session.flush()
        return
    there = PersonMute.person_id == viewer.id, PersonMute.muted_id == person_id
    db.session.execute(delete(PersonMute).where(*there))
