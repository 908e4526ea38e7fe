"""One thread of the demonstration: who did what in it, and when."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import select, update

from portal.announcements import actions as announcements
from portal.core.db import db
from portal.core.markup import quote
from portal.ideas import actions as ideas
from portal.importing.demo.acting import Scene, act
from portal.importing.demo.announcing import ITEM, draft
from portal.importing.demo.drawings import draw
from portal.importing.demo.reading import Part, Story, cast_of, later
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.questions import actions as questions
from portal.threads import actions
from portal.threads.models import Post, Thread
from portal.uploads.actions import note
from portal.uploads.contents import read
from portal.uploads.storage import name_of, storage

_DRAWING = re.compile(r"drawing:([a-z-]+)")
A_MOMENT = timedelta(minutes=1)
Deed = Callable[[], None]


class Tale:
    """One thread on its way from a story to rows."""

    def __init__(self, story: Story, scene: Scene, now: datetime) -> None:
        self._story = story
        self._scene = scene
        self._people = scene.people
        self._latest = now - A_MOMENT
        self._began = scene.today - timedelta(days=story.day) + story.clock
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
            if part.rest.startswith(ITEM):
                continue
            at = at if part.on is None else self._scene.today + part.on
            if part.what in ("opening", "reply"):
                at = written = at + part.later
                number += 1
                yield self._by_now(at), self._deed(self._reply if part.what == "reply" else self._begin, part)
                yield from self._followed(part, at, number)
                yield from self._supported(part, at)
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

    def _supported(self, part: Part, at: datetime) -> Iterator[tuple[datetime, Deed]]:
        """Who voted for the idea, and what an announcement does once it is written."""
        voters = self._voters(part.who, part.marks.get("votes", ""))
        apart = timedelta(days=int(part.marks.get("over", 0))) / max(len(voters), 1)
        for place, voter in enumerate(voters):
            yield self._by_now(at + A_MOMENT * 40 + apart * place), self._deed(self._vote, voter)
        if part.what == "opening" and self._story.kind == "announcement" and "draft" not in part.marks:
            yield self._by_now(at + A_MOMENT * 9), self._deed(self._publish, self._people[part.who])

    def _voters(self, author: str, words: str) -> list[Viewer]:
        """`ben,6,lucia`: these two, and between them six more who are customers."""
        given = words.split(",") if words else []
        named = {word for word in given if not word.isdigit()}
        there = self._others(author, 3, len(self._people))
        others = (each for each in there if each.username not in named and not each.is_staff)
        found: list[Viewer] = []
        for word in given:
            found += islice(others, int(word)) if word.isdigit() else [self._people[word]]
        return found

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
        if self._story.kind == "announcement":
            self._thread = draft(self._scene, author, self._story)
        else:
            self._thread = actions.start_thread(
                author,
                kind=self._story.kind,
                category_id=self._scene.categories[self._story.category],
                title=self._story.title,
                body=self._drawn(author, part.body),
                tags=[tag for tag in marks.get("tags", "").split(",") if tag],
                language=marks.get("language", "en"),
                privacy=marks.get("privacy", "none"),
            )
        self._scene.threads[marks.get("as", self._story.title)] = self._thread
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
        act(self._scene, self._people[part.who], self._thread, part.rest)

    def _vote(self, voter: Viewer) -> None:
        ideas.set_vote(voter, self._thread, on=True)

    def _publish(self, author: Viewer) -> None:
        announcements.publish(author, self._thread)

    def _same(self, other: Viewer) -> None:
        questions.set_same(other, self._thread, on=True)

    def _pin(self, moderator: Viewer) -> None:
        actions.set_pinned(moderator, self._thread, on=True, reason="Worth finding again.")

    def _accept(self, number: int) -> None:
        questions.set_accepted(self._people[self._story.parts[0].who], self._posts[number - 1], on=True)

    def _verify(self, checker: Viewer, number: int) -> None:
        questions.set_verified(checker, self._posts[number - 1], on=True)


def _uploaded(author: Viewer, name: str) -> str:
    """The address of a drawing, which is kept now. What is kept for a transaction that then fails, a sweep takes."""
    content = read(draw(name), f"{name}.png")
    (key,) = note(author, [content])
    for rest, data in content.files.items():
        storage().put(name_of(key, rest), data, content.media_type)
    return f"/uploads/{key}-{content.width}x{content.height}.{content.ending}"
