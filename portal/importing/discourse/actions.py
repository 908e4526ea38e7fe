"""Import an archive of a Discourse forum. Safe to run again, and after a crash: what is here already is left alone."""

from pathlib import Path

from portal.importing.discourse import mapping
from portal.importing.discourse.categories import import_categories
from portal.importing.discourse.contents import noting
from portal.importing.discourse.people import import_people
from portal.importing.discourse.reading import Archive
from portal.importing.discourse.run import Run
from portal.importing.discourse.site import Site
from portal.importing.discourse.threads import import_threads
from portal.importing.report import Report
from portal.importing.running import Progress


def import_archive(folder: Path, *, progress: Progress, map_file: Path, dry: bool = False) -> Report:
    """Import a folder of topics. Nobody is notified of anything.

    `map_file` says what the forum is called and what its categories are. Raises MapError where it does not, and
    NotADumpError when there is nothing to import.
    """
    plan = mapping.read(map_file)
    archive = Archive(folder)
    report = Report()
    with noting() as contents:
        with progress("Reading", archive.size) as archive.step:
            contents.fill(archive)
        archive.step = lambda _bytes: None
        plan.check(contents.categories)
        run = Run(archive, contents, plan, report, dry, Site(plan.site, contents))
        with progress("People", 1):
            import_people(run)
        categories = import_categories(run)
        with progress("Threads", contents.posts) as run.step:
            import_threads(run, categories)
    report.errors = [str(problem) for problem in archive.problems]
    return report
