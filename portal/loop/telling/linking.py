"""A question was linked to an idea: its asker is one of those who asked for it from now on."""

from sqlalchemy import select

from portal.core.db import db
from portal.events.models import Event
from portal.ideas.models import OPEN_TO_VOTES, Idea
from portal.loop.telling.claims import Claim
from portal.loop.telling.deciding import by_hand, thread_of, told_of
from portal.loop.telling.paying import tell_one
from portal.notices.telling.making import Word
from portal.notices.telling.single import linked as still_linked
from portal.notices.telling.single import offer


def linked(event: Event, _above: int) -> int | None:
    """Its asker and who has it too are told of the link. What others were told of the idea already, such as that it has
    shipped, the asker is owed as well, and hears it with that."""
    found = still_linked(event)
    if found is None:
        return None
    question, idea = found
    root_id = db.session.scalars(select(Idea.root_id).where(Idea.thread_id == idea.id)).one()
    present = told_of(root_id)
    if present is None:
        offer(event, question, idea)
        return None
    offer(event, question, idea, now=present.id, closed=present.status not in OPEN_TO_VOTES)
    root = thread_of(root_id) if root_id != idea.id else idea
    claim = Claim(present.id, present.status, root, idea.id, by_hand=by_hand(root.id))
    if question.author_id is not None:
        tell_one(Word(event, "outcome", idea.id, data={"outcome_id": present.id}), idea, claim, question.author_id)
    return None
