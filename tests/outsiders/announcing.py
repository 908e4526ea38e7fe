"""Announcements: one for everyone, which names an idea that not everyone may see too; and those that are a secret."""

from datetime import timedelta
from typing import Any

from portal.announcements import actions
from portal.announcements.actions import ItemTyped, Written
from portal.core.clock import now
from portal.core.db import write
from portal.threads.actions import start_thread
from tests.outsiders.planted import Planted, secret
from tests.outsiders.planting import opening

WORDS = ("title", "body", "tag", "note")


def announced(planted: Planted) -> None:
    """What everyone may read: an announcement of an idea."""
    wish = idea(planted, "Public", "An open idea")
    planted.announced = announce(
        planted, title="An open announcement", body="For everyone.", tags=("common",), items=(said(wish, "In short."),)
    )
    planted.public_categories.append("announcements")


def unannounced(planted: Planted) -> None:
    """A draft, one that is scheduled, one for some groups; and what the open one says of an idea of staff."""
    hidden = idea(planted, "staff", secret("ideatitle"))
    write(actions.extend, planted.viewer("boss"), planted.announced, [said(hidden, secret("ideanote"))])
    draft(planted, "draft", hidden)
    later = draft(planted, "scheduled", hidden, publish_at=now() + timedelta(days=900))
    write(actions.publish, planted.viewer("boss"), later)
    chosen = draft(planted, "chosen", hidden, audience="groups", group_ids=(planted.group_id,))
    write(actions.publish, planted.viewer("boss"), chosen)
    for made in (later, chosen):
        planted.private_threads.append(made)
        planted.private_posts.append(opening(made))


def draft(planted: Planted, place: str, wish: int, **more: Any) -> int:
    """One with a secret in all that it says."""
    words = {
        "title": secret(f"{place}title"),
        "body": secret(f"{place}body"),
        "tags": (secret(f"{place}tag"), "common"),
    }
    items = (said(wish, secret(f"{place}note")),)
    return write(actions.draft, planted.viewer("boss"), Written(**words, items=items, **more))


def announce(planted: Planted, **words: Any) -> int:
    boss = planted.viewer("boss")
    made = write(actions.draft, boss, Written(**words))
    write(actions.publish, boss, made)
    return made


def idea(planted: Planted, category: str, title: str) -> int:
    values: dict[str, Any] = {"kind": "idea", "title": title, "body": f"The body of {title}."}
    return write(start_thread, planted.viewer("boss"), category_id=planted.category_ids[category], **values)


def said(wish: int, note: str) -> ItemTyped:
    return ItemTyped(wish, "shipped", note)
