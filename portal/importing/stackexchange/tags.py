"""Tags and what they are for."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from portal.core.db import db, write
from portal.core.from_html.blocks import to_markdown
from portal.core.markup import IMPORTED, TooMuch, plain
from portal.importing.problems import RowError
from portal.importing.running import add, in_batches
from portal.importing.stackexchange.reading import Row
from portal.importing.stackexchange.run import Run
from portal.threads.models import Tag

BATCH = 500
LONGEST = 40


def import_tags(run: Run) -> None:
    """The tags of Tags.xml, those that no question has included."""
    for batch in in_batches(_described(run), BATCH):
        add_tags(run, dict(batch))


def add_tags(run: Run, descriptions: Mapping[str, str]) -> None:
    """Make those of these tags that are not there, and count all that this dump has named for the first time."""
    first = descriptions.keys() - run.tags
    if not first:
        return
    run.tags |= first
    run.report.counts["tags"] += len(first)
    here = set(db.session.scalars(select(Tag.name).where(Tag.name.in_(first))))
    rows = [{"name": name, "description": descriptions[name]} for name in descriptions if name in first - here]
    run.report.new += len(rows)
    if rows and not run.dry:
        write(add, Tag, rows)


def _described(run: Run) -> Iterator[tuple[str, str]]:
    for row in run.dump.rows("Tags"):
        try:
            yield _name(row), _description(run, row)
        except RowError as error:
            run.dump.problems.report(row.file, row.line, str(error))


def _name(row: Row) -> str:
    name = (row.text("TagName") or "").lower()
    if not name or len(name) > LONGEST:
        raise RowError("TagName is missing" if not name else f"TagName is longer than {LONGEST} characters")
    return name


def _description(run: Run, row: Row) -> str:
    """The words of the tag's excerpt; a description is plain text here."""
    excerpt = run.sorted.excerpt(row.number("ExcerptPostId") or 0)
    try:
        return plain(to_markdown(excerpt, run.localise), limits=IMPORTED)
    except TooMuch:
        return ""
