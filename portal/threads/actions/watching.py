"""How closely people follow a thread, a category, a tag."""

from sqlalchemy import delete, select, update

from portal.core import clock
from portal.core.db import db, param
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads.models import LEVELS, Category, CategoryWatch, TagWatch, Thread, Watch
from portal.threads.policy import can_watch, categories
from portal.threads.queries.doors import get_visible
from portal.threads.queries.places import find_tag

WATCHED = {"voted": "follow", "same": "follow", "commented": "follow", "answered": "follow", "started": "watch"}
"""What each act makes of an undecided person, weakest first. A later act only ever makes it stronger."""


_OF_ONE = select(Watch).where(Watch.thread_id == param("thread"), Watch.person_id == param("person"))


def set_watch(viewer: Viewer, thread_id: int, *, level: str) -> None:
    """Someone chooses for themselves; nothing they do later changes it silently."""
    thread = get_visible(viewer, thread_id, for_update=True)
    if level not in LEVELS:
        raise Invalid(fields={"level": ""})
    if not can_watch(viewer, thread) or viewer.id is None:
        raise Forbidden
    old = _watch(viewer.id, thread.id) or _begin(viewer.id, thread.id)
    _put(old, level=level, chosen=True, because="chosen")


def watch_category(viewer: Viewer, category_id: int, *, level: str) -> None:
    """The same for what is begun in a category. Raises NotFound."""
    _check(viewer, level)
    if db.session.scalar(select(Category.id).where(Category.id == category_id, categories(viewer))) is None:
        raise NotFound
    _choose(CategoryWatch(category_id=category_id, person_id=viewer.id, level=level, at=clock.now()))


def watch_tag(viewer: Viewer, name: str, *, level: str) -> None:
    """The same for what is marked with a tag. Raises NotFound."""
    _check(viewer, level)
    tag = find_tag(viewer, name)
    _choose(TagWatch(tag_id=tag.id, person_id=viewer.id, level=level, at=clock.now()))


def watch_because(person_id: int, thread: Thread, because: str) -> None:
    """What someone did makes them follow the thread, unless they chose otherwise."""
    old = _watch(person_id, thread.id)
    order = list(WATCHED)
    if old is not None and (old.chosen or (old.because in order and order.index(old.because) >= order.index(because))):
        return
    _put(old or _begin(person_id, thread.id), level=WATCHED[because], chosen=False, because=because)


def claimed(person: Person, contact: Person) -> None:
    """What a contact chose by the links in letters is chosen by the account, unless it chose something else itself."""
    theirs = select(Watch.thread_id).where(Watch.person_id == contact.id)
    by_itself = delete(Watch).where(Watch.person_id == person.id, Watch.chosen.is_(False), Watch.thread_id.in_(theirs))
    db.session.execute(by_itself.execution_options(synchronize_session=False))
    own = select(Watch.thread_id).where(Watch.person_id == person.id)
    carried = update(Watch).where(Watch.person_id == contact.id, Watch.thread_id.not_in(own))
    db.session.execute(carried.values(person_id=person.id).execution_options(synchronize_session=False))


def unwatch_because(person_id: int, thread_id: int, because: str) -> None:
    """Taking an act back ends the follow that it made, and no other."""
    db.session.execute(
        delete(Watch).where(
            Watch.thread_id == thread_id,
            Watch.person_id == person_id,
            Watch.because == because,
            Watch.chosen.is_(False),
        )
    )


def _check(viewer: Viewer, level: str) -> None:
    if level not in LEVELS:
        raise Invalid(fields={"level": ""})
    if viewer.id is None:
        raise Forbidden


def _choose(watch: CategoryWatch | TagWatch) -> None:
    """Put it in the place of what was chosen before; following no more leaves nothing."""
    kept = db.session.merge(watch)
    if watch.level == "none":
        db.session.flush()
        db.session.delete(kept)


def _watch(person_id: int, thread_id: int) -> Watch | None:
    return db.session.scalar(_OF_ONE, {"thread": thread_id, "person": person_id})


def _begin(person_id: int, thread_id: int) -> Watch:
    watch = Watch(thread_id=thread_id, person_id=person_id)
    db.session.add(watch)
    return watch


def _put(watch: Watch, *, level: str, chosen: bool, because: str) -> None:
    watch.level, watch.chosen, watch.because, watch.at = level, chosen, because, clock.now()
