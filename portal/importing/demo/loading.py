"""Loads the demonstration: everybody does what they did, in the order in which they did it, by the actions that the
pages use. So it holds whatever holds for a real community, and one transaction takes all of it."""

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import exists, select, update

from portal.config import in_force
from portal.core import clock
from portal.core.db import db
from portal.core.errors import RondoError
from portal.core.markup import quote
from portal.core.places import LANGUAGES
from portal.importing.demo.drawings import draw
from portal.importing.demo.people import add_people, viewer_of
from portal.importing.demo.reading import BadStoryError, Part, Story, cast_of, later, stories
from portal.importing.running import add
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.questions import actions as questions
from portal.site.actions import change_site
from portal.site.actions.pages import add_page
from portal.threads import actions
from portal.threads.models import Category, Post, PostVote, Thread
from portal.uploads.actions import note
from portal.uploads.contents import read
from portal.uploads.storage import name_of, storage

STATES: dict[str, Callable[..., None]] = {
    "close": actions.set_closed,
    "lock": actions.set_locked,
    "pin": actions.set_pinned,
}
_DRAWING = re.compile(r"drawing:([a-z-]+)")
A_MOMENT = timedelta(minutes=1)
Deed = Callable[[], None]


class NoRoomError(RondoError):
    """The demonstration is for an empty database that is not in production."""


def is_empty() -> bool:
    """Whether nobody is here yet."""
    return not db.session.scalar(select(exists().where(Person.id.is_not(None))))


def load() -> int:
    """Write all of it into the transaction under way; returns the number of threads. Raises NoRoomError."""
    if in_force().is_production:
        raise NoRoomError("The demonstration is not for production.")
    if not is_empty():
        raise NoRoomError("The database is not empty: the demonstration goes into an empty one only.")
    now = clock.now()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    people = {name: viewer_of(person) for name, person in add_people(today).items()}
    categories = _add_categories()
    _set_up(next(viewer for viewer in people.values() if viewer.is_admin), today)
    tales = [_Tale(story, people, categories, today, now) for story in stories()]
    _live(tales)
    _add_votes([vote for tale in tales for vote in tale.votes()])
    return len(tales)


def _set_up(admin: Viewer, today: datetime) -> None:
    with clock.standing(today - timedelta(days=120)):
        change_site(admin, **cast_of()["site"], is_set_up=True)
        for page in cast_of()["page"]:
            for language in LANGUAGES:
                add_page(admin, slug=page["slug"], language=language, **page[language])


def _add_categories() -> dict[str, int]:
    rows = [Category(position=place, **given) for place, given in enumerate(cast_of()["category"], 1)]
    db.session.add_all(rows)
    db.session.flush()
    return {row.slug: row.id for row in rows}


def _live(tales: list["_Tale"]) -> None:
    """Do everything in the order of time, whatever thread it is in."""
    number = count()
    due = [(at, next(number), deed) for tale in tales for at, deed in tale.deeds()]
    heapq.heapify(due)
    while due:
        at, _, deed = heapq.heappop(due)
        with clock.standing(at):
            deed()


def _add_votes(votes: Sequence[tuple[int, int, datetime]]) -> None:
    """All at once, as there are more of them than of anything else: posts, who found them helpful, and when."""
    add(PostVote, [{"post_id": post, "person_id": person, "at": at} for post, person, at in votes])
    counts = Counter(post for post, _, _ in votes)
    db.session.execute(update(Post), [{"id": post, "helpful": many} for post, many in counts.items()])
    of_opening = select(Post.helpful).where(Post.thread_id == Thread.id, Post.number == 1).scalar_subquery()
    db.session.execute(update(Thread).values(helpful=of_opening).execution_options(synchronize_session=False))
    db.session.expire_all()


def _uploaded(author: Viewer, name: str) -> str:
    """The address of a drawing, which is kept now. What is kept for a transaction that then fails, a sweep takes."""
    content = read(draw(name), f"{name}.png")
    (key,) = note(author, [content])
    for rest, data in content.files.items():
        storage().put(name_of(key, rest), data, content.media_type)
    return f"/uploads/{key}-{content.width}x{content.height}.{content.ending}"


