"""What is planted in the community, by id and by name, and the mark of every private text."""

from dataclasses import dataclass, field
from typing import Any

from portal.core.db import db
from portal.people.models import Person
from portal.people.viewer import Viewer
from tests.factories import viewer_of

MARK = "zyxwv"
MEMBERS = "members"
"""The word behind the mark of what members may know, but visitors and suspended people not."""
WORTH = 987654321


def secret(place: str) -> str:
    """A text that nobody outside may find."""
    return f"{MARK}{place}"


@dataclass
class Planted:
    """What there is, by id and by name."""

    ids: dict[str, int] = field(default_factory=dict)
    public_threads: list[int] = field(default_factory=list)
    private_threads: list[int] = field(default_factory=list)
    for_members: list[int] = field(default_factory=list)
    public_posts: list[int] = field(default_factory=list)
    private_posts: list[int] = field(default_factory=list)
    gone_posts: list[int] = field(default_factory=list)
    public_categories: list[str] = field(default_factory=list)
    private_categories: list[str] = field(default_factory=list)
    category_ids: dict[str, int] = field(default_factory=dict)
    public_tag_ids: tuple[int, ...] = ()
    private_tag_ids: tuple[int, ...] = ()
    group_id: int = 0
    organisation_id: int = 0
    page_id: int = 0
    view_id: int = 0
    links: list[str] = field(default_factory=list)
    """Of letters, to act without signing in: the part behind /answer/, /unsubscribe/ and /not-me/."""
    debt_ids: tuple[int, ...] = (0,)
    announced: int = 0
    """The announcement for everyone."""
    private_notices: list[int] = field(default_factory=list)
    feed_keys: dict[str, str] = field(default_factory=dict)
    """Of the feeds of someone's inbox, by name."""
    public_keys: list[str] = field(default_factory=list)
    """Of uploads; a file that is called notes.txt holds a secret, a picture is 60 by 40."""
    private_keys: list[str] = field(default_factory=list)

    def viewer(self, name: str) -> Viewer:
        return viewer_of(db.session.get_one(Person, self.ids[name]))


def saved(*rows: Any) -> None:
    db.session.add_all(rows)
    db.session.commit()
