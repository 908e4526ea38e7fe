"""What an idea keeps, worked out again from its rows, likewise: in plain Python and not by the SQL that keeps it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from portal.core.db import db
from portal.ideas.models import DECIDED, Idea, IdeaVote, Outcome, Supporter
from portal.ideas.policy import is_counted, rising
from portal.threads.models import Thread
from portal.threads.queries.proof import Difference, posts_of

COLUMNS = (
    Idea.thread_id,
    Idea.status,
    Idea.outcome_id,
    Idea.merged_into_id,
    Idea.root_id,
    Idea.votes,
    Idea.imported_votes,
    Idea.supporters,
    Idea.wanted,
    Idea.rising,
    Idea.target_on,
    Idea.revisit_on,
    Idea.first_response_at,
    Idea.decided_at,
    Idea.first_decided_at,
    Idea.shipped_at,
)


def every_id() -> list[int]:
    """The ids of all ideas."""
    return list(db.session.scalars(select(Idea.thread_id).order_by(Idea.thread_id)))


def differences(thread_ids: Sequence[int]) -> list[Difference]:
    """Where these ideas keep something else than their rows say."""
    threads = _threads(thread_ids)
    kept = _ideas(Idea.thread_id.in_(thread_ids))
    missing = [each for each in threads.values() if each.kind == "idea" and each.id not in kept]
    found = [Difference("idea", each.id, "row", None, each.id) for each in missing]
    links = _links(kept)
    wholes = _wholes({_root(idea_id, links) for idea_id in kept})
    voters = _people(
        IdeaVote.idea_id, IdeaVote.person_id, [*kept, *(one for ideas in wholes.values() for one in ideas)]
    )
    supporters = _people(Supporter.root_id, Supporter.person_id, kept)
    said = _outcomes(kept)
    responses = _responses(thread_ids, threads)
    for idea_id, row in kept.items():
        whole = wholes.get(idea_id, []) if row.merged_into_id is None else []
        people = {person for one in whole for person in voters[one]}
        if supporters[idea_id] != people:
            found.append(Difference("supporters", idea_id, "of", len(supporters[idea_id]), len(people)))
        wanted = len(people) + sum(row.imported for row in _imported(whole))
        values: dict[str, object] = {
            "votes": len(voters[idea_id]),
            "supporters": len(people),
            "wanted": wanted,
            "rising": rising(wanted, threads[idea_id].created_at),
            "root_id": _root(idea_id, links),
        }
        # What is no idea any more keeps what it kept, for when it is one again.
        if threads[idea_id].kind == "idea":
            values |= _decided(said[idea_id], responses[idea_id])
        found += [
            Difference("idea", idea_id, column, getattr(row, column), value)
            for column, value in values.items()
            if getattr(row, column) != value
        ]
    return found


def _threads(thread_ids: Sequence[int]) -> dict[int, Any]:
    query = select(Thread.id, Thread.kind, Thread.created_at, Thread.author_id)
    return {row.id: row for row in db.session.execute(query.where(Thread.id.in_(thread_ids)).order_by(Thread.id))}


def _ideas(where: Any) -> dict[int, Any]:
    return {row.thread_id: row for row in db.session.execute(select(*COLUMNS).where(where).order_by(Idea.thread_id))}


def _links(kept: Mapping[int, Any]) -> dict[int, int]:
    """What each is merged into, and that in turn, as far as it goes."""
    links = {idea_id: row.merged_into_id for idea_id, row in kept.items() if row.merged_into_id is not None}
    seen = set(kept)
    while further := set(links.values()) - seen:
        seen |= further
        query = select(Idea.thread_id, Idea.merged_into_id).where(Idea.thread_id.in_(further))
        links |= {row[0]: row[1] for row in db.session.execute(query) if row[1] is not None}
    return links


def _root(idea_id: int, links: Mapping[int, int]) -> int:
    passed = {idea_id}
    while (further := links.get(idea_id)) is not None and further not in passed:
        idea_id = further
        passed.add(idea_id)
    return idea_id


def _wholes(roots: Iterable[int]) -> dict[int, list[int]]:
    """For each root, the ideas of its whole that count, found by going back along the links."""
    root_of = {root: root for root in roots}
    layer = set(root_of)
    while layer:
        query = select(Idea.thread_id, Idea.merged_into_id).where(Idea.merged_into_id.in_(layer))
        found = {row[0]: root_of[row[1] or 0] for row in db.session.execute(query) if row[0] not in root_of}
        root_of |= found
        layer = set(found)
    query = select(Thread.id, Thread.kind, Thread.hidden_event_id, Thread.deleted_event_id)
    wholes: defaultdict[int, list[int]] = defaultdict(list)
    for thread in db.session.execute(query.where(Thread.id.in_(root_of))):
        if is_counted(thread):
            wholes[root_of[thread.id]].append(thread.id)
    return wholes


def _imported(ideas: Sequence[int]) -> Sequence[Any]:
    if not ideas:
        return ()
    return db.session.execute(
        select(Idea.imported_votes.label("imported")).where(Idea.thread_id.in_(ideas), Idea.imported_votes != 0)
    ).all()


def _people(idea: Any, person: Any, ids: Iterable[int]) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row in db.session.execute(select(idea, person).where(idea.in_(set(ids)))):
        found[row[0]].add(row[1])
    return found


def _outcomes(ids: Iterable[int]) -> defaultdict[int, list[Any]]:
    """Those in force, in their order."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    query = select(
        Outcome.id,
        Outcome.idea_id,
        Outcome.status,
        Outcome.at,
        Outcome.target_on,
        Outcome.revisit_on,
        Outcome.edits_id,
        Outcome.into_id,
    ).where(Outcome.idea_id.in_(list(ids)), Outcome.ended_event_id.is_(None))
    for row in db.session.execute(query.order_by(Outcome.id)):
        found[row.idea_id].append(row)
    return found


def _responses(thread_ids: Sequence[int], threads: Mapping[int, Any]) -> defaultdict[int, list[Any]]:
    """The times of replies by staff that stand."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    ideas = [idea_id for idea_id in thread_ids if idea_id in threads]
    for thread_id, posts in posts_of(ideas).items():
        author = threads[thread_id].author_id
        found[thread_id] = [
            post.created_at
            for post in posts
            if post.stands and post.by_staff and (post.number or 0) > 1 and (author is None or post.author_id != author)
        ]
    return found


def _decided(outcomes: Sequence[Any], responses: Sequence[Any]) -> dict[str, object]:
    newest = outcomes[-1] if outcomes else None
    decisions = [row for row in outcomes if row.edits_id is None]
    firsts = [row.at for row in decisions if row.status in DECIDED]
    shipped: list[Any] = []
    for row in decisions:
        if row.status == "shipped":
            shipped.append(row.at)
        elif row.status != "duplicate":
            shipped = []
    times = [*responses, *(row.at for row in outcomes)]
    return {
        "status": newest.status if newest else "open",
        "outcome_id": newest.id if newest else None,
        "merged_into_id": newest.into_id if newest and newest.status == "duplicate" else None,
        "target_on": newest.target_on if newest else None,
        "revisit_on": newest.revisit_on if newest else None,
        "decided_at": decisions[-1].at if decisions else None,
        "first_decided_at": min(firsts, default=None),
        "shipped_at": min(shipped, default=None),
        "first_response_at": min(times, default=None),
    }
