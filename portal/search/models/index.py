"""The index: what each post says as words that can be compared, and how common each word is."""

from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model

WAITING, COUNTED, LEFT_OUT = 0, 1, 2
"""Whether the words of an entry are in `search_word`: not looked at yet; yes; no, as a visitor may not read it."""
LONGEST_WORD = 64
IN_TITLE = "+"
"""Begins each word of a title. They are words of their own in the index, so that titles are found among few."""


def entry_id(thread_id: int, post_id: int) -> int:
    """The id of a post's entry. The thread is in it, so that a list of ids tells which of them belong together."""
    return thread_id << 32 | post_id


def post_in(id_: int) -> int:
    """The post whose entry this is."""
    return id_ & 0xFFFF_FFFF


class SearchEntry(Model):
    """One post. Its words are stems, parted by spaces (see search/words.py); an opening post has the title's too.

    On SQLite the FTS5 table `search_index` holds where the words of these columns are; on PostgreSQL `vector` does."""

    __tablename__ = "search_entry"
    __table_args__ = (
        Index(
            "ix_search_entry_waiting",
            "id",
            sqlite_where=text("counted = 0"),
            postgresql_where=text("counted = 0"),
        ),
        # Of PostgreSQL alone: on SQLite they stay empty.
        Index("ix_search_entry_vector", "vector", postgresql_using="gin", sqlite_where=text("vector IS NOT NULL")),
        Index(
            "ix_search_entry_titled",
            "id",
            sqlite_where=text("vector IS NOT NULL"),
            postgresql_where=text("title <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"))
    post_id: Mapped[int] = mapped_column(BigInt, ForeignKey("post.id"), unique=True)
    language: Mapped[str] = mapped_column(String(12))
    """Whose stems these are: the language of the thread, as it was then."""
    title: Mapped[str] = mapped_column(Text, default="")
    """Of an opening post: the words of the title and the tags, each with IN_TITLE before it."""
    body: Mapped[str] = mapped_column(Text)
    vector: Mapped[Any] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"), nullable=True)
    counted: Mapped[int] = mapped_column(SmallInteger, default=WAITING)


class SearchWord(Model):
    """A word as it is written, its stem, and about how many posts have it that every visitor may read.

    Nothing but public posts is counted: what is private must not change the order of what others find."""

    __tablename__ = "search_word"
    __table_args__ = (
        UniqueConstraint("word", "stem"),
        Index("ix_search_word_begins", "word", postgresql_ops={"word": "varchar_pattern_ops"}),
        Index("ix_search_word_stem", "stem"),
    )

    id: Mapped[Id]
    word: Mapped[str] = mapped_column(String(LONGEST_WORD))
    stem: Mapped[str] = mapped_column(String(LONGEST_WORD))
    posts: Mapped[int] = mapped_column(default=0)
    has_grams: Mapped[bool] = mapped_column(default=False)


class SearchGram(Model):
    """A word has these three letters in a row: how words are found that were typed wrong, or in part."""

    __tablename__ = "search_gram"
    __table_args__ = ({"sqlite_with_rowid": False},)

    gram: Mapped[str] = mapped_column(String(3), primary_key=True)
    word_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
