"""What an announcement of the demonstration says of ideas.

!!! ines item idea=pile outcome=shipped on=+3: A sentence about it.
"""

from portal.announcements import actions
from portal.announcements.actions import ItemTyped, Written
from portal.importing.demo.acting import Scene
from portal.importing.demo.reading import Story, marks_of, moment
from portal.people.viewer import Viewer

ITEM = "item "


def draft(scene: Scene, author: Viewer, story: Story) -> int:
    """Write it, with all its items; returns its id."""
    opening, marks = story.parts[0], story.marks
    out = marks.get("publish-at")
    written = Written(
        title=story.title,
        body=opening.body,
        tags=tuple(tag for tag in marks.get("tags", "").split(",") if tag),
        language=marks.get("language", "en"),
        audience=marks.get("audience", "everyone"),
        publish_at=scene.today + moment(out) if out else None,
        items=tuple(_item(scene, part.rest) for part in story.parts if part.rest.startswith(ITEM)),
    )
    return actions.draft(author, written)


def _item(scene: Scene, words: str) -> ItemTyped:
    head, _, sentence = words.removeprefix(ITEM).partition(": ")
    marks = marks_of(head)
    return ItemTyped(
        idea=scene.called(marks["idea"]),
        outcome=marks["outcome"],
        note=sentence,
        available_on=scene.day(marks.get("on")),
        available_to=marks.get("available", "").replace("_", " "),
        revisit_on=scene.day(marks.get("revisit")),
    )
