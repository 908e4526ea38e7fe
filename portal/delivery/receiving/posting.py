"""An answer to a letter becomes a post of whom that letter went to, by the same rules as on the page."""

from datetime import timedelta

from flask_babel import gettext as _

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Forbidden, NotFound, RondoError
from portal.delivery.models import Delivery
from portal.notices.actions import mark_thread_read
from portal.notices.models import Notice
from portal.people.models import Person
from portal.people.queries import viewer_by_id
from portal.threads.actions import reply
from portal.threads.models import Post
from portal.threads.queries import merged_into

GOOD_FOR = timedelta(days=90)
"""How long a letter can be answered."""
OF_THE_TEAM = ("owned", "waiting")
"""What staff are told of their work: an answer to that is not meant for all."""


class NotPosted(RondoError):
    """A reason why nothing was posted. `next`: what they can do: `account` (make one), `answer` (say on its page
    whether it solves their need), or nothing."""

    status = 403

    def __init__(self, message: object, next_: str = "") -> None:
        super().__init__(message)
        self.next = next_


def post_reply(person: Person, letter: Delivery, words: str, *, attachments: int) -> int:
    """Post it; returns the post's id. Raises RondoError with a sentence for its author."""
    viewer = viewer_by_id(person.id)
    if viewer is None:
        raise _no_account(person)
    if now() - (letter.sent_at or letter.created_at) > GOOD_FOR:
        raise NotPosted(_("The letter that you answered is older than 90 days: open the conversation and reply there."))
    thread_id = _thread(letter)
    if not words.strip():
        raise NotPosted(
            _("There was no text of yours in it. Files cannot be taken by mail.")
            if attachments
            else _("There was no text of yours in it.")
        )
    try:
        post_id = reply(viewer, thread_id, body=words)
    except NotFound:
        raise NotPosted(_("What you answered is gone, or you may not see it any more.")) from None
    except Forbidden as trouble:
        raise NotPosted(str(trouble) or _("You may not reply there.")) from None
    mark_thread_read(viewer, thread_id)
    return post_id


def _no_account(person: Person) -> NotPosted:
    if person.kind == "account":
        return NotPosted(_("Your account is suspended, so nothing is posted from it."))
    return NotPosted(_("To write here you need an account with this address."), "account")


def _thread(letter: Delivery) -> int:
    """Where it belongs: in the thread that the letter was about, wherever its post is by now."""
    notice = db.session.get(Notice, letter.notice_id) if letter.notice_id else None
    if notice is None:
        raise NotPosted(_("The letter that you answered is of several things: open the one you mean, and reply there."))
    if notice.kind == "asked":
        raise NotPosted(
            _("What you say there is for the team, with one of three answers: choose it on this page."), "answer"
        )
    if notice.kind in OF_THE_TEAM:
        raise NotPosted(
            _("That letter was for the team alone; everyone would read your reply. Open the page and write there.")
        )
    post = db.session.get(Post, notice.post_id, populate_existing=True) if notice.post_id else None
    thread_id = post.thread_id if post else notice.thread_id
    return merged_into(thread_id) or thread_id
