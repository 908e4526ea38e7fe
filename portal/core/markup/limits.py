"""How much one post may ask of the renderer, and what people are told when it asks more."""

from dataclasses import dataclass

from flask_babel import lazy_gettext


class TooMuch(ValueError):
    """A cap was passed. `args[0]` says, translated and lazily, what to do about it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps for one rendering. Bytes are of UTF-8; everything else is a count.

    Time follows from these: the worst inputs that pass were looked for and timed (tests/core/test_worst.py).
    """

    source: int = 32 * 1024
    """Bytes of Markdown."""
    output: int = 200_000
    """Bytes of HTML."""
    depth: int = 16
    """Elements inside one another: a list in a quote is three deep (quote, list, item)."""
    elements: int = 3_000
    """Elements in the whole post; the colours of code are counted apart."""
    work: int = 18_000
    """Tries of the parser: a place counts one, a line three for each list and quote around it, a cell two more."""
    columns: int = 40
    """Columns of a table."""
    cells: int = 2_000
    """Cells of one table, those that Markdown fills in included."""
    footnotes: int = 200
    """References to footnotes."""
    names: int = 100
    """Different words after an @, whether they are somebody's name or not."""
    coloured: int = 12_000
    """Characters of code that get colours; a block that does not fit stays plain."""
    spans: int = 4_000
    """Coloured pieces of code, likewise."""


WRITTEN = Limits()
"""For what people write here."""

IMPORTED = Limits(
    source=256 * 1024,
    output=1_500_000,
    depth=48,
    elements=40_000,
    work=400_000,
    columns=100,
    cells=20_000,
    footnotes=2_000,
)
"""For what comes in from another system, where the choice is between showing it and losing it."""


def too_long(limits: Limits) -> TooMuch:
    """The source is over its cap."""
    size = limits.source // 1024
    return TooMuch(lazy_gettext("This text is too long: at most %(size)s kB. Split it into several posts.", size=size))


def too_big(limits: Limits) -> TooMuch:
    """The page that the source becomes is over its cap."""
    size = limits.output // 1000
    return TooMuch(
        lazy_gettext(
            "This text becomes too large a page: at most %(size)s kB. Split it into several posts.",
            size=size,
        )
    )


def too_deep() -> TooMuch:
    """Quotes, lists or emphasis inside one another without end."""
    return TooMuch(lazy_gettext("Quotes, lists or formatting are nested too deeply. Take out a few levels."))


def too_busy() -> TooMuch:
    """More elements than a page can bear, or more marks than can be looked at in time."""
    return TooMuch(
        lazy_gettext(
            "This text has too much formatting. Put code between lines of ```, or split it into several posts."
        )
    )


def too_wide(limits: Limits) -> TooMuch:
    """A table with too many columns."""
    return TooMuch(
        lazy_gettext(
            "A table has too many columns: at most %(count)s. Split it into several tables.", count=limits.columns
        )
    )


def too_many_cells(limits: Limits) -> TooMuch:
    """A table with too many cells."""
    return TooMuch(
        lazy_gettext("A table is too large: at most %(count)s cells. Split it into several tables.", count=limits.cells)
    )


def too_many_footnotes(limits: Limits) -> TooMuch:
    """More references to footnotes than a post can bear."""
    return TooMuch(lazy_gettext("There are too many footnotes: at most %(count)s.", count=limits.footnotes))


def too_many_names(limit: int) -> TooMuch:
    """More people mentioned than allowed."""
    return TooMuch(
        lazy_gettext("You mention too many people: at most %(count)s. Take the @ away from some names.", count=limit)
    )
