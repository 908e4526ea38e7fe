"""Questions with all that hangs on them, some at a time, each time in one transaction."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from portal.core.db import db, write
from portal.importing.models import ExternalId
from portal.importing.queries import known
from portal.importing.stackexchange.building import Builder, Growth, NewPost
from portal.importing.stackexchange.counting import count
from portal.importing.stackexchange.history import tag_names
from portal.importing.stackexchange.people import PERSON
from portal.importing.stackexchange.reading import NotADumpError
from portal.importing.stackexchange.run import Run
from portal.importing.stackexchange.saving import COMMENT, POST, THREAD, save
from portal.importing.stackexchange.sorting import Contribution, Conversation
from portal.importing.stackexchange.tags import add_tags
from portal.people.models import Person
from portal.threads.models import Post, Thread

BATCH = 40


def import_threads(run: Run) -> None:
    """All questions, their answers and comments that are not here yet."""
    for batch in run.sorted.batches(BATCH):
        _Batch(run, batch).take_in()
        run.step(sum(len(conversation.contributions) for conversation in batch))


class _Batch:
    """Some conversations, and what of them is here already."""

    def __init__(self, run: Run, conversations: Sequence[Conversation]) -> None:
        self._run = run
        self._conversations = conversations
        posts = [post for conversation in conversations for post in conversation.contributions]
        comments = [id_ for post in posts for id_, _ in post.comments]
        self._threads = self._known(THREAD, [conversation.question.id for conversation in conversations])
        self._posts = self._known(POST, [post.id for post in posts])
        self._comments = self._known(COMMENT, comments)
        people = known(run.site.name, PERSON, _people_in(posts))
        self._builder = Builder(people, self._mentioned, run.localise, run.complain)
        self._names: dict[str, str] = {}
        query = select(Post.id, Post.thread_id).where(Post.id.in_(self._posts.values()))
        self._homes = dict(db.session.execute(query).all())

    def take_in(self) -> None:
        """Write what is not here yet, and count what then is."""
        self._check_that_it_is_the_same_community()
        growths = [growth for growth in map(self._growth, self._conversations) if growth is not None]
        gained = [growth for growth in growths if growth.thread_id is None or growth.posts or growth.comments]
        add_tags(self._run, dict.fromkeys((name for growth in growths for name in growth.tags), ""))
        self._run.report.new += sum(map(_rows, gained))
        for growth in gained:
            if growth.thread_id is None:
                growth.values["category_id"] = self._run.place.category_id(dry=self._run.dry)
        if gained and not self._run.dry:
            write(save, self._run.site.name, gained, self._posts)

    def _known(self, kind: str, ids: Sequence[int]) -> dict[int, int]:
        return {int(there): here for there, here in known(self._run.site.name, kind, ids).items()}

    def _check_that_it_is_the_same_community(self) -> None:
        query = select(Thread.id, Thread.created_at).where(Thread.id.in_(self._threads.values()))
        times = dict(db.session.execute(query).all())
        for conversation in self._conversations:
            here = self._threads.get(conversation.question.id)
            row = conversation.question.row
            if here is not None and times[here] != row.needed_time("CreationDate"):
                raise NotADumpError(
                    f"Another community was imported under the name {self._run.site.name}: its question"
                    f" {conversation.question.id} is of another time. Give this one a name of its own with --site."
                )

    def _growth(self, conversation: Conversation) -> Growth | None:
        question = conversation.question
        here = self._threads.get(question.id)
        if here is None:
            growth = self._builder.thread(conversation, self._run.language)
        else:
            growth = Growth(question.id, here, tags=tag_names(question.row.text("Tags")))
        present: list[Contribution] = []
        for contribution in conversation.contributions:
            post = None if contribution.id in self._posts else self._builder.post(contribution)
            if post is not None:
                growth.posts.append(post)
            elif contribution.id not in self._posts:
                if contribution is question:
                    return None
                continue
            present.append(contribution)
            growth.comments += self._new_comments(contribution, here)
        count(self._run.report, conversation, present)
        return growth

    def _new_comments(self, contribution: Contribution, thread_id: int | None) -> Iterator[NewPost]:
        post_id = self._posts.get(contribution.id)
        for id_, row in contribution.comments:
            if id_ not in self._comments:
                if post_id is not None and self._homes.get(post_id) != thread_id:
                    self._run.report.skipped["comments_on_moved_posts"] += 1
                    continue
                comment = self._builder.comment(id_, row)
                if comment is None:
                    continue
                yield comment
            self._run.report.counts["comments"] += 1
            self._run.report.counts["comment_votes"] += row.number("Score") or 0

    def _mentioned(self, names: Sequence[str]) -> Mapping[str, str]:
        """Of these names, the usernames of people of this site: nobody else is meant."""
        unknown = [name for name in names if name not in self._names]
        if unknown:
            query = (
                select(Person.username_key, Person.username)
                .join(ExternalId, ExternalId.local_id == Person.id)
                .where(ExternalId.source == self._run.site.name, ExternalId.kind == PERSON)
                .where(Person.username_key.in_(unknown))
            )
            self._names |= dict.fromkeys(unknown, "") | {str(key): str(name) for key, name in db.session.execute(query)}
        return {name: self._names[name] for name in names if self._names[name]}


def _people_in(posts: Sequence[Contribution]) -> set[str]:
    """The ids there of everyone who wrote, edited or commented."""
    found: set[str | None] = set()
    for post in posts:
        found |= {post.row.text("OwnerUserId"), post.row.text("LastEditorUserId")}
        found |= {row.text("UserId") for _, row in post.comments}
        found |= {row.text("UserId") for row in post.history}
    return {id_ for id_ in found if id_}


def _rows(growth: Growth) -> int:
    """How many rows it takes to write this, the notes of where they came from left out."""
    rows = len(growth.posts) + len(growth.comments) + sum(len(post.revisions) for post in growth.posts)
    if growth.thread_id is None:
        rows += 2 + len(growth.tags) + len(growth.events) + (growth.accepted is not None)
    return rows
