"""Who may bring how much, who may have what, and who may show it to whom."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists

from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads.models import Post, Thread
from portal.threads.policy import is_new, readable, visible_to
from portal.uploads.models import Upload, UploadUse

MB = 1024 * 1024
LARGEST = 10 * MB
"""Bytes of one file as it comes."""
LARGEST_AVATAR = 5 * MB
MOST_IN_A_POST = 20
"""Files that one post may show."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one person may bring in 24 hours."""

    files: int
    bytes: int


FOR_NEW, FOR_MEMBERS, FOR_STAFF = Allowance(20, 50 * MB), Allowance(100, 200 * MB), Allowance(1000, 2000 * MB)


def allowance(person: Person) -> Allowance:
    """What this person may bring in a day: less in their first days, and before they confirmed their address."""
    if person.is_staff:
        return FOR_STAFF
    return FOR_NEW if is_new(person.created_at) or not person.is_confirmed else FOR_MEMBERS


def shown_to(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on Upload: a post shows it that this viewer may read."""
    return (
        exists()
        .where(
            UploadUse.upload_id == Upload.id,
            Post.id == UploadUse.post_id,
            Thread.id == Post.thread_id,
            visible_to(viewer),
            readable(viewer),
        )
        .correlate(Upload)
    )


def is_used() -> ColumnElement[bool]:
    """Condition on Upload: some post shows it, or did in an earlier version."""
    return exists().where(UploadUse.upload_id == Upload.id).correlate(Upload)


@dataclass(frozen=True, slots=True)
class Showing:
    """What is known of an upload that a post wants to show."""

    is_own: bool
    is_used: bool
    is_public: bool
    is_here: bool
    """Whether another post of the same thread shows it."""
    reads: bool
    """Whether the writer may read a post that shows it."""


def can_show(viewer: Viewer, upload: Showing, *, own_words: bool) -> bool:
    """Whether a post opens an upload to its readers.

    One's own always; staff open what they can read. Others may quote what everybody can see anyway, or what is in the
    same thread; a private picture that they quote elsewhere stays as private as it was. Whoever edits what another
    wrote opens nothing that is private by it, but for what they bring with the edit."""
    if not own_words:
        return upload.is_public or (upload.is_own and not upload.is_used)
    return upload.is_own or (upload.reads and (viewer.is_staff or upload.is_public or upload.is_here))


def can_remove_avatar(viewer: Viewer, person: Person) -> bool:
    """One's own; moderators that of members, admins that of anyone."""
    return viewer.id == person.id or viewer.is_admin or (viewer.is_moderator and person.role == "member")
