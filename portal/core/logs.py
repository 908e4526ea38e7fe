"""Logs as data: every line, our own or a library's, has a time, a level, and the id of the request it belongs to."""

import logging
import sys
from contextvars import ContextVar
from typing import Any

import structlog
from sqlalchemy import Engine, event
from structlog.typing import EventDict, Processor

MARK = "rondo_handler"
TALKATIVE = ("alembic", "huey", "urllib3", "markdown_it", "PIL")
"""Libraries whose news is no news; their warnings are."""


def _without_doubles(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """What other formatters left on the record says nothing new."""
    for name in ("message", "asctime"):
        line.pop(name, None)
    return line


SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    _without_doubles,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class Statements:
    """How many SQL statements were sent since this was made."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


_counting: ContextVar[Statements | None] = ContextVar("rondo_statements", default=None)


def configure(form: str) -> None:
    """Send every log line to standard error, as `text` for people or `json` for machines."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    handler = next((handler for handler in root.handlers if hasattr(handler, MARK)), None)
    if handler is None:
        handler = logging.StreamHandler(sys.stderr)
        setattr(handler, MARK, True)
        root.addHandler(handler)
    handler.setFormatter(_formatter(form))
    root.setLevel(logging.INFO)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _formatter(form: str) -> logging.Formatter:
    last: list[Processor]
    if form == "json":
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_plain_traceback)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=list(SHARED),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )


_plain_traceback = structlog.dev.plain_traceback


def count_statements() -> Statements:
    """Begin to count the statements of this request, job or command."""
    statements = Statements()
    _counting.set(statements)
    return statements


@event.listens_for(Engine, "before_cursor_execute")
def _count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # pyright: ignore[reportUnusedFunction]
    statements = _counting.get()
    if statements is not None and not statement.startswith("BEGIN"):
        statements.count += 1
