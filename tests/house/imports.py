"""Who may import whom: downwards only, for folders and for files, and never in a circle."""

from collections.abc import Iterator
from pathlib import Path

from tests.house.reading import Module, modules

ORDER: tuple[tuple[str, ...], ...] = (
    ("config", "core"),
    ("events",),
    ("site",),
    ("people",),
    ("threads",),
    ("questions",),
    ("uploads",),
    ("ideas",),
    ("announcements",),
    ("notices",),
    ("loop",),
    ("moderation", "search", "delivery"),
    ("importing",),
    ("worker",),
    ("web", "api", "cli"),
)
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
GROUND, FACES = ("config", "core"), ("web", "api", "cli", "worker")
ROOMS = tuple(name for name in RANK if name not in GROUND and name not in FACES)
PARTS = {"models": 0, "policy": 1, "queries": 2, "actions": 3, "notices": 3}
OF_A_REQUEST = {"request", "session", "g"}


def upwards(root: Path) -> Iterator[str]:
    """A folder of portal/ imports what stands above it or beside it."""
    for module, mine, theirs, node in _between_rooms(root):
        if RANK[theirs] >= RANK[mine] and not {mine, theirs} <= set(GROUND):
            yield f"{module.at(node)}: {mine} may not import {theirs}"


def unknown_folders(root: Path) -> Iterator[str]:
    """Something in portal/ has no place in the order."""
    for path in sorted((root / "portal").glob("*")):
        name = path.name.removesuffix(".py")
        is_code = path.suffix == ".py" or any(path.glob("*.py"))
        if is_code and name not in ("__init__", *RANK):
            yield f"{path.relative_to(root)}: say in tests/house/imports.py where it stands"


def wrong_way_in_a_room(root: Path) -> Iterator[str]:
    """actions -> queries -> policy -> models, in a room and from one room to another."""
    for module, theirs, part, node in _parts(root):
        mine = PARTS.get(_part_of(module.name))
        if mine is None or part not in PARTS:
            continue
        same_part = theirs == module.name.split(".")[1] and part == _part_of(module.name)
        if PARTS[part] > mine or (PARTS[part] == mine and part != _part_of(module.name) and not same_part):
            yield f"{module.at(node)}: {_part_of(module.name)} may not import {part}"


def circles(root: Path) -> Iterator[str]:
    """Files that import each other, however far around."""
    known = {module.name: module for module in modules(root, "portal")}
    graph = {name: sorted(_targets(module, set(known)) - {name}) for name, module in known.items()}
    for circle in _circles(graph):
        yield f"{known[circle[0]].place}: a circle of {' -> '.join([*circle, circle[0]])}"


def rooms_know_no_request(root: Path) -> Iterator[str]:
    """A room is called by the worker, commands and tests too: it asks no request who is there."""
    for module in modules(root, "portal"):
        if _folder(module.name) not in (*ROOMS, *GROUND):
            continue
        for node, source, name in module.imports():
            if source == "flask_login" or (source == "flask" and name in OF_A_REQUEST):
                yield f"{module.at(node)}: {name or source} belongs to the faces"


def migrations_stand_alone(root: Path) -> Iterator[str]:
    """A migration is about the tables as they were then, not about today's models."""
    for module in modules(root, "migrations/versions"):
        for node, source, _name in module.imports():
            if source.split(".")[0] == "portal":
                yield f"{module.at(node)}: a migration imports {source}"


def _between_rooms(root: Path) -> Iterator[tuple[Module, str, str, object]]:
    for module in modules(root, "portal"):
        mine = _folder(module.name)
        for node, source, name in module.imports():
            full = f"{source}.{name}" if source == "portal" else source
            theirs = _folder(full)
            if mine in RANK and theirs in RANK and theirs != mine:
                yield module, mine, theirs, node


def _parts(root: Path) -> Iterator[tuple[Module, str, str, object]]:
    for module in modules(root, "portal"):
        if _folder(module.name) not in ROOMS:
            continue
        for node, source, name in module.imports():
            full = f"{source}.{name}".split(".")
            if full[0] == "portal" and len(full) > 2 and full[1] in ROOMS:
                yield module, full[1], full[2], node


def _folder(name: str) -> str:
    parts = name.split(".")
    return parts[1] if parts[0] == "portal" and len(parts) > 1 else ""


def _part_of(name: str) -> str:
    parts = name.split(".")
    return parts[2] if len(parts) > 2 else ""


def _targets(module: Module, known: set[str]) -> set[str]:
    found: set[str] = set()
    for _node, source, name in module.imports():
        full = f"{source}.{name}"
        found.add(full if full in known else source)
    return found & known


def _circles(graph: dict[str, list[str]]) -> Iterator[list[str]]:
    """One circle for each file that is in one, shortest way round, each told once."""
    told: set[frozenset[str]] = set()
    for start in graph:
        way = _way_back(graph, start)
        if way and frozenset(way) not in told:
            told.add(frozenset(way))
            yield way


def _way_back(graph: dict[str, list[str]], start: str) -> list[str]:
    ways = [[start]]
    seen = {start}
    while ways:
        way = ways.pop(0)
        for target in graph[way[-1]]:
            if target == start:
                return way
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return []
