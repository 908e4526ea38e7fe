"""The words of announcements: what they say of an idea, how they stand, who may read them."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from portal.announcements.models import ITEM_OUTCOMES
from portal.announcements.queries import outcomes_called
from portal.web.statuses import status_words

STATES: dict[str, LazyString] = {
    "draft": _("Draft"),
    "scheduled": _("Scheduled"),
    "waiting": _("Waits for you"),
    "published": _("Published"),
    "withdrawn": _("Withdrawn"),
}
AUDIENCES: dict[str, LazyString] = {
    "everyone": _("Everyone"),
    "members": _("Everyone who is signed in"),
    "groups": _("Some groups"),
}


def outcomes() -> dict[str, str]:
    """What an announcement can say of an idea, as the admin calls it, else in the reader's language."""
    called = outcomes_called()
    return {value: status_words(value, called.get(value, "")) for value in ITEM_OUTCOMES}
