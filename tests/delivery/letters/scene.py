"""Something of every kind that a letter tells of happens to one person, and the letters that come of it."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from portal.announcements.models import AnnouncementItem
from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.letters import compose
from portal.delivery.models import Delivery
from portal.events.actions import record
from portal.ideas.models import IdeaVote
from portal.loop.models import LoopReply
from portal.notices.models import Notice
from portal.notices.telling.steps import tell_due
from portal.people.models import Person
from portal.questions import actions as questions
from portal.threads.models import Thread
from tests.factories import make_debt, make_idea, make_outcome, make_person, make_reply, make_thread, viewer_of
from tests.loop.told import announce, contact, decide, follow, merge, unmerge, vote, withdraw

TITLE = "Print labels in colour"
REPLY = "Turn it *off* and on."
REASON = "<p>It needs <em>another</em> printer &amp; more.</p><ul><li>one</li><li>two</li></ul>"


def notices(person: Person) -> list[Notice]:
    """Tell what is due, and return what they have."""
    tell_due()
    return list(db.session.scalars(db.select(Notice).filter_by(person_id=person.id).order_by(Notice.id)))


def a_delivery(person: Person, notice: Notice | None = None, *, kind: str = "notice", **given: Any) -> Delivery:
    """A letter that waits to be written."""
    found = db.session.scalar(db.select(Delivery).filter_by(notice_id=notice.id)) if notice is not None else None
    if found is not None:
        return found
    at = now()
    letter = Delivery(
        kind=kind, person_id=person.id, address=person.email or "", notice_id=notice.id if notice else None,
        message_id=f"<{uuid.uuid4().hex}@localhost>", created_at=at, due_at=at, **given,
    )  # fmt: skip
    db.session.add(letter)
    db.session.commit()
    return letter


def written(person: Person, *told: Notice, kind: str = "notice") -> EmailMessage:
    """The letter of these notices as it arrives."""
    letter_id = a_delivery(person, told[0] if told and kind == "notice" else None, kind=kind).id
    ids = [notice.id for notice in told]

    def make() -> bytes:
        letter = db.session.get_one(Delivery, letter_id)
        parts = [db.session.get_one(Notice, id_) for id_ in ids]
        return compose(letter, db.session.get_one(Person, person.id), parts).as_bytes()

    return cast(EmailMessage, message_from_bytes(write(make), policy=default))


def every_kind(reader: Person, languages: Sequence[str]) -> dict[str, dict[str, EmailMessage]]:
    """By language and kind, a letter to this reader."""
    scene = Scene(reader, languages)
    for each in (scene.talk, scene.decisions, scene.announcements, scene.questions, scene.work):
        each()
        scene.keep()
    replies = [notice for notice in notices(reader) if notice.kind in ("reply", "mention")]
    scene.write("several", *[notice for notice in replies if notice.thread_id == replies[0].thread_id])
    scene.write("digest", *notices(reader), kind="digest")
    return scene.letters


class Scene:
    """Each act is one that people do, or what is left of it in the tables. What it tells the reader is written to them
    in each of the languages."""

    def __init__(self, reader: Person, languages: Sequence[str]) -> None:
        self.reader = reader
        self.manager = make_person(role="manager", name="Mia Manager")
        self.other = make_person(name="Ben Bell")
        self.letters: dict[str, dict[str, EmailMessage]] = {language: {} for language in languages}
        self.kept: set[int] = set()

    def write(self, name: str, *told: Notice, kind: str = "notice") -> None:
        for language, letters in self.letters.items():
            self.reader.language = language
            db.session.commit()
            letters[name] = written(self.reader, *told, kind=kind)

    def keep(self) -> None:
        """The letters of what happened just now: later it may be otherwise."""
        for notice in notices(self.reader):
            if notice.id not in self.kept:
                self.kept.add(notice.id)
                self.write(f"{notice.kind}-{notice.reason}", notice)

    def talk(self) -> None:
        question = make_thread(self.reader, title=TITLE, body=REPLY)
        make_reply(question, self.other, body=REPLY)
        answer = make_reply(question, self.other, body=f"@{self.reader.username} look: {REPLY}")
        write(questions.set_accepted, viewer_of(self.manager), answer.id, on=True)
        theirs = make_reply(make_thread(self.other, title=TITLE), self.reader, body="Like this.")
        write(questions.set_accepted, viewer_of(self.manager), theirs.id, on=True)
        write(questions.set_verified, viewer_of(self.manager), theirs.id, on=True)

    def decisions(self) -> None:
        idea = make_idea(self.reader, title=TITLE)
        decide(idea, "planned", self.manager, reason_html=REASON, target_on=date(2027, 3, 1))
        followed = make_idea(title=TITLE)
        follow(self.reader, followed.thread_id)
        decide(followed, "deferred", self.manager, reason_html=REASON, revisit_on=date(2027, 5, 1))
        one, into = make_idea(title=TITLE), make_idea(title="Colour everywhere")
        vote(one, self.reader)
        make_outcome(into, "declined", reason_html=REASON)
        merging = merge(one, into)
        self.keep()
        unmerge(one, merging)
        self.keep()

    def announcements(self) -> None:
        outcomes = [make_outcome(self._idea(n), "shipped", tell="with-announcement") for n in range(3)]
        thread = announce(*outcomes, by=self.manager)
        for item, on in zip(self._items(thread), (None, date(2027, 1, 4), None), strict=True):
            item.note_html, item.available_on, item.available_to = "<p>Choose a <b>colour</b>.</p>", on, "in Pro"
        db.session.commit()
        self.keep()
        withdraw(thread, "announcement.corrected")
        self.keep()
        plain = announce(make_outcome(make_idea(), "shipped", tell="with-announcement"), by=self.manager)
        follow(self.reader, plain.id, "watch")
        self.keep()
        taken = announce(make_outcome(self._idea(1), "shipped", tell="with-announcement"), by=self.manager)
        self.keep()
        withdraw(taken)

    def questions(self) -> None:
        idea = make_idea(self.reader, title=TITLE)
        debt = make_debt(make_outcome(idea, "shipped", reason_html=REASON), self.reader, reason="author")
        event = record("loop.asked", actor_id=None, thread_id=idea.thread_id, due_at=now())
        debt.asked_at = event.at
        db.session.commit()
        replied = record("loop.replied", actor_id=self.manager.id, thread_id=idea.thread_id)
        reply = LoopReply(idea_id=idea.thread_id, event_id=replied.id, source="Soon.", html="<p>Soon.</p>", at=now())
        db.session.add(reply)
        db.session.flush()
        self._notice("answered", "author", replied.id, idea.thread_id, reply_id=reply.id)
        question = make_thread(self.reader, title=TITLE)
        linked = record("question.linked", actor_id=self.manager.id, thread_id=question.id)
        self._notice("offered", "asked", linked.id, idea.thread_id, question_id=question.id)
        same = record("question.linked", actor_id=self.manager.id, thread_id=question.id)
        self._notice("offered", "same", same.id, idea.thread_id, question_id=question.id)

    def work(self) -> None:
        idea = make_idea(title=TITLE)
        for kind, name in (("owned", "idea.owned"), ("waiting", "loop.reminded")):
            event = record(name, actor_id=self.manager.id, thread_id=idea.thread_id, person_id=self.reader.id)
            self._notice(kind, "owner", event.id, idea.thread_id)

    def _idea(self, number: int) -> Any:
        idea = make_idea(title=f"{TITLE} {number}" if number else TITLE)
        if number < 2:
            vote(idea, self.reader)
        return idea

    def _items(self, thread: Thread) -> list[AnnouncementItem]:
        return list(db.session.scalars(db.select(AnnouncementItem).filter_by(announcement_id=thread.id)))

    def _notice(self, kind: str, reason: str, event_id: int, thread_id: int, **data: Any) -> None:
        notice = Notice(
            event_id=event_id, person_id=self.reader.id, kind=kind, reason=reason, thread_id=thread_id, data=data,
            at=now() + timedelta(seconds=1),
        )  # fmt: skip
        db.session.add(notice)
        db.session.commit()


def to_a_contact() -> EmailMessage:
    """The first letter to someone whom staff entered."""
    manager, idea = make_person(role="manager", name="Mia Manager"), make_idea(title=TITLE)
    person = contact("cleo@example.com", name="Cleo")
    vote(idea, person, by=manager)
    db.session.get_one(IdeaVote, (idea.thread_id, person.id)).source_url = "https://help.example.com/7"
    db.session.commit()
    decide(idea, "planned", manager, reason_html=REASON)
    [notice] = notices(person)
    return written(person, notice)
