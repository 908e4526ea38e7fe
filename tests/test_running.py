"""What `make setup` makes, and what `make run` says once it runs."""

import importlib.machinery
import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


def program(name: str) -> ModuleType:
    loader = importlib.machinery.SourceFileLoader(name, str(ROOT / "bin" / name))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def run() -> ModuleType:
    return program("run")


def test_setting_up_leaves_nothing_to_write_where_the_program_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    setup = program("setup")
    asked: list[str] = []
    monkeypatch.setattr(setup, "install", lambda _name: None)
    monkeypatch.setattr(subprocess, "run", lambda command, **_options: asked.append(" ".join(map(str, command[1:]))))
    assert setup.main([]) == 0
    wanted = ("bin/texts --compile", "-m compileall", "-c from portal.core import assets; assets.build()")
    assert [command[: len(start)] for command, start in zip(asked, wanted, strict=True)] == list(wanted)


def test_an_empty_portal_says_how_to_begin_and_where_letters_go(run: ModuleType) -> None:
    words = run.greeting("", Path("/somewhere/else"))
    assert "leads you through making an admin" in words
    assert "/somewhere/else/outbox" in words
    assert "outbox" not in run.greeting("", Path("/somewhere/else"), mails=True)


def test_the_demonstration_is_announced_instead(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def answered(arguments: list[Any], **_options: Any) -> Any:
        asked.extend(arguments)
        return subprocess.CompletedProcess(arguments, 0, stdout="  maren  admin\n")

    monkeypatch.setattr(subprocess, "run", answered)
    words = run.greeting(run.demonstration(), Path("data"))
    assert asked[1:] == ["demo", "load", "--if-empty"]
    assert "maren  admin" in words
    assert "leads you through" not in words
