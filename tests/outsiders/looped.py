"""Ideas that private people asked for, what was decided on them, who was told, and what they said to it."""

from datetime import timedelta

from portal.core.clock import now
from portal.core.db import db
from portal.delivery.links import not_me_path, unsubscribe_path
from portal.ideas.models import Outcome
from portal.loop.links import answer_path
from portal.loop.models import LoopReply
from portal.people.models import Person
from portal.threads.models import Category
from tests.factories import make_confirmation, make_debt, make_idea, make_outcome
from tests.outsiders.planted import Planted, saved, secret
from tests.outsiders.planting import opening, talk


def loops(planted: Planted) -> None:
    """One open to everyone and one of a group, that an ex-member asked for too: the link they were sent still works."""
    exmember, insider = (db.session.get_one(Person, planted.ids[name]) for name in ("exmember", "insider"))
    for place, title in (("Public", "An idea for everyone"), ("groups", secret("loopidea"))):
        category = db.session.get_one(Category, planted.category_ids[place])
        words = title if place != "Public" else "plain words"
        idea = make_idea(insider, category=category, title=title, body=f"The body of {title}.")
        outcome = make_outcome(idea, reason=words, reason_html=f"<p>{words}</p>", at=now() - timedelta(days=9))
        debts = [make_debt(outcome, person, asked_at=now()) for person in (exmember, insider)]
        make_confirmation(debts[1], "no", cause="defect", comment=secret("loopcomment"))
        talk(planted, idea.thread_id, words, "insider")
        if place == "Public":
            planted.public_threads.append(idea.thread_id)
        else:
            planted.private_threads.append(idea.thread_id)
            planted.private_posts.append(opening(idea.thread_id))
            late(outcome)
        planted.debt_ids = tuple(debt.id for debt in debts)
    letters = [unsubscribe_path(exmember.id, thread_id=each, sort="replies") for each in planted.private_threads[-2:]]
    paths = (answer_path(exmember.id), *letters, not_me_path(exmember.id))
    planted.links.extend(path.rpartition("/")[2] for path in paths)


def late(outcome: Outcome) -> None:
    """What staff said to those for whom it was not solved before."""
    words = secret("loopreply")
    given = {"idea_id": outcome.idea_id, "event_id": outcome.event_id, "at": now()}
    saved(LoopReply(source=words, html=f"<p>{words}</p>", **given))
