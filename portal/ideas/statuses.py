"""What the statuses of ideas are called: by the admin, else in the reader's language."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

STATUSES: dict[str, LazyString] = {
    "open": _("Open"),
    "under-review": _("Under review"),
    "planned": _("Planned"),
    "in-progress": _("In progress"),
    "partly-shipped": _("Partly shipped"),
    "shipped": _("Shipped"),
    "deferred": _("Deferred"),
    "declined": _("Declined"),
    "already-possible": _("Already possible"),
    "duplicate": _("Duplicate"),
}


def status_words(status: str, called: str = "") -> str:
    """`called`: what the admin calls it."""
    return called or str(STATUSES[status])
