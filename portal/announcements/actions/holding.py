"""An announcement held until the end of the transaction, with the ideas that it names."""

from collections.abc import Sequence

from flask_babel import gettext as _

from portal.announcements.models import Announcement, AnnouncementItem
from portal.announcements.policy import can_announce, can_draft
from portal.announcements.queries.doors import get_announcement, items_of
from portal.core.errors import Conflict, Forbidden
from portal.people.viewer import Viewer
from portal.threads.actions.recounting import hold
from portal.threads.models import Thread
from portal.threads.queries.doors import get_visible

Held = tuple[Thread, Announcement, Sequence[AnnouncementItem]]


def hold_announcement(viewer: Viewer, announcement_id: int, *, also: Sequence[int] = ()) -> Held:
    """The announcement and its items, read once all threads are held, in the order of their ids.

    `also`: other ideas that are to be held. Raises NotFound."""
    get_announcement(get_visible(viewer, announcement_id))
    held: set[int] = set()
    wanted = {announcement_id, *also}
    items: Sequence[AnnouncementItem] = ()
    while wanted - held:
        items = items_of(announcement_id)
        held = wanted | {item.idea_id for item in items}
        hold(sorted(held))
        items = items_of(announcement_id)
        wanted = held | {item.idea_id for item in items}
    thread = get_visible(viewer, announcement_id)
    return thread, get_announcement(thread), items


def refuse_published(viewer: Viewer, state: str) -> None:
    """Raises Conflict for who may announce, where it went out while they had it before them; Forbidden for others."""
    if not can_announce(viewer):
        raise Forbidden
    if not can_draft(viewer, state):
        raise Conflict(_("It was published meanwhile: it can be corrected or withdrawn on its page."))
