"""What people are told after they wrote something: that it stands, what happens next, and whom it did not reach."""

from flask_babel import gettext as _

from portal.people.viewer import Viewer
from portal.threads import queries


def of_thread(seen: Viewer, kind: str, thread_id: int) -> str:
    """After a thread was begun."""
    if kind == "question":
        said, follows = _("Your question is posted."), _("You follow it: when someone answers, your inbox tells you.")
    elif kind == "idea":
        said = _("Your idea is posted, with your vote.")
        follows = _("You will hear when it is decided, and what becomes of it.")
    else:
        said, follows = _("Your discussion is posted."), _("You follow it: when someone replies, your inbox tells you.")
    return _whole(seen, said, queries.opening_post(seen, thread_id), follows=follows)


def of_reply(seen: Viewer, post_id: int) -> str:
    """After a reply."""
    return _whole(seen, _("Posted."), post_id)


def of_comment(seen: Viewer, post_id: int) -> str:
    """After a comment."""
    return _whole(seen, _("Your comment is posted."), post_id)


def of_edit(seen: Viewer, post_id: int) -> str:
    """After a change."""
    return " ".join([_("Saved."), *_not_told(queries.sequel(seen, post_id))])


def of_merged(said: str) -> str:
    """After an act on the page of a thread that was merged into another meanwhile."""
    return " ".join([_("What you had open was merged into this conversation meanwhile."), said])


def _whole(seen: Viewer, said: str, post_id: int, *, follows: str = "") -> str:
    """`follows`: what those who follow hear, unless they have chosen to hear nothing of it."""
    found = queries.sequel(seen, post_id)
    next_ = [follows or _("You follow this now: your inbox tells you what becomes of it.")] if found.follows else []
    return " ".join([said, *next_, *_not_told(found), *_confirm(seen)])


def _not_told(found: queries.Sequel) -> list[str]:
    """Whom the post mentions in vain; why is not said."""
    names = ", ".join(found.unreached)
    return [_("Not told, though you mention them: %(names)s.", names=names)] if names else []


def _confirm(seen: Viewer) -> list[str]:
    """A newcomer can write only a little before they confirm their address."""
    if seen.is_confirmed or seen.is_staff:
        return []
    return [_("To write more, confirm your address: open the link in the letter that we sent you.")]
