"""Who is owed word about an idea."""

from typing import Any

from sqlalchemy import case, func, literal, literal_column, select, union_all

from portal.ideas.models import Idea, IdeaQuestion, IdeaVote
from portal.ideas.policy import REASONS
from portal.people.models import Person
from portal.threads.models import Thread
from portal.threads.policy import standing_thread

RANKS: Any = [literal_column(str(rank)) for rank in range(len(REASONS))]
AUTHOR, ON_BEHALF, VOTER, LINKED, MERGED = RANKS


def whole(idea: Any) -> Any:
    """The idea and all that is merged into it, as far as it goes: a CTE of `idea_id`. `idea`: an id, or a parameter."""
    first = select(Idea.thread_id.label("idea_id")).where(Idea.thread_id == idea)
    found = first.cte(recursive=True)
    # By `union`, which ends where a circle would not.
    return found.union(select(Idea.thread_id).join(found, Idea.merged_into_id == found.c.idea_id))


def requesters(idea: Any, *, above: Any = None, up_to: Any = None) -> Any:
    """A SELECT of everyone who is owed word about this idea: `person_id`, `rank` (the index of why in REASONS) and
    `asked_idea_id` (the one they asked for themselves). Several rows a person are possible: the lowest rank holds.

    `above`, `up_to`: only people with ids in between, for steps; each may be a number or a parameter, as may `idea`.
    Those who asked for "don't tell me" are among them: they are owed, but not told. Nobody is owed anything about what
    is hidden or deleted, nor by it.
    """
    ideas = _standing(idea)
    parts = union_all(
        _of_authors(ideas, idea, above, up_to),
        _of_votes(ideas, idea, above, up_to),
        _of_questions(ideas, idea, above, up_to),
    ).subquery("asked")
    return (
        select(parts.c.person_id, parts.c.rank, parts.c.asked_idea_id)
        .join(Person, Person.id == parts.c.person_id)
        .where(Person.kind != "system", Person.erased_at.is_(None))
    )


def _standing(idea: Any) -> Any:
    """Those of the whole that are neither hidden nor deleted; none, if the idea itself is."""
    every = whole(idea)
    here = (Thread.kind == "idea", standing_thread())
    is_there = select(literal(1)).where(Thread.id == idea, *here).exists()
    return (
        select(every.c.idea_id, Thread.author_id)
        .join(Thread, Thread.id == every.c.idea_id)
        .where(*here, is_there)
        .cte()
    )


def _rank(ideas: Any, idea: Any, own: Any) -> Any:
    return case((ideas.c.idea_id == idea, own), else_=MERGED).label("rank")


def _between(person: Any, above: Any, up_to: Any) -> list[Any]:
    found: list[Any] = [person.is_not(None)]
    if above is not None:
        found.append(person > above)
    if up_to is not None:
        found.append(person <= up_to)
    return found


def _of_authors(ideas: Any, idea: Any, above: Any, up_to: Any) -> Any:
    person = ideas.c.author_id
    return select(person.label("person_id"), _rank(ideas, idea, AUTHOR), ideas.c.idea_id.label("asked_idea_id")).where(
        *_between(person, above, up_to)
    )


def _of_votes(ideas: Any, idea: Any, above: Any, up_to: Any) -> Any:
    own = case((IdeaVote.by_id.is_not(None), ON_BEHALF), else_=VOTER)
    return (
        select(IdeaVote.person_id, _rank(ideas, idea, own), ideas.c.idea_id)
        .join(IdeaVote, IdeaVote.idea_id == ideas.c.idea_id)
        .where(*_between(IdeaVote.person_id, above, up_to))
    )


def _of_questions(ideas: Any, idea: Any, above: Any, up_to: Any) -> Any:
    """Those who asked what was linked to it. Few are: not to be looked for among all questions."""
    here = (
        func.coalesce(Thread.kind, "") == "question",
        standing_thread(),
    )
    return (
        select(Thread.author_id, _rank(ideas, idea, LINKED), ideas.c.idea_id)
        .join(IdeaQuestion, IdeaQuestion.idea_id == ideas.c.idea_id)
        .join(Thread, Thread.id == IdeaQuestion.question_id)
        .where(*here, *_between(Thread.author_id, above, up_to))
    )
