"""The files of deploy/ are such as the programs that they are for take them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.config import Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
ANALYZE = shutil.which("systemd-analyze")


def _units(place: Path) -> list[Path]:
    """The units as they would be on a machine where the checkout is where this one is."""
    made: list[Path] = []
    for unit in sorted((DEPLOY / "systemd").glob("*.service")):
        text = unit.read_text(encoding="utf-8").replace("/srv/rondo/.venv/bin", str(Path(sys.executable).parent))
        copy = place / unit.name
        copy.write_text(text.replace("/srv/rondo", str(ROOT)), encoding="utf-8")
        made.append(copy)
    return made


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed: the units are not verified here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    units = _units(tmp_path)
    assert [unit.name for unit in units] == ["rondo-web.service", "rondo-worker.service"]
    done = subprocess.run(
        [str(ANALYZE), "verify", "--man=no", "--recursive-errors=yes", *map(str, units)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "rondo-" in line or str(tmp_path) in line]
    assert said == [], done.stderr


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed: the units are not verified here")
def test_a_mistake_in_a_unit_would_be_found(tmp_path: Path) -> None:
    unit = _units(tmp_path)[0]
    unit.write_text(unit.read_text(encoding="utf-8").replace("Restart=always", "Restrat=always"), encoding="utf-8")
    done = subprocess.run([str(ANALYZE), "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert "Restrat" in done.stderr


def test_both_processes_have_the_same_settings_and_rights() -> None:
    web, worker = (
        (DEPLOY / "systemd" / f"rondo-{name}.service").read_text(encoding="utf-8") for name in ("web", "worker")
    )
    for line in ("User=rondo", "EnvironmentFile=/etc/rondo.env", "StateDirectory=rondo", "ProtectSystem=strict"):
        assert line in web
        assert line in worker


def test_the_proxies_say_where_a_request_came_from() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for header in ("Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Request-ID"):
        assert f"proxy_set_header {header} " in nginx
    assert nginx.count("{") == nginx.count("}")
    for name in ("nginx.conf", "Caddyfile"):
        assert "TRUSTED_PROXIES=1" in (DEPLOY / name).read_text(encoding="utf-8")
        assert f"deploy/{name}" in GUIDE


def test_the_settings_in_the_guide_are_settings() -> None:
    example = re.search(r"```ini\n\s*# /etc/rondo\.env\n(.*?)```", GUIDE, re.DOTALL)
    assert example is not None
    names = re.findall(r"^\s*([A-Z_]+)=", example[1], re.MULTILINE)
    assert len(names) > 5
    assert {name.lower() for name in names} <= set(Settings.model_fields)
