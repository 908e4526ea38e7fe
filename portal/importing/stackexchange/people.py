"""People of a Stack Exchange site: imported, without password and address until someone claims them."""

from collections.abc import Iterator
from typing import Any

from portal.core.db import write
from portal.core.from_html.blocks import to_markdown
from portal.core.markup import IMPORTED, TooMuch, render
from portal.core.text import one_line
from portal.importing.mentioned import PERSON
from portal.importing.people import save_people
from portal.importing.problems import RowError
from portal.importing.queries import known
from portal.importing.running import in_batches
from portal.importing.stackexchange.reading import Row
from portal.importing.stackexchange.run import Run
from portal.importing.usernames import usernames
from portal.people.names import username_key

BATCH = 200


def import_people(run: Run) -> None:
    """Everyone in Users.xml who is not here yet."""
    for batch in in_batches(_readable(run), BATCH):
        here = known(run.site.name, PERSON, [id_ for id_, _ in batch])
        new = {id_: row for id_, row in batch if str(id_) not in here}
        people = _people(run, new)
        run.report.counts["people"] += len(here) + len(people)
        run.report.new += len(people)
        if people and not run.dry:
            write(save_people, run.site.name, people)


def _readable(run: Run) -> Iterator[tuple[int, Row]]:
    for row in run.dump.rows("Users"):
        try:
            id_ = row.needed_number("Id")
            row.needed_time("CreationDate")
        except RowError as error:
            run.dump.problems.report(row.file, row.line, str(error))
        else:
            yield id_, row


def _people(run: Run, rows: dict[int, Row]) -> dict[int, dict[str, Any]]:
    names = usernames({id_: row.text("DisplayName") or "" for id_, row in rows.items()})
    return {id_: _person(run, row, names[id_]) for id_, row in rows.items()}


def _person(run: Run, row: Row, username: str) -> dict[str, Any]:
    about, about_html = _about(run, row)
    return {
        "kind": "imported",
        "username": username,
        "username_key": username_key(username),
        "name": one_line(row.text("DisplayName") or username)[:80],
        "about": about,
        "about_html": about_html,
        "created_at": row.needed_time("CreationDate"),
    }


def _about(run: Run, row: Row) -> tuple[str, str]:
    """What they say about themselves: source and HTML."""
    source = to_markdown(row.text("AboutMe") or "", run.localise)
    try:
        return source, render(source, limits=IMPORTED).html if source else ""
    except TooMuch as error:
        run.complain(row, f"AboutMe is left out: {error}")
        return "", ""
