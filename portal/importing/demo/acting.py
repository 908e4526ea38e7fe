"""What people of the demonstration do with a thread besides writing in it.

    !!! ines @-80/09:00 planned target=+30: Why it is.

Days such as `target=+30` are counted from today; `_` in a mark stands for a space.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.announcements import actions as announcements
from portal.core.db import db
from portal.ideas import actions as ideas
from portal.ideas.models import STATUSES
from portal.importing.demo.reading import BadStoryError, marks_of
from portal.loop import actions as loop
from portal.loop.models import ANSWERS
from portal.loop.queries.asked import asked_of
from portal.people.actions.contacts import not_me
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads import actions
from portal.threads.models import Post, Thread

STATES: dict[str, Callable[..., None]] = {
    "close": actions.set_closed,
    "lock": actions.set_locked,
    "pin": actions.set_pinned,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is there, where things are, and what day it is."""

    people: Mapping[str, Viewer]
    categories: Mapping[str, int]
    today: datetime
    threads: dict[str, int] = field(default_factory=dict[str, int])
    """Threads by the names that others call them by."""

    def day(self, words: str | None) -> date | None:
        """`+30`, from today; None for None."""
        return None if words is None else (self.today + timedelta(days=int(words))).date()

    def called(self, name: str) -> int:
        """The thread of this name. Raises BadStoryError."""
        if name not in self.threads:
            raise BadStoryError(f"nothing is called {name!r} yet")
        return self.threads[name]


def act(scene: Scene, who: Viewer, thread_id: int, words: str) -> None:
    """Do it. Raises BadStoryError where there is no such act."""
    head, _, said = words.partition(": ")
    name, _, rest = head.partition(" ")
    marks = marks_of(rest)
    if name in STATES:
        STATES[name](who, thread_id, on=True, reason=said)
    elif name in STATUSES:
        _decide(scene, who, thread_id, marks | {"status": name}, said)
    elif name in ACTS:
        ACTS[name](scene, who, thread_id, marks, said)
    else:
        raise BadStoryError(f"there is no act {name!r}")


def _decide(scene: Scene, who: Viewer, idea_id: int, marks: dict[str, str], reason: str) -> None:
    ideas.decide(
        who,
        idea_id,
        status=marks["status"],
        reason=reason,
        target_on=scene.day(marks.get("target")),
        revisit_on=scene.day(marks.get("revisit")),
        tell=marks.get("tell", "now"),
    )


def _merge(scene: Scene, who: Viewer, idea_id: int, marks: dict[str, str], reason: str) -> None:
    ideas.merge(who, idea_id, into=scene.called(marks["into"]), reason=reason)


def _own(scene: Scene, who: Viewer, idea_id: int, marks: dict[str, str], _said: str) -> None:
    ideas.set_owner(who, idea_id, to=scene.people[marks["for"]].id)


def _personal(_scene: Scene, who: Viewer, idea_id: int, _marks: dict[str, str], _said: str) -> None:
    ideas.set_personal(who, idea_id, on=True)


def _note(_scene: Scene, who: Viewer, idea_id: int, _marks: dict[str, str], said: str) -> None:
    ideas.add_note(who, idea_id, body=said)


def _vote_for(_scene: Scene, who: Viewer, idea_id: int, marks: dict[str, str], said: str) -> None:
    given = {name: words.replace("_", " ") for name, words in marks.items()}
    ideas.vote_for(
        who,
        idea_id,
        email=given.get("email", ""),
        name=given["name"],
        organisation=given["organisation"],
        source_url=given["source"],
        permission=given["permission"],
        note=said,
    )


def _not_me(_scene: Scene, _who: Viewer, _idea_id: int, marks: dict[str, str], _said: str) -> None:
    """Whoever reads the letters to that address says that they are someone else."""
    not_me(db.session.scalars(select(Person.id).where(Person.email == marks["email"])).one())


def _link(scene: Scene, who: Viewer, question_id: int, marks: dict[str, str], _said: str) -> None:
    ideas.link_question(who, question_id, idea_id=scene.called(marks["to"]))


def _answer(_scene: Scene, who: Viewer, idea_id: int, marks: dict[str, str], said: str) -> None:
    asked = asked_of(who, idea_id)
    if not asked:
        raise BadStoryError(f"{who.username} was not asked about {idea_id}")
    answer = next(name for name in ANSWERS if name in marks)
    given = {"answer": answer, "cause": marks.get("cause", ""), "comment": said}
    loop.answer(who, debt_id=asked[0].debt_id, contact="contact" in marks, **given)


def _reply_to_all(_scene: Scene, who: Viewer, idea_id: int, _marks: dict[str, str], said: str) -> None:
    loop.reply_to_all(who, idea_id, body=said)


def _correct(_scene: Scene, who: Viewer, announcement_id: int, _marks: dict[str, str], said: str) -> None:
    """Put right beneath what it says."""
    query = select(Thread.title, Post.source, Post.revision).join(Post, Post.thread_id == Thread.id)
    there = db.session.execute(query.where(Thread.id == announcement_id, Post.number == 1)).one()
    body = f"{there.source}\n\n*{said}*"
    announcements.correct(who, announcement_id, said=said, title=there.title, body=body, revision=there.revision)


ACTS: dict[str, Callable[[Scene, Viewer, int, dict[str, str], str], None]] = {
    "merge": _merge,
    "own": _own,
    "personal": _personal,
    "note": _note,
    "vote-for": _vote_for,
    "not-me": _not_me,
    "link": _link,
    "answer": _answer,
    "reply-to-all": _reply_to_all,
    "correct": _correct,
}
