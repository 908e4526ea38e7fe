"""What pages and actions ask about announcements."""

from portal.announcements.queries.changelog import Entry, TagCount, changelog, moments, tags
from portal.announcements.queries.drafts import (
    AnnouncementWritten,
    DraftRow,
    ItemWritten,
    groups_offered,
    outcomes_called,
    unpublished,
    written,
)
from portal.announcements.queries.ideas import Announced, IdeaFound, find_ideas, idea_number, ideas_named, of_idea
from portal.announcements.queries.items import ItemShown, items_by_announcement, items_for
from portal.announcements.queries.outlook import as_published, items_to_tell, people_called
from portal.announcements.queries.part import AnnouncementPart, ChangedIdea, Correction, announcement_part
from portal.announcements.queries.places import home_among, home_of_announcements

__all__ = [
    "Announced",
    "AnnouncementPart",
    "AnnouncementWritten",
    "ChangedIdea",
    "Correction",
    "DraftRow",
    "Entry",
    "IdeaFound",
    "ItemShown",
    "ItemWritten",
    "TagCount",
    "announcement_part",
    "as_published",
    "changelog",
    "find_ideas",
    "groups_offered",
    "home_among",
    "home_of_announcements",
    "idea_number",
    "ideas_named",
    "items_by_announcement",
    "items_for",
    "items_to_tell",
    "moments",
    "of_idea",
    "outcomes_called",
    "people_called",
    "tags",
    "unpublished",
    "written",
]
