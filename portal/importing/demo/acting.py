"""What people of the demonstration do with a thread besides writing in it.

    !!! ines @-80/09:00 planned target=+30: Why it is.

Days such as `target=+30` are counted from today; `_` in a mark stands for a space.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal.ideas import actions as ideas
from portal.ideas.models import STATUSES
from portal.importing.demo.reading import BadStoryError, marks_of
from portal.people.viewer import Viewer
from portal.threads import actions

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


ACTS: dict[str, Callable[[Scene, Viewer, int, dict[str, str], str], None]] = {"merge": _merge}
