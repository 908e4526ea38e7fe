"""Those who only follow, or are mentioned: they hear too, but are owed nothing."""

from typing import Any

from sqlalchemy import case, exists, literal, null, or_, select, union

from portal.ideas.models import IdeaSilence
from portal.ideas.queries.requesters import whole
from portal.loop.telling.people import FOLLOWS, NOW
from portal.notices.models import NoticeChoice
from portal.notices.telling.audience import choice_of, muted, mutes, wants_inbox, why_not
from portal.notices.telling.making import RANKS
from portal.people.models import Person
from portal.threads.models import Mention, Post, Thread, Watch
from portal.threads.queries import followers

HEARS = ("watch", "follow")


def of_idea(idea: Thread, place: Thread, *, besides: int | None, above: int, up_to: int | None) -> Any:
    """Who follows this idea, or what is merged into it, and is owed nothing in this step. `place`: where the notice
    leads. `besides`: who did it, and knows."""
    heard = idea_followers(idea, place, besides=besides, above=above, up_to=up_to)
    return heard.where(~exists().where(NOW.c.person_id == Person.id))


def idea_followers(
    idea: Thread, place: Thread, *, besides: int | None, above: int | None = None, up_to: int | None = None
) -> Any:
    """The same, whether or not they are owed something."""
    merged = whole(idea.id)
    by_merged = select(Watch.person_id).where(
        Watch.thread_id.in_(select(merged.c.idea_id)),
        Watch.thread_id != idea.id,
        Watch.level.in_(HEARS),
        *((Watch.person_id > above,) if above is not None else ()),
        *((Watch.person_id <= up_to,) if up_to is not None else ()),
    )
    own = followers(idea, above=above, up_to=up_to).subquery()
    everyone = union(select(own.c.person_id), by_merged).subquery()
    silent = exists().where(IdeaSilence.idea_id == idea.id, IdeaSilence.person_id == Person.id)
    unheard = or_(silent, muted(idea.id), muted(place.id))
    threads = (idea,) if idea.id == place.id else (place, idea)
    cause = why_not(*threads, more=((unheard, "muted"),))
    return _heard(everyone, cause, sort="followed", reason="follower").where(Person.id.is_distinct_from(besides))


def called(announcement: Thread, *, besides: int | None, above: int, up_to: int | None) -> Any:
    """Whom its text mentions. Goes before those who follow, of whom they may be some."""
    text = select(Post.id).where(Post.thread_id == announcement.id, Post.number == 1).scalar_subquery()
    query = select(Mention.person_id).where(Mention.post_id == text, Mention.person_id > above)
    if up_to is not None:
        query = query.where(Mention.person_id <= up_to)
    return callees(query, announcement, besides=besides)


def callees(called: Any, announcement: Thread, *, besides: int | None) -> Any:
    """Those of `called` (a SELECT of person_id) who hear that an announcement mentions them."""
    cause = why_not(announcement, more=((or_(muted(announcement.id), mutes(besides)), "muted"),))
    heard = _heard(called.subquery(), cause, sort="mentions", reason="mentioned")
    return heard.where(Person.id.is_distinct_from(besides))


def of_announcements(announcement: Thread, *, besides: int | None, above: int, up_to: int | None) -> Any:
    """Who follows the announcements, or something that this one is marked with, and none of its ideas."""
    follows = exists().where(NOW.c.person_id == Person.id, NOW.c.claim == FOLLOWS)
    return subscribers(announcement, besides=besides, above=above, up_to=up_to).where(~follows)


def subscribers(
    announcement: Thread, *, besides: int | None, above: int | None = None, up_to: int | None = None
) -> Any:
    """Who gets the plain release note, unless they asked for something in it. `besides`: who publishes it."""
    everyone = followers(announcement, above=above, up_to=up_to).subquery()
    cause = why_not(announcement, more=((muted(announcement.id), "muted"),))
    heard = _heard(everyone, cause, sort="announcements", reason="subscriber")
    return heard.where(Person.id.is_distinct_from(besides))


def _heard(everyone: Any, cause: Any, *, sort: str, reason: str) -> Any:
    return (
        select(
            literal(FOLLOWS).label("claim"),
            everyone.c.person_id,
            literal(RANKS[reason]).label("rank"),
            null().label("asked_idea_id"),
            null().label("cause"),
            case((wants_inbox(), 1), else_=0).label("in_inbox"),
        )
        .join(Person, Person.id == everyone.c.person_id)
        .outerjoin(NoticeChoice, choice_of(sort))
        .where(cause.is_(None))
    )
