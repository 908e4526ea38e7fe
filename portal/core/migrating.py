"""Whether the database is there and has the tables that this version of the code wants."""

from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from portal.core.db import db

AWAY = "the database does not answer"
BEHIND = "not migrated"


def trouble_with_database() -> str:
    """What is wrong with it, in a few words without an address or a password; nothing if all is well."""
    try:
        found = set(db.session.scalars(sa.text("SELECT version_num FROM alembic_version")))
    except SQLAlchemyError:
        db.session.rollback()
        return BEHIND if _answers() else AWAY
    return "" if found == wanted_revisions() else BEHIND


def wanted_revisions() -> set[str]:
    """The newest migration there is: they are numbered, and each follows the one before. Alembic, which knows it too,
    would cost each web process ten megabytes."""
    versions = Path(current_app.root_path) / "migrations" / "versions"
    return {max(path.name.partition("_")[0] for path in versions.glob("[0-9]*_*.py"))}


def _answers() -> bool:
    try:
        return db.session.scalar(sa.text("SELECT 1")) == 1
    except SQLAlchemyError:
        db.session.rollback()
        return False
