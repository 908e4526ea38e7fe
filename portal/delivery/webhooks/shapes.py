"""The nouns of what is sent, as JSON: documented in docs/webhooks.md, which a test holds against what is sent.

A reader is a visitor: no organisation, no name of a voter, no note and no value is in any of them.
"""

import html
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.config import in_force
from portal.core.db import db
from portal.core.markup import reaching
from portal.ideas.models import Idea, Outcome, StatusName
from portal.people.models import Person
from portal.threads.models import Category, Post, Tag, Thread, ThreadTag

_BLOCK = re.compile(r"</(?:p|li|h[1-6]|pre|blockquote|tr|div)>|<br ?/?>")
_TAG = re.compile(r"<[^>]*>")


def moment(at: datetime) -> str:
    """As RFC 3339 has it, in UTC."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def address(path: str) -> str:
    """An address on this portal, whole."""
    return in_force().address + path


def page_of(source: str, here: str) -> str:
    """The HTML of a post for somewhere else: every link and picture with its whole address."""
    return reaching(source, address=in_force().address, here=here)


def words_of(source: str) -> str:
    """The words of it alone."""
    lines = html.unescape(_TAG.sub("", _BLOCK.sub("\n", source))).splitlines()
    return "\n".join(line for line in map(str.strip, lines) if line)


def author(person_id: int | None, name: str) -> dict[str, Any] | None:
    """Who wrote it, as the page says it to a visitor; None: someone who left."""
    person = db.session.get(Person, person_id) if person_id else None
    if person is None or person.erased_at is not None:
        return {"name": name, "username": None, "url": None, "is_staff": False} if name else None
    return {
        "name": person.display_name or name,
        "username": person.username,
        "url": address(f"/people/{person.username}") if person.username else None,
        "is_staff": person.is_staff,
    }


def thread(of: Thread) -> dict[str, Any]:
    """A thread without its posts."""
    category = db.session.get_one(Category, of.category_id)
    tags = select(Tag.name).join(ThreadTag, ThreadTag.tag_id == Tag.id).where(ThreadTag.thread_id == of.id)
    return {
        **link(of),
        "language": of.language,
        "category": {"slug": category.slug, "name": category.name, "url": address(f"/c/{category.slug}")},
        "tags": list(db.session.scalars(tags.order_by(Tag.name))),
        "author": author(of.author_id, of.author_name),
        "created_at": moment(of.created_at),
    }


def link(of: Thread) -> dict[str, Any]:
    """What another thing says of a thread."""
    return {"id": of.id, "kind": of.kind, "title": of.title, "url": address(of.path)}


def idea(of: Thread) -> dict[str, Any]:
    """An idea: a thread, and how it stands."""
    row = db.session.get_one(Idea, of.id, populate_existing=True)
    name = db.session.get(StatusName, row.status)
    return {
        **thread(of),
        "status": row.status,
        "status_name": name.name if name else "",
        "votes": row.wanted if row.merged_into_id is None else row.votes + row.imported_votes,
        "target_on": day(row.target_on),
    }


def post(of: Post) -> dict[str, Any]:
    """A post: the opening post, a reply, or a comment on one."""
    return {
        "id": of.id,
        "number": of.number,
        "comment_on": of.parent_id,
        "url": address(f"/posts/{of.id}"),
        "author": author(of.author_id, of.author_name),
        "text": words_of(of.html),
        "html": page_of(of.html, f"/posts/{of.id}"),
        "created_at": moment(of.created_at),
    }


def opening(of: Thread) -> dict[str, Any]:
    """The post that a thread begins with."""
    first = select(Post).where(Post.thread_id == of.id, Post.number == 1)
    return post(db.session.scalars(first.execution_options(populate_existing=True)).one())


def outcome(of: Outcome) -> dict[str, Any]:
    """What was decided."""
    return {
        "status": of.status,
        "reason": words_of(of.reason_html),
        "reason_html": page_of(of.reason_html, f"/t/{of.idea_id}"),
        "target_on": day(of.target_on),
        "revisit_on": day(of.revisit_on),
        "at": moment(of.at),
    }


def json_of(kind: str, at: datetime, data: Mapping[str, Any], version: int) -> bytes:
    """The body of a message."""
    import json

    whole = {"type": kind, "timestamp": moment(at), "version": version, "data": dict(data)}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
