"""The champions, asked for once in a while: each process keeps them for some minutes."""

from dataclasses import dataclass
from time import monotonic

from flask import current_app

from portal.questions import queries

KEPT_FOR = 300
"""Seconds."""
KEY = "rondo-champions"


@dataclass(frozen=True, slots=True)
class _Kept:
    people: frozenset[int]
    until: float


def champions() -> frozenset[int]:
    """Who they are, by id: as it was a few minutes ago at most."""
    kept = current_app.extensions.get(KEY)
    if kept is None or kept.until < monotonic():
        kept = current_app.extensions[KEY] = _Kept(queries.champions(), monotonic() + KEPT_FOR)
    return kept.people
