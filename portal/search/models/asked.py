"""Counts of what was looked for and suggested, by day. Nothing here tells who it was."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Model

WORDS = 200


class SearchAsked(Model):
    """These words were looked for on this day, by people who read this language."""

    __tablename__ = "search_asked"

    day: Mapped[date] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(WORDS), primary_key=True)
    """Cleaned: lower case, folded, without addresses and long numbers."""
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    asked: Mapped[int] = mapped_column(default=0)
    found_nothing: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
    asked_anyway: Mapped[int] = mapped_column(default=0)
    dealt_with_at: Mapped[datetime | None]
    dealt_with_by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))


class SuggestionCount(Model):
    """What became of the suggestions in one place (a form, the page of hits) on one day."""

    __tablename__ = "suggestion_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(String(12), primary_key=True)
    shown: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
    deflected: Mapped[int] = mapped_column(default=0)
    posted: Mapped[int] = mapped_column(default=0)
    voted: Mapped[int] = mapped_column(default=0)
