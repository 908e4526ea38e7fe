"""Questions with all that hangs on them, some at a time, each time in one transaction."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from portal.core.db import db, write
from portal.importing.growing import Growth, NewPost
from portal.importing.mentioned import PERSON, Mentioned
from portal.importing.problems import NotADumpError
from portal.importing.queries import known
from portal.importing.saving import COMMENT, POST, THREAD, save
from portal.importing.stackexchange.building import Builder
from portal.importing.stackexchange.counting import count
from portal.importing.stackexchange.history import tag_names
from portal.importing.stackexchange.run import Run
from portal.importing.stackexchange.sorting import Contribution, Conversation
from portal.importing.stackexchange.tags import add_tags
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
        moderators, mentioned = run.sorted.moderators, Mentioned(run.site.name)
        self._builder = Builder(people, moderators, mentioned, run.localise, run.complain)
        query = select(Post.id, Post.thread_id).where(Post.id.in_(self._posts.values()))
        self._homes = dict(db.session.execute(query).all())
        threads = select(Thread.id, Thread.created_at, Thread.kind).where(Thread.id.in_(self._threads.values()))
        self._here = {row.id: row for row in db.session.execute(threads)}

    def take_in(self) -> None:
        """Write what is not here yet, and count what then is."""
        self._check_that_it_is_the_same_community()
        taken = [(each, growth) for each in self._conversations if (growth := self._growth(each)) is not None]
        gained = [growth for _, growth in taken if growth.is_something]
        names = (name for each, _ in taken for name in tag_names(each.question.row.text("Tags")))
        add_tags(self._run, dict.fromkeys(names, ""))
        self._run.report.new += sum(growth.rows for growth in gained)
        for growth in gained:
            if growth.thread_id is None:
                growth.values["category_id"] = self._run.place.category_id(dry=self._run.dry)
        if gained and not self._run.dry:
            write(save, self._run.site.name, gained, self._posts)

    def _known(self, kind: str, ids: Sequence[int]) -> dict[int, int]:
        return {int(there): here for there, here in known(self._run.site.name, kind, ids).items()}

    def _check_that_it_is_the_same_community(self) -> None:
        for conversation in self._conversations:
            here = self._here.get(self._threads.get(conversation.question.id, 0))
            row = conversation.question.row
            if here is not None and here.created_at != row.needed_time("CreationDate"):
                raise NotADumpError(
                    f"Another community was imported under the name {self._run.site.name}: its question"
                    f" {conversation.question.id} is of another time. Give this one a name of its own with --site."
                )

    def _growth(self, conversation: Conversation) -> Growth | None:
        question = conversation.question
        here = self._threads.get(question.id)
        old = here is not None
        growth = Growth(question.id, here) if old else self._builder.thread(conversation, self._run.language)
        kind = self._here[here].kind if old else growth.values["kind"]
        present: list[Contribution] = []
        for contribution in conversation.contributions:
            post = None if contribution.id in self._posts else self._builder.post(contribution)
            if post is not None:
                post.values["by_staff"] = kind == "idea" and self._builder.by_staff(conversation, contribution)
                growth.posts.append(post)
            elif contribution.id not in self._posts:
                if contribution is question:
                    return None
                continue
            present.append(contribution)
            growth.comments += self._new_comments(contribution, here)
        count(self._run.report, conversation, kind, present)
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


def _people_in(posts: Sequence[Contribution]) -> set[str]:
    """The ids there of everyone who wrote, edited or commented."""
    found: set[str | None] = set()
    for post in posts:
        found |= {post.row.text("OwnerUserId"), post.row.text("LastEditorUserId")}
        found |= {row.text("UserId") for _, row in post.comments}
        found |= {row.text("UserId") for row in post.history}
    return {id_ for id_ in found if id_}
