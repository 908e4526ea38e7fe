"""Import a dump of a Stack Exchange site. Safe to run again, and after a crash: what is here already is left alone."""

from pathlib import Path

from portal.core.places import LANGUAGE_CODE
from portal.importing.problems import NotADumpError
from portal.importing.report import Report
from portal.importing.running import Progress
from portal.importing.stackexchange.categories import Place
from portal.importing.stackexchange.links import import_links
from portal.importing.stackexchange.people import import_people
from portal.importing.stackexchange.reading import Dump
from portal.importing.stackexchange.run import Run
from portal.importing.stackexchange.site import Site
from portal.importing.stackexchange.sorting import TABLES, sorting
from portal.importing.stackexchange.tags import import_tags
from portal.importing.stackexchange.threads import import_threads


def import_dump(
    folder: Path, *, progress: Progress, dry: bool = False, site: str = "", category: str = "", language: str = "en"
) -> Report:
    """Import a folder of tables. Nobody is notified of anything.

    `site` names the community where the folder's name does not; `category` is the slug of the one to import into, by
    default one of the site's own, made when missing. Raises NotADumpError when there is nothing to import.
    """
    if not LANGUAGE_CODE.fullmatch(language):
        raise NotADumpError(f"{language} is no code of a language, such as en or pt-BR")
    dump = Dump(folder)
    report = Report()
    where = Site.of(folder, site)
    place = Place(where, category)
    with sorting(dump, report) as content:
        with progress("Reading", dump.size(*TABLES)) as dump.step:
            content.fill()
        run = Run(dump, where, content, report, dry, place, language)
        with progress("People", dump.size("Users")) as dump.step:
            import_people(run)
        with progress("Tags", dump.size("Tags")) as dump.step:
            import_tags(run)
        with progress("Threads", content.contributions) as run.step:
            import_threads(run)
        with progress("Links", dump.size("PostLinks")) as dump.step:
            import_links(run)
    report.new += run.place.made
    report.errors = [str(problem) for problem in dump.problems]
    return report
