"""Who voted for an idea, and for what is merged into it, by name: for staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.core.db import param
from portal.core.errors import Forbidden
from portal.core.paging import Order, Page, page
from portal.ideas.models import Idea, IdeaVote
from portal.ideas.policy import can_vote_for
from portal.people.models import Organisation, Person
from portal.people.viewer import Viewer
from portal.threads.models import Thread, path_of


@dataclass(frozen=True, slots=True)
class Voter:
    """No `name`: someone who left, or a contact whose name nobody knew. `by_name`: who of the team voted on their
    behalf, empty if they left; and what they noted with it. `is_unreachable`: a contact who has no address, or whose
    address says that they are someone else. `asked_title`: of the idea that they voted for, where that is one that was
    merged."""

    person_id: int
    name: str
    username: str
    email: str
    organisation: str
    value: int
    at: datetime
    is_on_behalf: bool
    by_name: str
    source_url: str
    permission: str
    note: str
    is_unreachable: bool
    asked_path: str
    asked_title: str


def voters(viewer: Viewer, idea_id: int, *, cursor: str | None = None, limit: int = 50) -> Page[Voter]:
    """Newest first; the idea is one that they see. Raises Forbidden for everyone but staff."""
    if not can_vote_for(viewer):
        raise Forbidden
    order, values = Order(IdeaVote.at, IdeaVote.person_id), {"idea": idea_id}
    return page(_VOTERS, order, cursor=cursor, limit=limit, make=_voter, values=values)


def _voter(row: Any) -> Voter:
    return Voter(
        person_id=row.person_id,
        name=row.name or row.username or "",
        username=row.username or "",
        email=row.email or "",
        organisation=row.organisation or "",
        value=row.yearly_value or 0,
        at=row.at,
        is_on_behalf=row.by_id is not None,
        by_name=row.by_name or row.by_username or "",
        source_url=row.source_url,
        permission=row.permission,
        note=row.note,
        is_unreachable=row.kind == "contact" and not row.email,
        asked_path=path_of("idea", row.id, row.slug),
        asked_title=row.title if row.merged_into_id is not None else "",
    )


_by = aliased(Person)
_VOTERS: Any = (
    select(
        IdeaVote.person_id,
        IdeaVote.at,
        IdeaVote.source_url,
        IdeaVote.permission,
        IdeaVote.note,
        IdeaVote.by_id,
        Person.kind,
        Person.name,
        Person.username,
        Person.email,
        Organisation.name.label("organisation"),
        Organisation.yearly_value,
        _by.name.label("by_name"),
        _by.username.label("by_username"),
        Thread.id,
        Thread.slug,
        Thread.title,
        Idea.merged_into_id,
    )
    .select_from(IdeaVote)
    .join(Idea, Idea.thread_id == IdeaVote.idea_id)
    .join(Thread, Thread.id == IdeaVote.idea_id)
    .join(Person, Person.id == IdeaVote.person_id)
    .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .outerjoin(_by, _by.id == IdeaVote.by_id)
    .where(Idea.root_id == param("idea"))
)
