"""What a question adds to the page of its thread."""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, func, null, select
from sqlalchemy.orm import aliased

from portal.core.db import ask, param
from portal.core.errors import NotFound
from portal.core.markup import excerpt
from portal.people.models import Person
from portal.people.viewer import Viewer, particulars, stand_in
from portal.questions import policy
from portal.questions.models import Acceptance, Question, SameQuestion, Verification
from portal.questions.queries.clocks import Desk, care_of
from portal.questions.queries.waiting import CARING, with_care
from portal.threads.models import Post, Thread, path_of
from portal.threads.policy import ThreadState, visible_to
from portal.threads.queries import CommentShown, State, page_of, states

_CLOCKS = (Thread.created_at, Question.waiting_since, Question.first_reply_due_at, Question.waiting_due_at)
_TAG = re.compile(r"""</?(\w*)(?:[^<>"']|"[^"]*(?:"|$)|'[^']*(?:'|$))*(?:>|$)""")
_IN_A_WORD = {"a", "code", "del", "em", "kbd", "s", "span", "strong", "sub", "sup"}
_LOOKED_AT = 4_000
"""Characters of HTML that an excerpt is made from."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The accepted or the verified answer: who wrote it, who chose it, where it is."""

    post_id: int
    path: str
    page: int
    author_name: str
    author_username: str
    excerpt: str
    by_id: int | None
    by_name: str
    by_username: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """`same`: how many have this too; `is_mine`: this viewer does."""

    same: int
    is_mine: bool
    accepted: Chosen | None
    verified: Chosen | None
    choice_locked: State | None
    desk: Desk | None
    """For staff; None for everyone else."""
    can_same: bool
    can_lock_choice: bool
    viewer: Viewer
    thread: ThreadState

    def may_accept(self, post: CommentShown) -> bool:
        """Accept it, or take that back."""
        locked = self.choice_locked is not None
        return policy.can_accept(self.viewer, post.state, self.thread, choice_locked=locked)

    def may_verify(self, post: CommentShown) -> bool:
        """Verify it, or take that back."""
        return policy.can_verify(self.viewer, post.state, self.thread)


def question_part(viewer: Viewer, thread_id: int) -> QuestionPart:
    """At most four statements. Raises NotFound, for what is no question too."""
    row = _question(viewer, thread_id)
    if row is None:
        raise NotFound
    thread = ThreadState(
        kind=row.kind,
        author_id=row.author_id,
        closed_event_id=row.closed_event_id,
        locked_event_id=row.locked_event_id,
        hidden_event_id=row.hidden_event_id,
        deleted_event_id=row.deleted_event_id,
    )
    path = path_of(row.kind, row.id, row.slug)
    return QuestionPart(
        same=row.same or 0,
        is_mine=row.mine is not None,
        accepted=_chosen(Acceptance, row.id, path) if row.accepted_post_id is not None else None,
        verified=_chosen(Verification, row.id, path) if row.verified_post_id is not None else None,
        choice_locked=states([row.choice_locked_event_id]).get(row.choice_locked_event_id or 0),
        desk=_desk(row) if viewer.is_staff else None,
        can_same=policy.can_have_same(viewer, thread),
        can_lock_choice=policy.can_lock_choice(viewer, thread),
        viewer=viewer,
        thread=thread,
    )


def _question(viewer: Viewer, thread_id: int) -> Any:
    return ask(_one(stand_in(viewer)), particulars(viewer) | {"thread": thread_id}).first()


@cache
def _one(viewer: Viewer) -> Any:
    desk: Any = (*CARING, *_CLOCKS) if viewer.is_staff else ()
    query: Any = (
        select(
            *desk,
            Thread.id,
            Thread.kind,
            Thread.slug,
            Thread.author_id,
            Thread.accepted_post_id,
            Thread.verified_post_id,
            Thread.closed_event_id,
            Thread.locked_event_id,
            Thread.hidden_event_id,
            Thread.deleted_event_id,
            Question.same,
            Question.choice_locked_event_id,
            (SameQuestion.person_id if viewer.is_signed_in else null()).label("mine"),
        )
        .outerjoin(Question, Question.thread_id == Thread.id)
        .where(Thread.id == param("thread"), Thread.kind == "question", visible_to(viewer))
    )
    if viewer.is_signed_in:
        mine = and_(SameQuestion.thread_id == Thread.id, SameQuestion.person_id == viewer.id)
        query = query.outerjoin(SameQuestion, mine)
    return with_care(query) if viewer.is_staff else query


def _desk(row: Any) -> Desk:
    return Desk(row.created_at, row.waiting_since, row.first_reply_due_at, row.waiting_due_at, care_of(row))


def _chosen(table: Any, thread_id: int, path: str) -> Chosen | None:
    row: Any = ask(_choice(table), {"thread": thread_id}).first()
    if row is None:
        return None
    return Chosen(
        post_id=row.id,
        path=path,
        page=page_of(row.number),
        author_name=row.name or row.username or row.author_name,
        author_username=row.username or "",
        excerpt=excerpt(words(row.html)),
        by_id=row.by_id,
        by_name=row.by_name or row.by_username or "",
        by_username=row.by_username or "",
        at=row.at,
    )


@cache
def _choice(table: Any) -> Any:
    by = aliased(Person)
    return (
        select(
            Post.id,
            Post.number,
            Post.author_name,
            func.substr(Post.html, 1, _LOOKED_AT).label("html"),
            Person.name,
            Person.username,
            table.by_id,
            table.at,
            by.name.label("by_name"),
            by.username.label("by_username"),
        )
        .join(Post, Post.id == table.post_id)
        .outerjoin(Person, Person.id == Post.author_id)
        .outerjoin(by, by.id == table.by_id)
        .where(table.thread_id == param("thread"), table.ended_at.is_(None))
    )


def words(safe: str) -> str:
    """The words of the beginning of a post's safe HTML. Plain text: to be escaped like any other."""
    return html.unescape(_TAG.sub(lambda tag: "" if tag[1] in _IN_A_WORD else " ", safe))
