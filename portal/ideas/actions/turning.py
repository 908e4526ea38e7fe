"""A question or a discussion becomes an idea, or an idea one of them: everything and everybody stays."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, exists, func, insert, select, update

from portal.core.db import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events.actions import record
from portal.ideas.actions.counting import rebuild
from portal.ideas.actions.holding import hold_with_root, idea_of
from portal.ideas.actions.settling import settle
from portal.ideas.models import Idea, IdeaVote
from portal.ideas.policy import can_turn
from portal.people.viewer import Viewer
from portal.questions.actions.turning import entered, give_same, left, take_same
from portal.threads import hooks
from portal.threads.actions.posting import change
from portal.threads.actions.reasons import said
from portal.threads.models import Category, Thread, Watch
from portal.threads.policy import stands
from portal.threads.queries import get_visible

KINDS = ("question", "discussion", "idea")


def turn(viewer: Viewer, thread_id: int, *, kind: str, category_id: int | None = None, reason: str = "") -> None:
    """Make the thread one of another kind, where its category does not take that, in another one (`category_id`).

    Who has a question too votes for the idea, and the other way round; votes on behalf of customers, outcomes and
    accepted answers wait until it is what it was. Raises Invalid, Forbidden, NotFound."""
    get_visible(viewer, thread_id)
    hold_with_root([thread_id])
    thread = get_visible(viewer, thread_id, for_update=True)
    if not can_turn(viewer) or not stands(thread):
        raise Forbidden
    if thread.kind not in KINDS:
        raise NotFound
    _check(thread, kind)
    if thread.kind == kind:
        return
    category = _category(thread, kind, category_id)
    before = thread.kind
    reason = said(reason)
    record(
        "thread.turned", actor_id=viewer.id, thread_id=thread_id, logged=True, reason=reason, before=before, after=kind
    )
    change(thread, {Thread.kind: kind, Thread.category_id: category})
    people = _leave(thread, before)
    _enter(viewer, thread, kind, people)
    db.session.expire_all()
    hooks.changed(get_visible(viewer, thread_id))


def _check(thread: Thread, kind: str) -> None:
    if kind not in KINDS:
        raise Invalid(fields={"kind": _("Choose one of the list.")})
    if kind == "idea" and thread.privacy != "none":
        raise Invalid(fields={"kind": _("What is private cannot be voted for. It has to be published first.")})
    merged = exists().where((Idea.thread_id == thread.id) & Idea.merged_into_id.is_not(None))
    has_merged = exists().where(Idea.merged_into_id == thread.id)
    if thread.kind == "idea" != kind and db.session.scalar(select(merged | has_merged)):
        raise Invalid(fields={"kind": _("It is merged with another idea: part those first.")})


def _category(thread: Thread, kind: str, category_id: int | None) -> int:
    category = db.session.get(Category, category_id or thread.category_id)
    if category is None or kind not in category.kinds:
        raise Invalid(fields={"category": _("Choose a category that takes this kind of thread.")})
    return category.id


def _leave(thread: Thread, kind: str) -> dict[int, datetime]:
    """Whoever wants it, besides its author: it is kept elsewhere from now on."""
    if kind == "question":
        left(thread)
        return take_same(thread) if thread.kind == "idea" else {}
    if kind == "idea" and thread.kind == "question":
        own = (IdeaVote.idea_id == thread.id, IdeaVote.by_id.is_(None))
        rows = db.session.execute(select(IdeaVote.person_id, IdeaVote.at).where(*own)).all()
        db.session.execute(delete(IdeaVote).where(*own))
        return {row.person_id: row.at for row in rows}
    return {}


def _enter(viewer: Viewer, thread: Thread, kind: str, people: dict[int, datetime]) -> None:
    if kind == "question":
        entered(viewer, thread)
        give_same(thread, people)
        _rename_follows(thread.id, "voted", "same")
    if kind != "idea":
        _count(thread.id)
        return
    idea_of(thread)
    if thread.author_id is not None:
        people = {thread.author_id: thread.created_at} | people
    there = set(db.session.scalars(select(IdeaVote.person_id).where(IdeaVote.idea_id == thread.id)))
    rows = [
        {"idea_id": thread.id, "person_id": person_id, "at": at}
        for person_id, at in people.items()
        if person_id not in there
    ]
    if rows:
        db.session.execute(insert(IdeaVote), rows)
    _rename_follows(thread.id, "same", "voted")
    _count(thread.id)
    settle(thread.id)


def _rename_follows(thread_id: int, before: str, after: str) -> None:
    """So that taking the vote back ends the follow that having it too began, and the other way round."""
    follows = update(Watch).where(Watch.thread_id == thread_id, Watch.because == before, Watch.chosen.is_(False))
    db.session.execute(follows.values(because=after))


def _count(idea_id: int) -> None:
    """The votes of the idea, if there was one; those of what is no idea any more support nothing."""
    votes = select(func.count()).select_from(IdeaVote).where(IdeaVote.idea_id == idea_id).scalar_subquery()
    counted = update(Idea).where(Idea.thread_id == idea_id).values(votes=votes).returning(Idea.thread_id)
    if db.session.scalars(counted.execution_options(synchronize_session=False)).all():
        rebuild(idea_id)
