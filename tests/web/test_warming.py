"""What a server makes before it serves."""

from pathlib import Path

from portal import create_app
from portal.web.warming import COMPILED, warm
from tests.conftest import settings_for


def test_compiled_templates_are_kept_from_one_start_to_the_next(tmp_path: Path) -> None:
    warm(create_app(settings_for("", tmp_path)))
    kept = {file: file.stat().st_mtime_ns for file in (tmp_path / COMPILED).glob("*.cache")}
    assert len(kept) > 50
    assert (tmp_path / COMPILED).stat().st_mode & 0o077 == 0, "it is code that runs: nobody else may change it"
    warm(create_app(settings_for("", tmp_path)))
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / COMPILED).glob("*.cache")} == kept


def test_a_folder_that_cannot_be_used_is_done_without(tmp_path: Path) -> None:
    (tmp_path / COMPILED).write_text("in the way")
    app = create_app(settings_for("", tmp_path))
    warm(app)
    assert app.jinja_env.bytecode_cache is None
