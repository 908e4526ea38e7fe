from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

class Migrate:
    def __init__(
        self,
        app: Flask | None = None,
        db: SQLAlchemy | None = None,
        directory: str = "migrations",
        *,
        render_as_batch: bool = True,
        compare_type: bool = True,
        **options: Any,
    ) -> None: ...

def upgrade(directory: str | None = None, revision: str = "head", sql: bool = False) -> None: ...
def downgrade(directory: str | None = None, revision: str = "-1", sql: bool = False) -> None: ...
