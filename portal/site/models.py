"""Settings that an admin changes while the portal runs (those of the operator are in portal/config.py)."""

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model


class SiteSetting(Model):
    """One setting: a name and any JSON value. What may be set, and to what, is in portal/site/queries.py."""

    __tablename__ = "site_setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
