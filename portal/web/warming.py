"""What every process needs sooner or later, made before there are several: they then share it."""

from pathlib import Path
from typing import cast

import structlog
from flask import Flask
from flask_babel import force_locale, gettext
from jinja2 import FileSystemBytecodeCache

from portal.config import Settings
from portal.core.clock import now
from portal.core.places import LANGUAGES
from portal.core.templates import Compiler
from portal.web.formats import time_ago, time_on

COMPILED = "compiled-templates"
"""The folder in DATA_DIR where their code is kept from one start to the next: making it takes longer than all else."""

log = structlog.stdlib.get_logger(__name__)


def warm(app: Flask) -> None:
    """Compile the templates, and read the languages. Asks nothing of the database."""
    settings = cast("Settings", app.config["RONDO"])
    _keep_compiled(app, settings.data_dir / COMPILED)
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    with app.test_request_context():
        for language in LANGUAGES:
            with force_locale(language):
                gettext("Home")
                time_ago(now())
                time_on(now())


class Compiled(FileSystemBytecodeCache):
    """Knows which compiler wrote what it keeps."""

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(f"{Compiler.WRITES}: {source}")


def _keep_compiled(app: Flask, folder: Path) -> None:
    """A template that changed is compiled again. Where nothing can be written, all are, at every start."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "kept").touch()
    except OSError as error:
        log.info("compiled templates are not kept", error=str(error))
    else:
        app.jinja_env.bytecode_cache = Compiled(str(folder))
