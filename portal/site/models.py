"""Settings that an admin changes while the portal runs (those of the operator are in portal/config.py)."""

from typing import Any

from sqlalchemy import JSON, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Id, Model


class SiteSetting(Model):
    """One setting: a name and any JSON value. What may be set, and to what, is in portal/site/queries.py."""

    __tablename__ = "site_setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class SitePage(Model):
    """A page that the admin writes, such as the imprint, in one language; the footer links to it."""

    __tablename__ = "site_page"
    __table_args__ = (UniqueConstraint("slug", "language"),)

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(40))
    """The same for all languages of one page."""
    language: Mapped[str] = mapped_column(String(12))
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    renderer: Mapped[int]