class _Tale:
    """One thread on its way from a story to rows."""

    def __init__(
        self, story: Story, people: dict[str, Viewer], categories: dict[str, int], today: datetime, now: datetime
    ) -> None:
        self._story = story
        self._people = people
        self._category = categories[story.category]
        self._latest = now - A_MOMENT
        self._began = today - timedelta(days=story.day) + story.clock
        self._thread = 0
        self._posts: list[int] = []
        """The ids of the opening post and of the replies."""
        self._voted: list[tuple[int, Viewer, datetime]] = []

    def votes(self) -> Iterator[tuple[int, int, datetime]]:
        """The posts that someone found helpful, who, and when, once all was done."""
        for number, voter, at in self._voted:
            if voter.id is not None:
                yield self._posts[number - 1], voter.id, at

    def deeds(self) -> Iterator[tuple[datetime, Deed]]:
        """What is done when. A deed counts on those before it having been done."""
        at = written = asked = self._began
        number = 0
        accepted: list[tuple[datetime, int]] = []
        for part in self._story.parts:
            if part.what in ("opening", "reply"):
                at = written = at + part.later
                number += 1
                yield self._by_now(at), self._deed(self._reply if part.what == "reply" else self._begin, part)
                yield from self._followed(part, at, number)
                if wait := part.marks.get("accepted"):
                    accepted.append((at + later(wait.removeprefix("+")), number))
            elif part.what == "edit":
                yield self._by_now(written + part.later), self._deed(self._edit, part, number)
            else:
                at += part.later
                yield self._by_now(at), self._deed(self._comment if part.what == "comment" else self._act, part, number)
            asked = at if part.who == self._story.parts[0].who else asked
        for when, chosen in accepted:
            # After the last word of thanks: what an asker writes later would wait for an answer.
            yield self._by_now(max(when, asked + A_MOMENT)), self._deed(self._accept, chosen)

    def _by_now(self, at: datetime) -> datetime:
        return min(at, self._latest)

    def _deed(self, do: Callable[..., None], *values: Any) -> Deed:
        return lambda: do(*values)

    def _followed(self, part: Part, at: datetime, number: int) -> Iterator[tuple[datetime, Deed]]:
        """What others made of a post: votes, "I have this too", verification."""
        for place, voter in enumerate(self._others(part.who, number, int(part.marks.get("helpful", 0)))):
            self._voted.append((number, voter, self._by_now(at + timedelta(minutes=7 + 53 * place))))
        for place, other in enumerate(self._others(part.who, number + 5, int(part.marks.get("same", 0)))):
            yield self._by_now(at + timedelta(hours=3 + 9 * place)), self._deed(self._same, other)
        if number == 1 and "pinned" in part.marks:
            moderator = next(viewer for viewer in self._people.values() if viewer.is_moderator)
            yield self._by_now(at + A_MOMENT), self._deed(self._pin, moderator)
        if checker := part.marks.get("verified"):
            yield self._by_now(at + timedelta(hours=2)), self._deed(self._verify, self._people[checker], number)

    def _others(self, author: str, turn: int, many: int) -> list[Viewer]:
        """As many people besides the author who were there then and can see the thread, not always the same ones."""
        is_for_staff = self._story.category == "staff"
        joined = {given["username"]: int(given["joined"]) for given in cast_of()["person"]}
        there = [
            viewer
            for name, viewer in self._people.items()
            if name != author and joined[name] > self._story.day and (viewer.is_staff or not is_for_staff)
        ]
        turn = (turn * 5 + len(self._story.title)) % max(len(there), 1)
        return (there[turn:] + there[:turn])[:many]

    def _begin(self, part: Part) -> None:
        marks = part.marks
        author = self._people[part.who]
        self._thread = actions.start_thread(
            author,
            kind=self._story.kind,
            category_id=self._category,
            title=self._story.title,
            body=self._drawn(author, part.body),
            tags=[tag for tag in marks.get("tags", "").split(",") if tag],
            language=marks.get("language", ""),
            privacy=marks.get("privacy", "none"),
        )
        self._posts.append(db.session.scalars(select(Post.id).where(Post.thread_id == self._thread)).one())
        seen = update(Thread).where(Thread.id == self._thread)
        db.session.execute(seen.values(views=int(marks.get("views", 0))))

    def _reply(self, part: Part) -> None:
        author = self._people[part.who]
        body = self._drawn(author, self._quoting(part.body))
        self._posts.append(actions.reply(author, self._thread, body=body))

    def _drawn(self, author: Viewer, body: str) -> str:
        """The body with its drawings as uploads of its author."""
        return _DRAWING.sub(lambda found: _uploaded(author, found[1]), body)

    def _quoting(self, body: str) -> str:
        """`>> 3 words` as the first line becomes a quote of these words of post 3."""
        if not body.startswith(">> "):
            return body
        first, _, rest = body.partition("\n")
        number, _, words = first.removeprefix(">> ").partition(" ")
        post_id = self._posts[int(number) - 1]
        author = db.session.scalars(
            select(Person.name).join(Post, Post.author_id == Person.id).filter(Post.id == post_id)
        )
        return quote(words, name=author.one(), post_id=post_id) + rest.lstrip("\n")

    def _comment(self, part: Part, number: int) -> None:
        actions.comment(self._people[part.who], self._posts[number - 1], body=part.body)

    def _edit(self, part: Part, number: int) -> None:
        post = db.session.get_one(Post, self._posts[number - 1])
        reason = part.rest.removeprefix("because=")
        actions.edit_post(
            self._people[part.who], post.id, body=self._quoting(part.body), revision=post.revision, reason=reason
        )

    def _act(self, part: Part, _number: int) -> None:
        name, _, reason = part.rest.partition(": ")
        if name not in STATES:
            raise BadStoryError(f"{self._story.title}: there is no act {name!r}")
        STATES[name](self._people[part.who], self._thread, on=True, reason=reason)

    def _same(self, other: Viewer) -> None:
        questions.set_same(other, self._thread, on=True)

    def _pin(self, moderator: Viewer) -> None:
        actions.set_pinned(moderator, self._thread, on=True, reason="Worth finding again.")

    def _accept(self, number: int) -> None:
        questions.set_accepted(self._people[self._story.parts[0].who], self._posts[number - 1], on=True)

    def _verify(self, checker: Viewer, number: int) -> None:
        questions.set_verified(checker, self._posts[number - 1], on=True)
