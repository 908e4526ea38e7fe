"""One run of the import: what it reads, where it puts it, and what it has to tell."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.importing.discourse.contents import Contents
from portal.importing.discourse.mapping import Mapping
from portal.importing.discourse.reading import Archive, Item
from portal.importing.discourse.site import Site
from portal.importing.report import Report


@dataclass(slots=True)
class Run:
    """A `dry` run writes nothing."""

    archive: Archive
    contents: Contents
    mapping: Mapping
    report: Report
    dry: bool
    site: Site
    step: Callable[[int], None] = lambda _posts: None
    """Hears how many posts are done."""

    def complain(self, item: Item, message: str) -> None:
        """Something that is left out, and why."""
        self.archive.problems.report(item.file, item.line, message)
