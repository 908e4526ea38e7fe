"""Who on the team sees to an idea, what they write to each other about it, and what a human answers."""

from flask_babel import gettext as _
from sqlalchemy import update

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.text import storable
from portal.events.actions import record
from portal.ideas.actions.holding import hold_idea
from portal.ideas.models import Idea, IdeaNote
from portal.ideas.policy import can_decide, can_vote_for
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads.actions.bodies import read_body

LONGEST_NOTE = 10_000


def set_owner(viewer: Viewer, idea_id: int, *, to: int | None) -> None:
    """Give an idea to someone on the team, who hears of it, or to nobody. Raises Invalid."""
    _thread, idea = hold_idea(viewer, idea_id)
    if not can_decide(viewer):
        raise Forbidden
    if to == idea.owner_id:
        return
    if to is not None:
        person = db.session.get(Person, to, populate_existing=True)
        if person is None or not person.is_staff or person.erased_at is not None:
            raise Invalid(fields={"owner": _("Choose someone on the team.")})
    whose = to if to is not None else idea.owner_id
    kind = "idea.owned" if to is not None else "idea.disowned"
    at = clock.now() if to is not None and to != viewer.id else None
    record(kind, actor_id=viewer.id, thread_id=idea_id, person_id=whose, logged=True, due_at=at)
    db.session.execute(update(Idea).where(Idea.thread_id == idea_id).values(owner_id=to))
    db.session.expire_all()


def set_personal(viewer: Viewer, idea_id: int, *, on: bool, reason: str = "") -> None:
    """A human writes to those who asked for it: nothing about it is asked or sent of itself; or that again."""
    _thread, idea = hold_idea(viewer, idea_id)
    if not can_vote_for(viewer):
        raise Forbidden
    if on == (idea.personal_event_id is not None):
        return
    said = storable(reason).strip()[:1_000]
    kind = "idea.personal" if on else "idea.impersonal"
    event = record(kind, actor_id=viewer.id, thread_id=idea_id, reason=said, logged=True)
    kept = {"personal_event_id": event.id if on else None}
    db.session.execute(update(Idea).where(Idea.thread_id == idea_id).values(kept))
    db.session.expire_all()


def add_note(viewer: Viewer, idea_id: int, *, body: str) -> int:
    """Write something for the team alone; returns the note's id. Raises Invalid."""
    hold_idea(viewer, idea_id)
    if not can_vote_for(viewer):
        raise Forbidden
    if len(body) > LONGEST_NOTE:
        raise Invalid(fields={"body": _("At most %(most)s characters.", most=LONGEST_NOTE)})
    note = IdeaNote(idea_id=idea_id, author_id=viewer.id, source="", html="", at=clock.now())
    db.session.add(note)
    db.session.flush()
    text = read_body(viewer, body, post_key=f"n{note.id}")
    note.source, note.html = text.source, text.html
    return note.id


def delete_note(viewer: Viewer, note_id: int) -> int:
    """Take away a note of one's own, or as a moderator any; returns of which idea. Raises NotFound, Forbidden."""
    note = db.session.get(IdeaNote, note_id) if can_vote_for(viewer) else None
    if note is None:
        raise NotFound
    hold_idea(viewer, note.idea_id)
    if note.author_id != viewer.id and not viewer.is_moderator:
        raise Forbidden
    db.session.delete(note)
    return note.idea_id
