"""What someone began to write: found again by them, and by nobody else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from portal.core.db import ask, db, param
from portal.core.markup import excerpt
from portal.people.viewer import Viewer
from portal.threads.models import Draft, FormKey, FormPlace, Post, Thread
from portal.threads.policy import PostState, stands, visible_to
from portal.threads.queries.doors import get_visible, get_visible_post


@dataclass(frozen=True, slots=True)
class DraftShown:
    """The fields of a form as they were typed, and when."""

    place: str
    fields: Mapping[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in the list of them."""

    place: str
    kind: str
    path: str
    """Where its form is."""
    title: str
    """Of the thread it belongs to; of one that is to begin, as it was typed."""
    excerpt: str
    at: datetime


LONGEST_KEY = 64
"""Characters of a form's key that are kept."""


def is_posted(viewer: Viewer, form_key: str) -> bool:
    """Whether a form of theirs with this key was posted, so that a second sending of it is no news."""
    sent = exists().where(FormKey.person_id == viewer.id, FormKey.key == form_key[:LONGEST_KEY])
    return bool(form_key) and bool(db.session.scalar(select(sent)))


_LEFT = select(Draft.fields, Draft.at).where(Draft.person_id == param("person"), Draft.place == param("place"))


def draft_of(viewer: Viewer, place: FormPlace) -> DraftShown | None:
    """What this viewer left in that form. Whoever asks has been through the door of its thread."""
    row = ask(_LEFT, {"person": viewer.id, "place": str(place)}).first() if viewer.is_signed_in else None
    return DraftShown(str(place), row.fields, row.at) if row else None


def place_of_form(viewer: Viewer, place: FormPlace) -> tuple[Thread | None, Post | None]:
    """The thread, and the post, that a form is about. Raises NotFound for what this viewer may not see."""
    if place.kind in ("comment", "edit"):
        post = get_visible_post(viewer, place.id)
        return post.thread, post
    return (get_visible(viewer, place.id), None) if place.id else (None, None)


def drafts(viewer: Viewer) -> tuple[DraftRow, ...]:
    """Their drafts, the newest first, but for those whose thread they may not see any more."""
    query = select(Draft.place, Draft.fields, Draft.at).where(Draft.person_id == viewer.id)
    found = [
        (FormPlace.read(row.place), row) for row in db.session.execute(query.order_by(Draft.at.desc(), Draft.place))
    ]
    known = [(place, row) for place, row in found if place]
    titles = _titles(viewer, [place for place, _row in known])
    return tuple(
        DraftRow(
            place=str(place),
            kind=place.kind,
            path=path_of_form(place),
            title=titles.get(place, "") if place.id else row.fields.get("title", ""),
            excerpt=excerpt(row.fields.get("body", "")),
            at=row.at,
        )
        for place, row in known
        if not place.id or place in titles
    )


def path_of_form(place: FormPlace) -> str:
    """The address of a form."""
    ways = {"reply": "/t/{}#reply", "comment": "/posts/{}/comment", "edit": "/posts/{}/edit"}
    return ways.get(place.kind, "/{}s/new").format(place.id or place.kind)


def _titles(viewer: Viewer, places: Iterable[FormPlace]) -> dict[FormPlace, str]:
    """The titles of the threads that these are about, of those that this viewer may see."""
    places = [place for place in places if place.id]
    threads = {place.id for place in places if place.kind == "reply"}
    posts = {place.id for place in places if place.kind != "reply"}
    titles: dict[FormPlace, str] = {}
    if threads:
        rows = db.session.execute(select(Thread.id, Thread.title).where(Thread.id.in_(threads), visible_to(viewer)))
        titles |= {FormPlace("reply", row.id): row.title for row in rows}
    if posts:
        shown: Any = (Post.id, Post.author_id, Post.number, Post.hidden_event_id, Post.deleted_event_id, Thread.title)
        query = select(*shown).join(Thread, Thread.id == Post.thread_id)
        for row in db.session.execute(query.where(Post.id.in_(posts), visible_to(viewer))):
            if stands(PostState(*row[1:5])):
                titles |= {FormPlace(kind, row.id): row.title for kind in ("comment", "edit")}
    return titles
