"""Staff vote on behalf of a customer, who may be a contact with no more than a name and an address."""

from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from portal.core.db import db
from portal.core.errors import Forbidden, Invalid
from portal.core.text import storable
from portal.events.actions import record
from portal.ideas.actions.counting import rebuild
from portal.ideas.actions.holding import hold_idea, hold_with_root, missing
from portal.ideas.actions.voting import cast, refusal, state_of
from portal.ideas.models import Idea, IdeaSilence, IdeaVote
from portal.ideas.policy import can_vote_for, why_no_vote
from portal.people.actions.contacts import find_or_enter
from portal.people.models import Person
from portal.people.queries import by_username
from portal.people.viewer import Viewer

LONGEST = 2_000
FIELDS = ("source_url", "permission", "note")


def vote_for(
    viewer: Viewer,
    idea_id: int,
    *,
    email: str = "",
    person: str | None = None,
    name: str = "",
    organisation: str = "",
    source_url: str = "",
    permission: str = "",
    note: str = "",
) -> int:
    """Vote for someone, named by username or by address; returns who it is. Of somebody voted for before, what is
    noted is written anew; who voted by themselves stays as they are. Raises Invalid, Forbidden, NotFound."""
    thread, idea = hold_idea(viewer, idea_id)
    why = why_no_vote(viewer, thread, idea.status)
    if not can_vote_for(viewer) or why:
        raise Forbidden(refusal(why))
    noted = _checked(source_url, permission, note)
    if person:
        whose = by_username(person.strip().removeprefix("@"))
        if whose is None or whose.kind == "system" or whose.id == viewer.id:
            raise Invalid(fields={"person": _("Choose someone else who is here.")})
    else:
        whose = find_or_enter(viewer, email=email, name=name, organisation=organisation)
    if not cast(thread, whose.id, state_of(thread, whose.id), by_id=viewer.id, **noted):
        theirs = (IdeaVote.idea_id == idea_id, IdeaVote.person_id == whose.id, IdeaVote.by_id.is_not(None))
        if any(noted.values()):
            db.session.execute(update(IdeaVote).where(*theirs).values(noted))
        return whose.id
    record("idea.voted_for", actor_id=viewer.id, thread_id=idea_id, person_id=whose.id, logged=True)
    return whose.id


def unvote_for(viewer: Viewer, idea_id: int, person_id: int) -> None:
    """Take back what staff voted for someone, whatever became of the idea; what they voted themselves is theirs."""
    _thread, idea = hold_idea(viewer, idea_id)
    if not can_vote_for(viewer):
        raise Forbidden
    hold_with_root([idea_id])
    theirs = (IdeaVote.idea_id == idea_id, IdeaVote.person_id == person_id, IdeaVote.by_id.is_not(None))
    gone = db.session.scalars(delete(IdeaVote).where(*theirs).returning(IdeaVote.person_id)).all()
    if not gone:
        return
    db.session.execute(update(Idea).where(Idea.thread_id == idea_id).values(votes=Idea.votes - 1))
    db.session.refresh(idea)
    rebuild(idea.root_id)
    record("idea.unvoted_for", actor_id=viewer.id, thread_id=idea_id, person_id=person_id, logged=True)


def claimed(person: Person, contact: Person) -> None:
    """What was voted for a contact is the account's, once it has confirmed the address."""
    voted = list(db.session.scalars(select(IdeaVote.idea_id).where(IdeaVote.person_id == contact.id)))
    silences = select(IdeaSilence.idea_id, IdeaSilence.at).where(IdeaSilence.person_id == contact.id)
    for row in db.session.execute(silences).all():
        db.session.execute(missing(IdeaSilence), {"idea_id": row.idea_id, "person_id": person.id, "at": row.at})
    db.session.execute(delete(IdeaSilence).where(IdeaSilence.person_id == contact.id))
    if not voted:
        return
    hold_with_root(voted)
    of_contact = (IdeaVote.person_id == contact.id, IdeaVote.idea_id.in_(voted))
    own = select(IdeaVote.idea_id).where(IdeaVote.person_id == person.id)
    twice = delete(IdeaVote).where(*of_contact, IdeaVote.idea_id.in_(own)).returning(IdeaVote.idea_id)
    if both := list(db.session.scalars(twice.execution_options(synchronize_session=False))):
        db.session.execute(update(Idea).where(Idea.thread_id.in_(both)).values(votes=Idea.votes - 1))
    db.session.execute(update(IdeaVote).where(*of_contact).values(person_id=person.id))
    roots = select(Idea.root_id).where(Idea.thread_id.in_(voted)).distinct().order_by(Idea.root_id)
    for root_id in db.session.scalars(roots).all():
        rebuild(root_id)


def _checked(source_url: str, permission: str, note: str) -> dict[str, Any]:
    noted = {
        name: storable(text).replace("\r\n", "\n").strip()
        for name, text in zip(FIELDS, (source_url, permission, note), strict=True)
    }
    said = _("At most %(most)s characters.", most=LONGEST)
    wrong: dict[str, object] = {name: said for name, text in noted.items() if len(text) > LONGEST}
    if noted["source_url"] and not _is_address(noted["source_url"]):
        wrong["source_url"] = _("Write an address that begins with https:// or http://.")
    if wrong:
        raise Invalid(fields=wrong)
    return noted


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(char.isspace() for char in text)
