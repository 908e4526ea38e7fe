"""Files are noted, shown by posts, and dropped. Their bytes are kept by whoever calls, outside the transaction."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, exists, or_, select, update

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events.actions import record
from portal.people import hooks as people_hooks
from portal.people.models import Person
from portal.people.viewer import VISITOR, Viewer
from portal.threads import hooks
from portal.threads.models import Post, PostRevision, Thread
from portal.uploads.contents import Content
from portal.uploads.models import Upload, UploadUse
from portal.uploads.policy import (
    MB,
    MOST_IN_A_POST,
    Showing,
    allowance,
    can_remove_avatar,
    can_show,
    is_used,
    shown_to,
)
from portal.uploads.queries import brought_since, keys_in

DAY = timedelta(days=1)


def register() -> None:
    """Act in the transactions of the rooms below."""
    hooks.register(hooks.text_written, show_uploads)
    if forget_person not in people_hooks.erased:
        people_hooks.erased.append(forget_person)


def check_day(viewer: Viewer, files: int) -> None:
    """Refuse at once who has brought enough today, before their files are looked at. Raises Invalid."""
    _check_day(_locked(viewer.id), files, 0)


def note(viewer: Viewer, contents: Sequence[Content]) -> list[str]:
    """Note what someone brings, before it is kept; returns the keys. Raises Invalid where it is too much for a day."""
    person = _locked(viewer.id)
    _check_day(person, len(contents), sum(content.bytes for content in contents))
    made = [_row(person, content) for content in contents]
    db.session.add_all(made)
    return [each.key for each in made]


def wear_avatar(viewer: Viewer, key: str) -> None:
    """A picture that was noted and kept is the viewer's from now on; the one before goes. Raises NotFound."""
    person = _locked(viewer.id)
    theirs = (Upload.key == key, Upload.kind == "avatar", Upload.person_id == person.id, Upload.dropped_at.is_(None))
    if db.session.scalar(select(Upload.id).where(*theirs).with_for_update()) is None:
        raise NotFound
    if person.avatar != key:
        _drop_avatars(person)
        person.avatar = key


def remove_avatar(viewer: Viewer, person_id: int) -> None:
    """Take away somebody's picture. Raises NotFound, and Forbidden for who may not."""
    if viewer.id != person_id and not viewer.is_moderator:
        raise NotFound
    person = _locked(person_id)
    if not can_remove_avatar(viewer, person):
        raise Forbidden
    if person.avatar is None:
        return
    _drop_avatars(person)
    person.avatar = None
    if viewer.id != person.id:
        record("person.picture_removed", actor_id=viewer.id, person_id=person.id, logged=True)


def drop(keys: Iterable[str]) -> None:
    """Nobody gets these any more; their files go with the next sweep."""
    db.session.execute(update(Upload).where(Upload.key.in_(tuple(keys))).values(dropped_at=now()))


def show_uploads(viewer: Viewer, thread: Thread, post: Post) -> None:
    """Note which uploads a post shows: whoever may read it may have them. Raises Invalid for too many.

    What an earlier version shows stays, for its readers; what went within the time for second thoughts does not."""
    keys = keys_in(post.html)
    if not keys and post.revision == 1:
        return
    if len(keys) > MOST_IN_A_POST:
        said = ngettext(
            "At most %(num)s picture or file in one post.",
            "At most %(num)s pictures and files in one post.",
            MOST_IN_A_POST,
        )
        raise Invalid(fields={"body": said})
    before = set(db.session.scalars(select(UploadUse.upload_id).where(UploadUse.post_id == post.id)))
    after = _shown(viewer, post, keys, before)
    if before - after:
        earlier = db.session.scalars(select(PostRevision.source).where(PostRevision.post_id == post.id))
        kept = [key for source in earlier for key in keys_in(source)]
        after |= set(db.session.scalars(select(Upload.id).where(Upload.key.in_(kept), Upload.id.in_(before))))
        gone = (UploadUse.post_id == post.id, UploadUse.upload_id.in_(before - after))
        db.session.execute(delete(UploadUse).where(*gone))
    db.session.add_all(UploadUse(upload_id=id_, post_id=post.id) for id_ in sorted(after - before))
    db.session.flush()


def forget_person(person: Person) -> None:
    """Their picture goes, and what they brought and never posted."""
    person.avatar = None
    theirs = (Upload.person_id == person.id, Upload.dropped_at.is_(None), or_(Upload.kind == "avatar", ~is_used()))
    db.session.execute(update(Upload).where(*theirs).values(dropped_at=now()))


def _shown(viewer: Viewer, post: Post, keys: Sequence[str], before: set[int]) -> set[int]:
    """Which of these uploads a post that this viewer wrote or edited opens to its readers. They are locked, so that no
    sweep takes them meanwhile."""
    if not keys:
        return set()
    here = exists().where(
        UploadUse.upload_id == Upload.id, Post.id == UploadUse.post_id, Post.thread_id == post.thread_id
    )
    rows = db.session.execute(
        select(
            Upload.id,
            Upload.person_id,
            shown_to(viewer).label("reads"),
            shown_to(VISITOR).label("public"),
            here.correlate(Upload).label("here"),
            is_used().label("used"),
        )
        .where(Upload.key.in_(keys), Upload.kind != "avatar", Upload.dropped_at.is_(None))
        .order_by(Upload.id)
        .with_for_update(of=Upload)
    ).all()
    own_words = viewer.id == post.author_id
    known = {row.id: Showing(row.person_id == viewer.id, row.used, row.public, row.here, row.reads) for row in rows}
    return {id_ for id_, upload in known.items() if id_ in before or can_show(viewer, upload, own_words=own_words)}


def _row(person: Person, content: Content) -> Upload:
    return Upload(
        key=secrets.token_hex(16),
        kind=content.kind,
        person_id=person.id,
        name=content.name,
        media_type=content.media_type,
        ending=content.ending,
        bytes=content.bytes,
        width=content.width,
        height=content.height,
        created_at=now(),
    )


def _locked(person_id: int | None) -> Person:
    person = db.session.scalar(
        select(Person).where(Person.id == person_id, Person.erased_at.is_(None)).with_for_update()
    )
    if person is None:
        raise NotFound
    return person


def _check_day(person: Person, more: int, bytes_more: int) -> None:
    most = allowance(person)
    files, size = brought_since(person.id, now() - DAY)
    if files + more > most.files:
        raise Invalid(_("You may upload %(most)s files in a day. Try again tomorrow.", most=most.files))
    if size + bytes_more > most.bytes:
        raise Invalid(_("You may upload %(most)s MB in a day. Try again tomorrow.", most=most.bytes // MB))


def _drop_avatars(person: Person) -> None:
    old = (Upload.person_id == person.id, Upload.kind == "avatar", Upload.key == (person.avatar or ""))
    db.session.execute(update(Upload).where(*old).values(dropped_at=now()))
