"""Letters about what was decided on an idea, and about ideas that were merged."""

from dataclasses import dataclass
from typing import Any

from portal.delivery.letters import owing
from portal.delivery.letters.content import Content, NotAnyMore
from portal.delivery.letters.saying import day, quoted
from portal.delivery.letters.telling import LOOKS, Told, about, address
from portal.ideas.statuses import status_words
from portal.notices.words import WHY
from portal.people.models import Person

REASON = 1_500
"""Characters of a reason: what was asked for is answered in full."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How an idea stands, in words."""

    status: str
    look: str
    why: str
    target: str
    revisit: str


def stand(decided: owing.Decided | owing.Owed, person: Person) -> Stand:
    """As was decided."""
    target, revisit = decided.target_on, decided.revisit_on
    return Stand(
        status_words(decided.status, decided.called),
        LOOKS.get(decided.status, ""),
        quoted(decided.why_html, REASON),
        day(target, person) if target else "",
        day(revisit, person) if revisit else "",
    )


def asked(each: owing.Owed) -> str:
    """In which way they asked for it: "You voted for …"."""
    return str(WHY[each.reason]) % {"title": each.title}


def outcome(told: Told) -> Content:
    """By the title that the reader knows: of the idea that they asked for themselves."""
    found = told.known.decided(told.first.data.get("outcome_id"))
    if found is None:
        raise _taken_back()
    own = told.known.owed(told.first.id)
    values: dict[str, Any] = {"stand": stand(found, told.person), "is_amended": found.is_amended}
    values["own"] = [asked(each) for each in own if each.title != told.first.title or len(own) == 1]
    values["named"] = own[0].title if own else told.first.title
    return about(told, "outcome", answerable=True, **values)


def merged(told: Told) -> Content:
    """In terms of the idea that they asked for: into which it was merged, and how that stands."""
    data = told.first.data
    merging, present = told.known.decided(data.get("outcome_id")), told.known.decided(data.get("now"))
    if merging is None:
        raise _taken_back()
    own = owing.named(told.viewer, [data.get("from")]).get(data.get("from") or 0)
    why = quoted(merging.why_html, REASON)
    now = stand(present, told.person) if present is not None else None
    return about(told, "merged", answerable=True, own=own.title if own else "", why=why, stand=now)


def unmerged(told: Told) -> Content:
    """It stands by itself again."""
    was_into = told.first.data.get("was_into")
    other = owing.named(told.viewer, [was_into]).get(was_into or 0)
    return about(told, "unmerged", was_into=other.title if other else "", place=address(told.first.place))


def _taken_back() -> NotAnyMore:
    return NotAnyMore("not told any more: withdrawn", cause="withdrawn")
