"""Import a dump of a Stack Exchange site. Safe to run again, and after a crash: what is here already is left alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from portal.importing.report import Report
from portal.importing.stackexchange.categories import Place
from portal.importing.stackexchange.links import import_links
from portal.importing.stackexchange.people import import_people
from portal.importing.stackexchange.reading import Dump
from portal.importing.stackexchange.run import Run
from portal.importing.stackexchange.site import Site
from portal.importing.stackexchange.sorting import sorting
from portal.importing.stackexchange.tags import import_tags
from portal.importing.stackexchange.threads import import_threads

Progress = Callable[[str, int | None], AbstractContextManager[Callable[[int], None]]]
"""Begins to show how far a part is, given its name and how many steps it has, if that is known."""


def import_dump(
    folder: Path, *, progress: Progress, dry: bool = False, site: str = "", category: str = "", language: str = "en"
) -> Report:
    """Import a folder of tables. Nobody is notified of anything.

    `site` names the community where the folder's name does not; `category` is the slug of the one to import into, by
    default one of the site's own, made when missing. Raises NotADumpError when there is nothing to import.
    """
    dump = Dump(folder)
    report = Report()
    where = Site.of(folder, site)
    place = Place(where, category)
    with sorting(dump, report) as content:
        with progress("Reading", None) as step:
            content.fill(step)
        run = Run(dump, where, content, report, dry, place, language)
        for name, import_part, steps in (
            ("People", import_people, None),
            ("Tags", import_tags, None),
            ("Threads", import_threads, content.contributions),
            ("Links", import_links, None),
        ):
            with progress(name, steps) as run.step:
                import_part(run)
    report.new += run.place.made
    report.errors = [str(problem) for problem in dump.problems]
    return report
