"""Keep what someone is writing until they post it."""

from collections.abc import Mapping
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import aliased

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden, Invalid
from portal.core.text import storable
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads.actions.sent_forms import one_at_a_time
from portal.threads.models import Draft, FormPlace, Post, Thread
from portal.threads.policy import can_edit
from portal.threads.queries.drafts import is_posted, place_of_form
from portal.threads.queries.texts import tags_of

LONGEST = 32 * 1024
"""Bytes of a text that is kept."""
LONGEST_LINE = 1_000
"""Characters of any other field."""
MOST = 50
"""Drafts of one person; the oldest go."""
KEPT = timedelta(days=90)

_BEGUN = ("title", "body", "category", "tags", "privacy", "language")
FIELDS = {
    "question": _BEGUN,
    "discussion": _BEGUN,
    "idea": _BEGUN,
    "reply": ("body",),
    "comment": ("body",),
    "edit": ("title", "body", "tags", "reason", "revision"),
}
WRITTEN = ("title", "body", "tags", "reason")
"""Without any of these there is nothing to keep."""


def save_draft(viewer: Viewer, place: FormPlace, typed: Mapping[str, str], *, form_key: str = "") -> bool:
    """Keep what was typed in a form; returns whether there was anything. An empty form has no draft.

    A form that was posted meanwhile has none either: what a browser sends late brings nothing back.
    Raises NotFound, Forbidden, and Invalid for a text that is too long."""
    if viewer.id is None:
        raise Forbidden
    thread, post = place_of_form(viewer, place)
    if thread and post and place.kind == "edit" and not can_edit(viewer, post, thread):
        raise Forbidden
    fields = {name: storable(typed.get(name, "")) for name in FIELDS[place.kind]}
    if len(fields["body"].encode()) > LONGEST:
        raise Invalid(fields={"body": _("This text is too long to be kept as a draft.")})
    one_at_a_time(viewer)
    if is_posted(viewer, form_key) or not _says_anything(fields, thread, post):
        discard_draft(viewer, place)
        return False
    fields = {name: value if name == "body" else value[:LONGEST_LINE] for name, value in fields.items()}
    db.session.merge(Draft(person_id=viewer.id, place=str(place), fields=fields, at=clock.now()))
    db.session.flush()
    _drop_the_oldest(viewer)
    return True


def _says_anything(fields: Mapping[str, str], thread: Thread | None, post: Post | None) -> bool:
    """Whether a form holds more than it did when it was opened."""
    if thread is None or post is None or "revision" not in fields:  # nothing was there before
        return any(fields.get(name, "").strip() for name in WRITTEN)
    if fields["reason"].strip() or fields["body"].replace("\r\n", "\n").strip("\n") != post.source:
        return True
    tags = fields["tags"].replace(",", " ").lower().split()
    return post.is_opening and (fields["title"].strip() != thread.title or sorted(tags) != sorted(tags_of(thread.id)))


def _drop_the_oldest(viewer: Viewer) -> None:
    mine = select(Draft.place).where(Draft.person_id == viewer.id).order_by(Draft.at.desc(), Draft.place)
    if old := list(db.session.scalars(mine.offset(MOST))):
        db.session.execute(delete(Draft).where(Draft.person_id == viewer.id, Draft.place.in_(old)))


def discard_draft(viewer: Viewer, place: FormPlace) -> bool:
    """Throw it away: its owner wants to, or has posted it. Returns whether there was one."""
    query = delete(Draft).where(Draft.person_id == viewer.id, Draft.place == str(place)).returning(Draft.place)
    return db.session.scalar(query.execution_options(synchronize_session=False)) is not None


def carry_drafts(source: Thread, target: Thread) -> None:
    """What was being written in a thread that is merged into another goes on there."""
    old, new = (str(FormPlace("reply", thread.id)) for thread in (source, target))
    other = aliased(Draft)
    has_one = exists().where(other.person_id == Draft.person_id, other.place == new)
    query = update(Draft).where(Draft.place == old, ~has_one).values(place=new)
    db.session.execute(query.execution_options(synchronize_session=False))


def forget_drafts(person: Person) -> None:
    """Of someone who leaves, nothing stays that only they could read."""
    db.session.execute(delete(Draft).where(Draft.person_id == person.id))


def sweep() -> None:
    """Throw away what nobody has gone on with for a long time."""
    db.session.execute(delete(Draft).where(Draft.at < clock.now() - KEPT))
