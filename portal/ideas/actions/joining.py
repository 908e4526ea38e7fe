"""What ideas do when something happens to their threads, or to people."""

from sqlalchemy import update

from portal.core.db import db
from portal.ideas.actions.counting import settle_root
from portal.ideas.actions.holding import hold_with_root, idea_of
from portal.ideas.actions.on_behalf import claimed
from portal.ideas.actions.settling import settle_response
from portal.ideas.actions.voting import cast, state_of
from portal.ideas.models import Idea, IdeaVote
from portal.people import hooks as people_hooks
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.models import Post, Thread


def register() -> None:
    """Called once an application is made."""
    hooks.register(hooks.thread_started, _started)
    hooks.register(hooks.post_written, _written)
    hooks.register(hooks.post_back, _back)
    hooks.register(hooks.post_gone, _gone)
    hooks.register(hooks.thread_changed, _changed)
    if forget_person not in people_hooks.erased:
        people_hooks.erased.append(forget_person)
    if claimed not in people_hooks.claimed:
        people_hooks.claimed.append(claimed)


def forget_person(person: Person) -> None:
    """Who is erased sees to nothing any more, and what staff noted of their votes goes. The votes stay, as what they
    wrote does: nobody's."""
    db.session.execute(update(Idea).where(Idea.owner_id == person.id).values(owner_id=None))
    noted = update(IdeaVote).where(IdeaVote.person_id == person.id, IdeaVote.by_id.is_not(None))
    db.session.execute(noted.values(source_url="", permission="", note=""))


def _started(viewer: Viewer, thread: Thread) -> None:
    """Whoever suggests an idea votes for it; they follow their own threads anyway."""
    if thread.kind == "idea":
        idea_of(thread)
        if thread.author_id is not None:
            cast(thread, thread.author_id, state_of(thread, thread.author_id))


def _written(viewer: Viewer, thread: Thread, post: Post) -> None:
    answers = thread.kind == "idea" and viewer.is_staff and viewer.id != thread.author_id
    if answers and post.number is not None:
        first = update(Idea).where(Idea.thread_id == thread.id, Idea.first_response_at.is_(None))
        db.session.execute(first.values(first_response_at=post.created_at))


def _back(viewer: Viewer, thread: Thread, post: Post) -> None:
    if thread.kind == "idea" and post.by_staff:
        settle_response(thread.id)


def _gone(viewer: Viewer, thread: Thread, post: Post, because: str) -> None:
    _back(viewer, thread, post)


def _changed(thread: Thread) -> None:
    """Hidden or deleted, it does not count; brought back, it does."""
    if thread.kind == "idea":
        idea_of(thread)
        hold_with_root([thread.id])
        settle_root(idea_of(thread).root_id)
