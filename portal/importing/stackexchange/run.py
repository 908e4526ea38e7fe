"""One run of the import: what it reads, where it puts it, and what it has to tell."""

from collections.abc import Callable
from dataclasses import dataclass, field

from portal.importing.report import Report
from portal.importing.stackexchange.categories import Place
from portal.importing.stackexchange.reading import Dump, Row
from portal.importing.stackexchange.site import Site
from portal.importing.stackexchange.sorting import SortedDump


@dataclass(slots=True)
class Run:
    """A `dry` run writes nothing."""

    dump: Dump
    site: Site
    sorted: SortedDump
    report: Report
    dry: bool
    place: Place
    language: str
    step: Callable[[int], None] = lambda _posts: None
    """Hears how many questions and answers are done."""
    tags: set[str] = field(default_factory=set[str])
    """Those named so far."""

    def localise(self, address: str) -> str:
        """The local address of a thread or post of this dump; any other address still leads where it did."""
        return self.site.local(address, lambda id_: self.sorted.thread_of(id_) is not None)

    def complain(self, row: Row, message: str) -> None:
        """A row that is left out, and why."""
        self.dump.problems.report(row.file, row.line, message)
