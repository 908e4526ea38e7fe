"""Who will be told of an announcement, who will not and why, and what a chosen one of them will read."""

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from portal.announcements import queries
from portal.announcements.queries import AnnouncementPart
from portal.loop.queries.forecast import Reached, forecast, recipients
from portal.people.viewer import Viewer
from portal.web.written_forms import number

CAUSES: dict[str, LazyString] = {
    "no-address": _("No address is known"),
    "bounced": _("Their address bounced"),
    "suspended": _("They are suspended"),
    "erased": _("They left"),
    "muted": _("They muted it"),
    "opted-out": _("They do not want to hear of it"),
    "no-access": _("They may not read it"),
    "withdrawn": _("It was withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one of them reads first about one of their ideas."""

    reason: str
    title: str


def outlook(seen: Viewer, part: AnnouncementPart) -> dict[str, Any]:
    """What templates/announcements/_told.html needs. `?as=` chooses one of those who will be told."""
    thread, items = queries.as_published(seen, part.id), queries.items_to_tell(part.id)
    some = recipients(seen, thread, items)
    asked = number(request.args.get("as"))
    chosen = next((each for each in some if each.id == asked), some[0] if some else None)
    expected = forecast(seen, thread, items, queries.people_called(part.id))
    told = {"forecast": expected, "causes": CAUSES, "recipients": some, "chosen": chosen}
    return told | {"reads": _reads(chosen) if chosen else ()}


def _reads(chosen: Reached) -> tuple[Sentence, ...]:
    return tuple(Sentence(reason, title) for _id, title, reason in chosen.asked)
