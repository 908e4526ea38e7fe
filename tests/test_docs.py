"""What the documents promise is there, and what is there is in the documents."""

import re
from pathlib import Path

import click
import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, Rule

from portal.cli import commands
from portal.config import Settings

ROOT = Path(__file__).parents[1]
INTERFACE = (ROOT / "docs" / "interface.md").read_text(encoding="utf-8")
RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def written_out(rule: Rule) -> list[str]:
    """The addresses of a route as documents write them: ids as <id>, lists of words one by one."""
    addresses = [re.sub(r"<int:(?:\w+_id|external)>", "<id>", rule.rule)]
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            pattern = re.compile(rf"<any\([^)]*\):{name}>")
            addresses = [pattern.sub(word, each) for each in addresses for word in converter.items]
    return [re.sub(r"<\w+:(\w+)>", r"<\1>", each) for each in addresses]


def test_every_address_is_documented(app: Flask):
    documented = set(re.findall(r"`(/[^`?]*)`", INTERFACE))
    families = tuple(each.removesuffix("…") for each in documented if each.endswith("/…"))
    bare = {address.replace("-<slug>", "") for address in documented}
    missing = {
        address
        for rule in app.url_map.iter_rules()
        for address in written_out(rule)
        if address not in documented | bare and not address.startswith(families)
    }
    assert not missing, sorted(missing)


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.name)
def test_every_command_is_documented(command: click.Command):
    names = (
        [f"{command.name} {part}" for part in command.commands] if isinstance(command, click.Group) else [command.name]
    )
    for name in names:
        assert f"`flask {name}" in INTERFACE


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str):
    assert f"`{name.upper()}`" in RUNNING


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path):
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
        if target != "address":
            assert (document.parent / target).exists(), target
