"""Where threads are kept, and the words they are marked with."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model
from portal.core.palette import COLOURS

VISIBILITIES = ("everyone", "members", "groups", "staff")


class Category(Model):
    """A place for threads. Who may see it decides who may see what is in it."""

    __tablename__ = "category"
    __table_args__ = (
        CheckConstraint(f"visibility IN {VISIBILITIES}", name="visibility"),
        CheckConstraint(f"colour IN {COLOURS}", name="colour"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text, default="")
    colour: Mapped[str] = mapped_column(String(10), default="slate")
    position: Mapped[int] = mapped_column(default=0)
    visibility: Mapped[str] = mapped_column(String(10), default="everyone")
    kinds: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["question", "discussion", "idea"])
    """The kinds of thread that may be begun here."""


class CategoryGroup(Model):
    """A group may see a category whose visibility is `groups`."""

    __tablename__ = "category_group"

    category_id: Mapped[int] = mapped_column(BigInt, ForeignKey("category.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("member_group.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Tag(Model):
    """A word that threads are marked with: lower case, no spaces, the name is its address."""

    __tablename__ = "tag"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
