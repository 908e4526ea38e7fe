"""Show a private thread to everyone: with its author's consent, and never otherwise."""

from portal.core.errors import Forbidden
from portal.events.actions import record
from portal.people.viewer import Viewer
from portal.threads.actions.posting import change
from portal.threads.actions.reasons import said
from portal.threads.models import Thread
from portal.threads.policy import can_publish, is_private, stands
from portal.threads.queries.doors import get_visible
from portal.threads.queries.publishing import AGREED, ASKED, PUBLISHED, WITHDRAWN, publishing


def ask_to_publish(viewer: Viewer, thread_id: int, *, reason: str = "") -> None:
    """Staff ask the author, who sees it on the thread."""
    thread = get_visible(viewer, thread_id, for_update=True)
    if not viewer.is_staff or not is_private(thread) or not stands(thread):
        raise Forbidden
    asked, consented = publishing(thread.id)
    if not (asked or consented):
        record(ASKED, actor_id=viewer.id, thread_id=thread.id, reason=said(reason), logged=True)


def set_consent(viewer: Viewer, thread_id: int, *, on: bool) -> None:
    """The author lets staff publish it when they think fit, or no longer does."""
    thread = get_visible(viewer, thread_id, for_update=True)
    if viewer.id is None or viewer.id != thread.author_id or not is_private(thread) or not stands(thread):
        raise Forbidden
    asked, consented = publishing(thread.id)
    if consented != on or asked:
        record(AGREED if on else WITHDRAWN, actor_id=viewer.id, thread_id=thread.id)


def publish(viewer: Viewer, thread_id: int, *, reason: str = "") -> None:
    """From now on everyone who may see its category may see it."""
    thread = get_visible(viewer, thread_id, for_update=True)
    _asked, consented = publishing(thread.id)
    if not can_publish(viewer, thread, consented=consented):
        raise Forbidden
    own = viewer.id == thread.author_id
    record(PUBLISHED, actor_id=viewer.id, thread_id=thread.id, reason=said(reason), logged=not own)
    change(thread, {Thread.privacy: "none", Thread.organisation_id: None})
