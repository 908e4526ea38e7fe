"""The same things as messages for Slack: a line with a link, what it is about, and the beginning of the text.

What people wrote is escaped as Slack asks for (&, <, >), so that nobody's title calls a channel or makes a link.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from portal.core.markup import excerpt
from portal.core.places import LANGUAGES
from portal.ideas.statuses import status_words
from portal.site.queries import site

LENGTH = 280
"""Characters of what someone wrote."""

Data = Mapping[str, Any]


def escaped(text: str) -> str:
    """Text as it stands in mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def json_of(kind: str, data: Data) -> bytes:
    """The body of a message, in the language of the portal."""
    language = site().language
    with force_locale(language if language in LANGUAGES else "en"):
        line, about, said = SAYS[kind](data)
    text = "\n".join(filter(None, (line, _quoted(said))))
    blocks: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
    if about:
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": about}]})
    return json.dumps({"text": line, "blocks": blocks}, ensure_ascii=False, separators=(",", ":")).encode()


Said = tuple[str, str, str]
"""The line, what it is about, and what someone wrote."""


def _link(thing: Data) -> str:
    return f"<{escaped(thing['url'])}|{escaped(thing['title']).replace('|', '¦')}>"


def _quoted(words: str) -> str:
    return f">{escaped(excerpt(words, LENGTH))}" if words else ""


def _about(thing: Data, author: Data | None) -> str:
    category = escaped(thing["category"]["name"])
    if author is None or not author["name"]:
        return category
    return _("%(name)s in %(category)s", name=escaped(author["name"]), category=category)


def _status(of: Data) -> str:
    return escaped(status_words(of["status"], of.get("status_name") or ""))


def _ping(data: Data) -> Said:
    return _("A test of the webhook “%(name)s”: it works.", name=escaped(data["hook"]["name"])), "", ""


def _thread_created(data: Data) -> Said:
    thread = data["thread"]
    line = _("New question: %(title)s") if thread["kind"] == "question" else _("New discussion: %(title)s")
    return line % {"title": _link(thread)}, _about(thread, thread["author"]), data["post"]["text"]


def _reply_created(data: Data) -> Said:
    thread, post = data["thread"], data["post"]
    linked = _link({"url": post["url"], "title": thread["title"]})
    return _("New reply: %(title)s", title=linked), _about(thread, post["author"]), post["text"]


def _answer_accepted(data: Data) -> Said:
    thread, post = data["thread"], data["post"]
    linked = _link({"url": post["url"], "title": thread["title"]})
    return _("An answer was accepted: %(title)s", title=linked), _about(thread, post["author"]), post["text"]


def _idea_created(data: Data) -> Said:
    idea = data["idea"]
    return _("New idea: %(title)s", title=_link(idea)), _about(idea, idea["author"]), data["post"]["text"]


def _idea_voted(data: Data) -> Said:
    idea = data["idea"]
    words = ngettext("%(num)s vote: %(title)s", "%(num)s votes: %(title)s", idea["votes"], title=_link(idea))
    return words, _about(idea, None), ""


def _idea_outcome(data: Data) -> Said:
    idea, outcome = data["idea"], data["outcome"]
    line = _("%(status)s: %(title)s", status=_status(idea), title=_link(idea))
    return line, _about(idea, None), outcome["reason"] if outcome else ""


def _idea_merged(data: Data) -> Said:
    idea, into = data["idea"], data["into"]
    if into is None:
        line = _("Merged into another idea: %(title)s", title=_link(idea))
    else:
        line = _("Merged: %(title)s is now part of %(into)s", title=_link(idea), into=_link(into))
    return line, _about(idea, None), data["outcome"]["reason"]


def _announcement_published(data: Data) -> Said:
    announcement = data["announcement"]
    named = "\n".join(
        f"• {escaped(status_words(item['outcome']))}: {_link(item['idea'])}" for item in data["items"][:10]
    )
    line = _("Announcement: %(title)s", title=_link(announcement))
    return "\n".join(filter(None, (line, named))), _about(announcement, None), data["post"]["text"]


def _loop_told(data: Data) -> Said:
    line = _("Told %(told)s of %(owed)s: %(title)s", told=data["told"], owed=data["owed"], title=_link(data["thread"]))
    return line, _about(data["thread"], None), ""


def _loop_undelivered(data: Data) -> Said:
    line = ngettext(
        "%(num)s person could not be told: %(title)s",
        "%(num)s people could not be told: %(title)s",
        data["undeliverable"],
        title=_link(data["thread"]),
    )
    return line, _about(data["thread"], None), ""


def _loop_confirmed(data: Data) -> Said:
    solved, answered = data["answers"]["solved"], data["answered"]
    title = _link(data["idea"])
    line = _("Solved for %(solved)s of %(answered)s: %(title)s", solved=solved, answered=answered, title=title)
    return line, _about(data["idea"], None), ""


SAYS: dict[str, Callable[[Data], Said]] = {
    "ping": _ping,
    "thread.created": _thread_created,
    "reply.created": _reply_created,
    "answer.accepted": _answer_accepted,
    "idea.created": _idea_created,
    "idea.voted": _idea_voted,
    "idea.outcome": _idea_outcome,
    "idea.merged": _idea_merged,
    "announcement.published": _announcement_published,
    "loop.told": _loop_told,
    "loop.undelivered": _loop_undelivered,
    "loop.confirmed": _loop_confirmed,
}
