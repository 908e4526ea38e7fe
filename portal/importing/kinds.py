"""What a kind adds to its thread: the rows of questions, ideas and announcements that come in."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from portal.announcements.models import Announcement
from portal.core.clock import now
from portal.core.db import db
from portal.core.markup import IMPORTED, TooMuch, escape, excerpt, plain, quote, render
from portal.ideas.actions.settling import settle, settle_response
from portal.ideas.models import Idea, Outcome
from portal.ideas.policy import rising
from portal.importing.growing import Growth, Values
from portal.importing.running import add, add_numbered
from portal.people.models import Person
from portal.questions.models import Question
from portal.threads.models import Post, Thread

_LONGEST_QUOTE = 400


def begin_kinds(new: Sequence[Growth], threads: Mapping[int, int]) -> None:
    """The rows that stand beside these new threads, whose ids are given by their ids there."""
    of = {kind: [each for each in new if each.values["kind"] == kind] for kind in ("question", "idea", "announcement")}
    # Old questions wait for nobody: the clock of the staff's inbox starts when their asker writes again.
    quiet = {"waiting_since": None, "quiet_until": now()}
    add(Question, [{"thread_id": threads[each.external], **quiet} for each in of["question"]])
    add(Idea, [_idea(threads[each.external], each.values) for each in of["idea"]])
    add(Announcement, [_announcement(threads[each.external], each.values) for each in of["announcement"]])


def _idea(thread_id: int, values: Values) -> Values:
    """The score is nobody's vote: an import knows how many, but not who."""
    score: int = values["helpful"]
    weight = rising(score, values["created_at"])
    return {"thread_id": thread_id, "root_id": thread_id, "imported_votes": score, "wanted": score, "rising": weight}


def _announcement(thread_id: int, values: Values) -> Values:
    """Without an event: whoever was to be told of it was told there."""
    published = {"state": "published", "published_at": values["created_at"], "published_by_id": values["author_id"]}
    return {"thread_id": thread_id, "audience": "everyone", **published}


def decide_ideas(growths: Sequence[Growth], threads: Mapping[int, int], posts: Mapping[int, int]) -> None:
    """What was decided there is a history here too, of which nobody is told; `posts` are ids here by ids there."""
    for growth in growths:
        idea_id = threads[growth.external]
        if growth.outcomes:
            add_numbered(Outcome, [{**row, "idea_id": idea_id} for row in _outcomes(growth, posts)])
            settle(idea_id)
    heard = [threads[each.external] for each in growths if any(post.values.get("by_staff") for post in each.posts)]
    ideas = select(Thread.id).where(Thread.id.in_(heard), Thread.kind == "idea")
    for idea_id in db.session.scalars(ideas).all():
        settle_response(idea_id)


def _outcomes(growth: Growth, posts: Mapping[int, int]) -> list[Values]:
    """In the order of time. The response is what stands as the reason of the last one that decided something."""
    rows = [{"tell": "quiet", "reason": "", **row} for row in growth.outcomes]
    decided = [row for row in rows if row["status"] != "open"]
    said = None if growth.response is None else posts.get(growth.response)
    if decided and said is not None:
        decided[-1]["reason"] = f"{decided[-1]['reason']}\n\n{_quote_of(said)}".strip()
    for row in rows:
        row["reason"], row["reason_html"] = _rendered(row["reason"])
    return rows


def _rendered(reason: str) -> tuple[str, str]:
    try:
        return reason, render(reason, limits=IMPORTED).html if reason else ""
    except TooMuch:
        return "", ""


def _quote_of(post_id: int) -> str:
    """How a post begins, and where the rest of it stands."""
    name = func.coalesce(Person.name, Post.author_name)
    query = select(Post.source, name).outerjoin(Person, Person.id == Post.author_id).where(Post.id == post_id)
    source, author = db.session.execute(query).one()
    return quote(escape(excerpt(plain(source, limits=IMPORTED), _LONGEST_QUOTE)), name=author or "?", post_id=post_id)
