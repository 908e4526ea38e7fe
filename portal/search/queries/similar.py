"""Threads like what someone is writing, or like another thread: solved ones first among those that are much like it."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.announcements.models import Announcement
from portal.core.db import ask, param
from portal.core.markup import excerpt
from portal.ideas.models import DELIVERED, OPEN_TO_VOTES, Idea, Outcome, StatusName
from portal.people.viewer import Viewer
from portal.search import ranking
from portal.search.parsing import Query
from portal.search.queries.candidates import gather, narrowing
from portal.search.queries.vocabulary import counts, languages
from portal.search.ranking import Scored
from portal.search.stems import base
from portal.search.terms import Term, term_of, terms_of, weigh
from portal.search.words import plain, words_of
from portal.threads.models import Category, Post, Thread, path_of

MOST_TERMS = 8
"""Words that count: the rarest of the title, and of the text."""
OF_BODY = 5
LOOKED_AT = 60
ENOUGH = 0.35
"""What share of the words' weight a thread must have."""
SOLVED = 1.2
MUCH = 0.5
"""As like it as this, beside the most alike: what helps stands before what is more alike."""
SENTENCE = 200
COMMON = 0.2
_END = re.compile(r"(?<=[.!?。！？])\s")


@dataclass(frozen=True, slots=True)
class Similar:
    """A thread that may have the answer already."""

    thread_id: int
    path: str
    title: str
    kind: str
    language: str
    is_solved: bool
    is_answered: bool
    status: str
    status_name: str
    """What the admin calls it, or empty."""
    outcome_sentence: str
    """How the accepted answer or the outcome begins; plain text."""
    category_name: str
    votes: int

    @property
    def is_shipped(self) -> bool:
        return self.status in DELIVERED

    @property
    def can_vote(self) -> bool:
        """Whether one may say: this is what I was about to ask for."""
        return self.status in OPEN_TO_VOTES


def similar(
    viewer: Viewer,
    *,
    title: str,
    body: str = "",
    language: str = "",
    kinds: Collection[str] = (),
    limit: int = 5,
    besides: int | None = None,
) -> tuple[Similar, ...]:
    """Threads that this viewer may see, like one with this title and text; none that are only a little like it."""
    spoken, total = languages(viewer)
    if base(language) and base(language) not in spoken:
        spoken = (base(language), *spoken)
    typed = _terms(title, body, spoken)
    known = counts(stem for term in typed for stem in term.stems)
    terms = weigh(typed, known, total)
    telling = [each for each in terms if each.rarest <= max(total * COMMON, 3)] or terms
    telling = telling[:MOST_TERMS]
    if not telling:
        return ()
    more: dict[str, Any] = {} if besides is None else {"besides": besides}
    more |= {"kinds": sorted(kinds)} if kinds else {}
    found = gather(telling, narrowing(viewer, Query(), **more), looked_at=LOOKED_AT)
    # What was merged leads to what it was merged into, which is like it too.
    rows = [row for row in found.rows if row.status != "duplicate"]
    scored = ranking.score(rows, telling, typed, (), found.by_thread)
    least = 1 if len(telling) < 3 else 2
    groups = ranking.by_threads([each for each in scored if each.of_found >= ENOUGH and each.had >= least])
    best = sorted(groups, key=_worth, reverse=True)[:limit]
    return _shown([group[0].row.thread_id for group in sorted(best, key=partial(_is_later, than=best))])


def similar_to(viewer: Viewer, thread_id: int, limit: int = 5) -> tuple[Similar, ...]:
    """Threads like this one, which the viewer sees."""
    row = ask(_OPENING, {"thread": thread_id}).first()
    if row is None:
        return ()
    body = plain(row.html)
    return similar(viewer, title=row.title, body=body, language=row.language, limit=limit, besides=thread_id)


def _worth(group: Sequence[Scored]) -> float:
    best = group[0]
    return best.score * (SOLVED if ranking.is_settled(best.row) else 1.0)


def _is_later(group: Sequence[Scored], than: Sequence[Sequence[Scored]]) -> bool:
    """Whether what is settled comes before it, although that may be less alike."""
    return not ranking.is_settled(group[0].row) or _worth(group) < MUCH * _worth(than[0])


def _terms(title: str, body: str, spoken: Sequence[str]) -> list[Term]:
    """The words of the title, and those that the text says most."""
    words = dict.fromkeys(words_of(title, spoken[0]).written)
    typed = terms_of(Query(words=tuple(words)), spoken)
    often = Counter(words_of(body, spoken[0]).written)
    for word, _ in often.most_common(OF_BODY * 4):
        if len(typed) >= len(words) + OF_BODY:
            break
        if len(word) > 3 and word not in words and (term := term_of(word, spoken)):
            typed.append(term)
    return typed


def _shown(thread_ids: Sequence[int]) -> tuple[Similar, ...]:
    if not thread_ids:
        return ()
    rows = {row.id: row for row in ask(_SHOWN, {"threads": thread_ids})}
    return tuple(
        Similar(
            thread_id=row.id,
            path=path_of(row.kind, row.id, row.slug),
            title=row.title,
            kind=row.kind,
            language=row.language,
            is_solved=row.accepted_post_id is not None,
            is_answered=row.first_reply_at is not None,
            status=row.status or "",
            status_name=row.called or "",
            outcome_sentence=_first_sentence(row.html or row.reason_html or ""),
            category_name=row.category_name,
            votes=row.helpful if row.wanted is None else row.wanted,
        )
        for row in (rows[id_] for id_ in thread_ids if id_ in rows)
    )


def _first_sentence(html: str) -> str:
    text = " ".join(plain(html[:4_000]).split())
    return excerpt(_END.split(text, maxsplit=1)[0], SENTENCE)


_answer = aliased(Post)
_SHOWN = (
    select(
        Thread.id,
        Thread.kind,
        Thread.slug,
        Thread.title,
        Thread.language,
        Thread.accepted_post_id,
        Thread.first_reply_at,
        Thread.helpful,
        Category.name.label("category_name"),
        _answer.html,
        Idea.status,
        Idea.wanted,
        StatusName.name.label("called"),
        Outcome.reason_html,
    )
    .join(Category, Category.id == Thread.category_id)
    # An accepted answer that is hidden or deleted is no longer accepted.
    .outerjoin(
        _answer,
        (_answer.id == Thread.accepted_post_id)
        & _answer.hidden_event_id.is_(None)
        & _answer.deleted_event_id.is_(None),
    )
    .outerjoin(Idea, (Idea.thread_id == Thread.id) & (Thread.kind == "idea"))
    .outerjoin(Outcome, Outcome.id == Idea.outcome_id)
    .outerjoin(StatusName, StatusName.status == Idea.status)
    # What was announced and does not hold answers nothing.
    .outerjoin(Announcement, (Announcement.thread_id == Thread.id) & (Thread.kind == "announcement"))
    .where(Thread.id.in_(param("threads", many=True)), Announcement.withdrawn_event_id.is_(None))
)
_OPENING = (
    select(Thread.title, Thread.language, Post.html)
    .join(Post, (Post.thread_id == Thread.id) & (Post.number == 1))
    .where(Thread.id == param("thread"))
)
