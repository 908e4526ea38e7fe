"""What stands in the log, in words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.moderation.queries.log import LogRow
from portal.web.formats import day
from portal.web.words import ROLES

Data = Mapping[str, Any]


def mount(app: Flask) -> None:
    """Give templates the filter `logged`."""
    app.add_template_filter(logged)


def logged(row: LogRow) -> str:
    """What was done, in a few words. To whom or to what stands beside it as a link."""
    words = WORDS.get(row.kind)
    return words(row.data) if words else row.kind


def _page(data: Data) -> str:
    return f"{data['title']} ({data['language']})"


def _role(role: str) -> str:
    return str(ROLES.get(role, role))


def _role_changed(data: Data) -> str:
    return _("Changed the role from %(before)s to %(after)s", before=_role(data["before"]), after=_role(data["after"]))


def _groups_changed(data: Data) -> str:
    joined, left = ", ".join(data["joined"]), ", ".join(data["left"])
    if joined and left:
        return _("Changed groups: into %(joined)s, out of %(left)s", joined=joined, left=left)
    return _("Put into a group: %(joined)s", joined=joined) if joined else _("Took out of a group: %(left)s", left=left)


def _suspended(data: Data) -> str:
    until = data.get("until")
    return _("Suspended until %(day)s", day=day(datetime.fromisoformat(until))) if until else _("Suspended")


def _renamed(same: Callable[[], str], other: Callable[[str, str], str]) -> Callable[[Data], str]:
    """Words for a change that may have changed the name too."""

    def words(data: Data) -> str:
        before, after = data["before"], data["name"]
        return f"{same()}: {after}" if before == after else other(before, after)

    return words


def _category_changed(data: Data) -> str:
    before, after = data["before"], data["after"]
    words = _("Changed a category: %(name)s", name=after["name"])
    if before["name"] != after["name"]:
        words = _("Renamed a category: %(before)s is now %(after)s", before=before["name"], after=after["name"])
    if before["visibility"] != after["visibility"]:
        seen = {"everyone": _("everyone"), "members": _("members"), "groups": _("some groups"), "staff": _("staff")}
        words += _("; seen by %(after)s instead of %(before)s", **_words_of(seen, before, after))
    return words


def _words_of(seen: Mapping[str, str], before: Data, after: Data) -> dict[str, str]:
    return {"before": seen[before["visibility"]], "after": seen[after["visibility"]]}


def _emptied(data: Data) -> str:
    return ngettext(
        "Moved %(num)s conversation from %(name)s to %(into)s",
        "Moved %(num)s conversations from %(name)s to %(into)s",
        data["threads"],
        name=data["name"],
        into=data["into"],
    )


WORDS: dict[str, Callable[[Data], str]] = {
    "person.created": lambda data: _("Made an account (%(role)s)", role=_role(data.get("role", "member"))),
    "person.role_changed": _role_changed,
    "person.groups_changed": _groups_changed,
    "person.organisation_changed": lambda data: _("Changed the organisation"),
    "person.address_changed": lambda data: _("Changed the address"),
    "person.sessions_ended": lambda data: _("Signed out everywhere"),
    "person.suspended": _suspended,
    "person.unsuspended": lambda data: _("Lifted the suspension"),
    "person.picture_removed": lambda data: _("Took away a picture"),
    "person.handled": lambda data: _("Wants a person handled personally"),
    "person.unhandled": lambda data: _("No longer wants a person handled personally"),
    "person.erased": lambda data: _("Erased a person"),
    "group.created": lambda data: _("Made a group: %(name)s", name=data["name"]),
    "group.changed": _renamed(
        lambda: _("Changed a group"),
        lambda before, after: _("Renamed a group: %(before)s is now %(after)s", before=before, after=after),
    ),
    "group.deleted": lambda data: _("Deleted a group: %(name)s", name=data["name"]),
    "organisation.created": lambda data: _("Entered an organisation: %(name)s", name=data["name"]),
    "organisation.changed": _renamed(
        lambda: _("Changed an organisation"),
        lambda before, after: _("Renamed an organisation: %(before)s is now %(after)s", before=before, after=after),
    ),
    "organisation.deleted": lambda data: _("Deleted an organisation: %(name)s", name=data["name"]),
    "site.changed": lambda data: _("Changed the settings of the portal"),
    "page.added": lambda data: _("Wrote a page: %(name)s", name=_page(data)),
    "page.changed": lambda data: _("Changed a page: %(name)s", name=_page(data)),
    "page.deleted": lambda data: _("Deleted a page: %(name)s", name=_page(data)),
    "category.created": lambda data: _("Made a category: %(name)s", name=data["name"]),
    "category.changed": _category_changed,
    "category.emptied": _emptied,
    "category.promised": lambda data: _("Changed the targets of a category: %(name)s", name=data["name"]),
    "category.deleted": lambda data: _("Deleted a category: %(name)s", name=data["name"]),
    "tag.changed": _renamed(
        lambda: _("Described a tag"),
        lambda before, after: _("Renamed a tag: %(before)s is now %(after)s", before=before, after=after),
    ),
    "tag.merged": lambda data: _("Merged a tag: %(name)s into %(into)s", name=data["name"], into=data["into"]),
    "tag.deleted": lambda data: _("Deleted a tag: %(name)s", name=data["name"]),
    "hook.created": lambda data: _("Made a webhook: %(name)s", name=data["name"]),
    "hook.changed": lambda data: _("Changed a webhook: %(name)s", name=data["name"]),
    "hook.resecreted": lambda data: _("Gave a webhook a new secret: %(name)s", name=data["name"]),
    "hook.deleted": lambda data: _("Deleted a webhook: %(name)s", name=data["name"]),
    "hook.paused": lambda data: _("Paused a webhook: %(name)s", name=data["name"]),
    "hook.resumed": lambda data: _("Let a webhook go on: %(name)s", name=data["name"]),
    "thread.closed": lambda data: _("Closed"),
    "thread.opened": lambda data: _("Opened again"),
    "thread.locked": lambda data: _("Locked"),
    "thread.unlocked": lambda data: _("Unlocked"),
    "thread.pinned": lambda data: _("Pinned"),
    "thread.unpinned": lambda data: _("Unpinned"),
    "thread.hidden": lambda data: _("Hid a conversation"),
    "thread.shown": lambda data: _("Showed a conversation again"),
    "thread.moved": lambda data: _("Moved to another category"),
    "thread.deleted": lambda data: _("Deleted a conversation"),
    "thread.restored": lambda data: _("Restored a conversation"),
    "thread.merged": lambda data: _("Merged into another conversation"),
    "thread.split": lambda data: _("Split replies off into a conversation of their own"),
    "publishing.asked": lambda data: _("Asked whether a private question may be published"),
    "thread.published": lambda data: _("Made a private question public"),
    "thread.turned": lambda data: _("Made a conversation one of another kind"),
    "idea.decided": lambda data: _("Decided on an idea"),
    "idea.amended": lambda data: _("Changed what was decided on an idea"),
    "idea.undone": lambda data: _("Undid what was just decided on an idea"),
    "idea.merged": lambda data: _("Merged an idea into another one"),
    "idea.unmerged": lambda data: _("Parted two ideas that were merged"),
    "idea.voted_for": lambda data: _("Voted on behalf of a customer"),
    "idea.unvoted_for": lambda data: _("Took back a vote on behalf of a customer"),
    "idea.owned": lambda data: _("Gave an idea to someone on the team"),
    "idea.disowned": lambda data: _("Took an idea from whoever saw to it"),
    "idea.personal": lambda data: _("Wants an idea handled personally"),
    "idea.impersonal": lambda data: _("No longer wants an idea handled personally"),
    "announcement.published": lambda data: _("Published an announcement"),
    "announcement.scheduled": lambda data: _("Set when an announcement is published"),
    "announcement.unscheduled": lambda data: _("Made an announcement a draft again"),
    "announcement.undone": lambda data: _("Undid the publishing of an announcement"),
    "announcement.corrected": lambda data: _("Corrected an announcement"),
    "announcement.extended": lambda data: _("Added ideas to an announcement"),
    "announcement.withdrawn": lambda data: _("Withdrew an announcement"),
    "loop.settled": lambda data: _("Dealt elsewhere with what is not solved for someone"),
    "question.linked": lambda data: _("Linked a question to an idea"),
    "question.unlinked": lambda data: _("Took the link from a question to an idea away"),
    "status.renamed": lambda data: _("Renamed a status of ideas"),
    "answer.accepted": lambda data: _("Accepted an answer"),
    "answer.unaccepted": lambda data: _("Took back that an answer is accepted"),
    "answer.verified": lambda data: _("Verified an answer"),
    "answer.unverified": lambda data: _("Took back that an answer is verified"),
    "choice.locked": lambda data: _("Locked which answer is accepted"),
    "choice.unlocked": lambda data: _("Unlocked which answer is accepted"),
    "post.hidden": lambda data: _("Hid a post"),
    "post.shown": lambda data: _("Showed a post again"),
    "post.edited": lambda data: _("Edited a post"),
    "post.deleted": lambda data: _("Deleted a post"),
    "post.restored": lambda data: _("Restored a post"),
}
