"""The files of a checkout, parsed once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True)
class Module:
    """One Python file: where it is, what it is called when imported, and its tree."""

    path: Path
    place: str
    name: str
    is_package: bool
    tree: ast.Module

    def at(self, node: ast.AST | int) -> str:
        line = node if isinstance(node, int) else getattr(node, "lineno", 1)
        return f"{self.place}:{line}"

    def imports(self) -> Iterator[tuple[ast.AST, str, str]]:
        """Each import, wherever it stands: its node, the module, and the name taken from it (or nothing)."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node, alias.name, ""
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield node, self._absolute(node), alias.name

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        base = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*base, node.module] if node.module else base)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


def modules(root: Path, *folders: str) -> list[Module]:
    """Every Python file below these folders of a checkout."""
    paths = [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]
    return [_module(root, path, path.stat().st_mtime_ns) for path in paths if "__pycache__" not in path.parts]


@lru_cache(maxsize=1024)
def _module(root: Path, path: Path, _changed: int) -> Module:
    place = path.relative_to(root)
    parts = list(place.with_suffix("").parts)
    is_package = parts[-1] == "__init__"
    name = ".".join(parts[:-1] if is_package else parts)
    return Module(path, place.as_posix(), name, is_package, ast.parse(path.read_text(encoding="utf-8")))


def templates(root: Path) -> Iterator[tuple[str, str]]:
    """Every template: where it is, and its text."""
    for path in sorted((root / "templates").rglob("*")):
        if path.is_file():
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
