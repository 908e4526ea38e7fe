"""What notices do when something happens in the rooms below."""

from sqlalchemy import delete, or_, select, update

from portal.core.db import db
from portal.notices import hooks
from portal.notices.models import FeedKey, NoticeChoice, PersonMute
from portal.notices.telling import single, talk
from portal.people import hooks as people_hooks
from portal.people.models import Person

TELLERS: dict[str, hooks.Teller] = {
    "thread.started": talk.post_written,
    "post.written": talk.post_written,
    "post.edited": talk.mentions_changed,
    "answer.accepted": talk.answer_accepted,
    "answer.verified": talk.answer_verified,
    "idea.owned": single.owned,
    "announcement.waiting": single.waiting,
    "loop.reminded": single.waiting,
}


def register() -> None:
    """Called once an application is made."""
    hooks.tellers.update(TELLERS)
    if forget_person not in people_hooks.erased:
        people_hooks.erased.append(forget_person)
        people_hooks.claimed.append(claimed)


def claimed(person: Person, contact: Person) -> None:
    """Letters that a contact wanted no more of do not begin again because they have an account now."""
    own = select(NoticeChoice.sort).where(NoticeChoice.person_id == person.id)
    carried = update(NoticeChoice).where(NoticeChoice.person_id == contact.id, NoticeChoice.sort.not_in(own))
    db.session.execute(carried.values(person_id=person.id).execution_options(synchronize_session=False))


def forget_person(person: Person) -> None:
    """What someone who is being erased wanted to hear, of whom not, and the address of their feed."""
    db.session.execute(delete(FeedKey).where(FeedKey.person_id == person.id))
    db.session.execute(delete(NoticeChoice).where(NoticeChoice.person_id == person.id))
    theirs = or_(PersonMute.person_id == person.id, PersonMute.muted_id == person.id)
    db.session.execute(delete(PersonMute).where(theirs))
