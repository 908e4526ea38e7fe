"""Letters about what happens here. When one is written, everything is asked again: whether it may be sent, what its
reader may see of it, and what it says by now."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from portal.core.db import db
from portal.delivery.letters import announcing, asking, deciding, digests, talk
from portal.delivery.letters.content import Content, NotAnyMore
from portal.delivery.letters.knowing import Known, know
from portal.delivery.letters.telling import Told, tellable
from portal.delivery.models import Delivery
from portal.loop.telling.settling import why_none_sent
from portal.notices.models import Notice
from portal.notices.queries import unheard
from portal.notices.queries.inbox import TALK
from portal.people.models import Person

KINDS: dict[str, Callable[[Told], Content]] = {
    "outcome": deciding.outcome,
    "merged": deciding.merged,
    "unmerged": deciding.unmerged,
    "announcement": announcing.announcement,
    "corrected": announcing.corrected,
    "withdrawn": announcing.withdrawn,
    "asked": asking.asked,
    "answered": asking.answered,
    "offered": asking.offered,
    "owned": asking.owned,
    "waiting": asking.waiting,
}


def news(
    letter: Delivery, person: Person | None, parts: Sequence[Notice] = (), *, known: Known | None = None
) -> Content:
    """The letter of one notice, of several of a thread, or a digest. Raises NotAnyMore if nothing is left to tell.

    `known`: the caller has asked for many letters at once, and also whether these notices may be told."""
    if person is None:
        raise NotAnyMore("there is no such person")
    notices = list(parts)
    if not notices and letter.notice_id is not None:
        notices = [db.session.get_one(Notice, letter.notice_id, populate_existing=True)]
    found, left_out = _still(person, notices, known)
    if letter.kind == "digest":
        content = digests.digest(found)
    elif len(found.rows) > 1 or found.first.kind in TALK:
        content = talk.talk(found)
    else:
        content = KINDS[found.first.kind](found)
    return replace(content, news=True, left_out=left_out)


def _still(person: Person, notices: Sequence[Notice], known: Known | None) -> tuple[Told, dict[int, str]]:
    """What of these may be told now, and why the others may not. Raises NotAnyMore, where that is all of them."""
    asked, known = known is not None, known or know(notices)
    viewer = known.viewers.get(person.id)
    if viewer is None:
        raise NotAnyMore("not told any more: suspended", cause="suspended")
    causes = {notice.id: "" for notice in notices} if asked else unheard([notice.id for notice in notices])
    others = [notice for notice in notices if not (asked or notice.kind in TALK or causes[notice.id])]
    causes |= why_none_sent(others) if others else {}
    rows = {id_: known.rows[id_] for id_, cause in causes.items() if not cause and id_ in known.rows}
    # Staff see what was hidden, and get no letter about it all the same.
    left_out = {id_: cause or "no-access" for id_, cause in causes.items() if id_ not in rows}
    if not rows:
        cause = next(iter(left_out.values()), "")
        raise NotAnyMore(f"not told any more: {cause}" if cause else "there is nothing to tell", cause=cause)
    return tellable(person, viewer, known, [rows[notice.id] for notice in notices if notice.id in rows]), left_out
