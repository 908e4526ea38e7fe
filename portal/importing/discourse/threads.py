"""Topics with all their posts, some at a time, each time in one transaction."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from portal.core.db import db, write
from portal.importing.discourse.building import Builder, accepted, accepted_answers
from portal.importing.discourse.cooked import Links
from portal.importing.discourse.reading import Topic, Written
from portal.importing.discourse.run import Run
from portal.importing.growing import Growth
from portal.importing.mentioned import PERSON, Mentioned
from portal.importing.problems import NotADumpError
from portal.importing.queries import known
from portal.importing.running import add_external
from portal.importing.saving import POST, THREAD, save
from portal.people.models import Person
from portal.threads.models import Thread

BATCH = 150
"""Posts in one transaction, and those of one topic more."""
TOPIC = "topic"
"""The kind under which the address of a topic there leads to its opening post here: posts have ids of their own."""


def import_threads(run: Run, categories: Mapping[int, int | None]) -> None:
    """All topics and posts that are not here yet."""
    mentioned = Mentioned(run.site.name, lambda names: _usernames(run, names))
    for batch in _batches(run):
        _Batch(run, batch, mentioned).take_in(categories)
        run.step(sum(len(topic.posts) for topic in batch))


def _batches(run: Run) -> Iterator[list[Topic]]:
    batch: list[Topic] = []
    for topic in run.archive.topics(again=True):
        if not run.contents.is_first(topic):
            continue
        topic.posts[:] = list({post.id: post for post in reversed(topic.posts)}.values())[::-1]
        topic.posts[:] = [post for post in topic.posts if run.contents.home(post.id) == topic.id]
        if topic.posts:
            batch.append(topic)
        if sum(len(topic.posts) for topic in batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _usernames(run: Run, names: Sequence[str]) -> dict[str, str]:
    """The usernames here of people with these names there."""
    ids = run.contents.ids_of(names)
    people = known(run.site.name, PERSON, list(ids.values()))
    query = select(Person.id, Person.username).where(Person.id.in_(people.values()))
    here = dict(db.session.execute(query).all())
    return {name: str(here[people[str(id_)]]) for name, id_ in ids.items() if here.get(people.get(str(id_), 0))}


class _Batch:
    """Some topics, and what of them is here already."""

    def __init__(self, run: Run, topics: Sequence[Topic], mentioned: Mentioned) -> None:
        self._run = run
        self._topics = topics
        posts = [post for topic in topics for post in topic.posts]
        self._threads = self._known(THREAD, [topic.id for topic in topics])
        self._posts = self._known(POST, [post.id for post in posts])
        query = select(Thread.id, Thread.created_at, Thread.kind).where(Thread.id.in_(self._threads.values()))
        self._here = {row.id: row for row in db.session.execute(query)}
        people = known(run.site.name, PERSON, {post.user_id for post in posts})
        links = Links(run.site.local, run.site.quoted)
        self._builder = Builder(people, mentioned, links, run.site.post, run.complain)

    def take_in(self, categories: Mapping[int, int | None]) -> None:
        """Write what is not here yet, and count what then is."""
        self._check_that_it_is_the_same_community()
        growths = [growth for growth in map(self._growth, self._topics) if growth is not None]
        gained = [growth for growth in growths if growth.is_something]
        self._run.report.new += sum(growth.rows for growth in gained)
        homes = {topic.id: categories[topic.category] for topic in self._topics}
        for growth in gained:
            if growth.thread_id is None:
                growth.values["category_id"] = homes[growth.external]
        if gained and not self._run.dry:
            write(_save, self._run.site.name, gained, self._posts)

    def _known(self, kind: str, ids: Sequence[int]) -> dict[int, int]:
        return {int(there): here for there, here in known(self._run.site.name, kind, ids).items()}

    def _check_that_it_is_the_same_community(self) -> None:
        for topic in self._topics:
            here = self._here.get(self._threads.get(topic.id, 0))
            if here is not None and here.created_at != topic.posts[0].at:
                raise NotADumpError(
                    f"Another community was imported under the name {self._run.site.name}: its topic {topic.id} is of"
                    " another time. Give this one a site of its own in the map."
                )

    def _growth(self, topic: Topic) -> Growth | None:
        here = self._threads.get(topic.id)
        old = here is not None
        kind = self._here[here].kind if old else self._kind(topic)
        growth = Growth(topic.id, here) if old else self._builder.thread(topic, kind, self._run.mapping.language)
        present: list[Written] = []
        for written in topic.posts:
            if written.id not in self._posts:
                post = self._builder.post(topic, written)
                if post is None and written is topic.posts[0]:
                    return None
                if post is None:
                    continue
                post.values["by_staff"] = kind == "idea" and self._builder.by_staff(topic, written)
                growth.posts.append(post)
            present.append(written)
        if growth.accepted is not None and growth.accepted not in {post.id for post in present}:
            growth.accepted = None
        self._count(topic, kind, present)
        return growth

    def _kind(self, topic: Topic) -> str:
        """What has an accepted answer was asked, wherever it was not suggested or announced."""
        kind = self._run.mapping.places[topic.category].kind
        return "question" if kind == "discussion" and accepted(topic) else kind

    def _count(self, topic: Topic, kind: str, present: Sequence[Written]) -> None:
        """What of a topic is here, whether this run brought it or an earlier one."""
        counts, skipped = self._run.report.counts, self._run.report.skipped
        counts[f"{kind}s"] += 1
        counts["answers" if kind == "question" else "replies"] += len(present) - 1
        counts["imported_votes"] += sum(post.likes for post in present)
        counts["views"] += topic.number("views") or 0
        counts["closed"] += topic.is_on("closed")
        counts["locked"] += topic.is_on("archived")
        counts["wiki"] += sum(post.is_on("wiki") for post in present)
        counts["accepted"] += accepted(topic) in present
        skipped["further_accepted_answers"] += max(len(accepted_answers(topic)) - 1, 0)


def _save(source: str, growths: Sequence[Growth], here: Mapping[int, int]) -> None:
    posts = save(source, growths, here)
    add_external(
        source,
        TOPIC,
        {growth.external: posts[growth.posts[0].external] for growth in growths if growth.thread_id is None},
    )
