"""One act on many ideas, for managers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import Forbidden, Invalid, RondoError
from portal.ideas.actions.caring import set_owner
from portal.ideas.actions.deciding import decide
from portal.ideas.actions.holding import hold_idea, hold_with_root
from portal.ideas.actions.merging import merge
from portal.ideas.policy import can_decide
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.actions.tagging import put_tags, read_tags, tag_name
from portal.threads.models import Post, Tag, ThreadTag

MOST = 100


@dataclass(frozen=True, slots=True)
class Bulk:
    """What came of it: how many ideas it was done to; and the ids of those it could not be, each with the reason."""

    done: int
    left: tuple[tuple[int, str], ...]


def bulk(
    viewer: Viewer,
    idea_ids: Sequence[int],
    *,
    act: str,
    tag: str = "",
    owner: int | None = None,
    status: str = "",
    reason: str = "",
    target_on: date | None = None,
    revisit_on: date | None = None,
    tell: str = "now",
    into: int | None = None,
) -> Bulk:
    """Add or take away a tag (`tag`, `untag`), give an `owner`, record a `status` with one reason, or `merge` them into
    one. An idea for which it cannot be done is left as it is. Raises Invalid where it can be done for none, Forbidden.
    """
    if not can_decide(viewer):
        raise Forbidden
    ids = sorted(set(idea_ids) - ({into} if act == "merge" else set()))
    if not 0 < len(ids) <= MOST:
        raise Invalid(fields={"ideas": _("Choose 1 to %(most)s ideas.", most=MOST)})
    ways: dict[str, Callable[[int], object]] = {
        "tag": partial(_tag, viewer, name=tag, on=True),
        "untag": partial(_tag, viewer, name=tag, on=False),
        "owner": partial(set_owner, viewer, to=owner),
        "status": partial(
            decide, viewer, status=status, reason=reason, target_on=target_on, revisit_on=revisit_on, tell=tell
        ),
        "merge": partial(merge, viewer, into=into or 0, reason=reason),
    }
    if act not in ways:
        raise Invalid(fields={"act": _("Choose one of the list.")})
    hold_with_root([*ids, *([into] if into else [])])
    return _each(ids, ways[act])


def _each(ids: Sequence[int], way: Callable[[int], object]) -> Bulk:
    left: list[tuple[int, str]] = []
    trouble: RondoError | None = None
    for idea_id in ids:
        try:
            with db.session.begin_nested():
                way(idea_id)
        except RondoError as error:
            trouble = error
            left.append((idea_id, str(error) or _("This is not possible here.")))
    if trouble is not None and len(left) == len(ids):
        raise trouble
    return Bulk(len(ids) - len(left), tuple(left))


def _tag(viewer: Viewer, idea_id: int, *, name: str, on: bool) -> None:
    thread, _idea = hold_idea(viewer, idea_id)
    name = tag_name(name)
    if not name:
        raise Invalid(fields={"tag": _("Write a tag.")})
    query = select(Tag.name).join(ThreadTag, ThreadTag.tag_id == Tag.id).where(ThreadTag.thread_id == idea_id)
    there = set(db.session.scalars(query))
    if on == (name in there):
        return
    wanted = there | {name} if on else there - {name}
    put_tags(thread, read_tags(viewer, sorted(wanted)))
    db.session.flush()
    opening = db.session.scalars(select(Post).where(Post.thread_id == idea_id, Post.number == 1)).one()
    for hook in hooks.text_written:
        hook(viewer, thread, opening)
