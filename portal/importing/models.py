"""Where imported rows came from."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Model


class ExternalId(Model):
    """A row here was imported from a row there. A second run finds it and writes nothing."""

    __tablename__ = "external_id"
    __table_args__ = (Index("ix_external_id_local", "kind", "local_id"),)

    source: Mapped[str] = mapped_column(String(120), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    """thread, post, person, revision ..."""
    external: Mapped[str] = mapped_column(String(60), primary_key=True)
    local_id: Mapped[int] = mapped_column(BigInt)
