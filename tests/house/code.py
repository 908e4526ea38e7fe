"""How code is written: small, typed, and each thing in its one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.imports import ROOMS
from tests.house.reading import modules

FILE, FUNCTION, VIEW = 300, 40, 15
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services", "misc"}
ROUTES = {"route", "get", "post", "put", "patch", "delete"}
MAKES_MARKUP = {
    "portal/web/formats.py",
    "portal/web/drawing.py",
    "portal/web/texts.py",
    "portal/search/marking.py",
}
"""What says of a text that it is HTML already: the filter for what core/markup.py made, what we draw and say,
and marks around words."""
TEXTS_OF = {"_": 1, "gettext": 1, "lazy_gettext": 1, "ngettext": 2}
"""How many texts each takes that the catalogues must have."""
SAYS = {"flash", "NotFound", "Forbidden", "Conflict", "Invalid", "TooOften", "Busy"}
"""What takes a sentence for people."""


def long_files(root: Path) -> Iterator[str]:
    for module in modules(root, "portal", "tests"):
        lines = len(module.path.read_text(encoding="utf-8").splitlines())
        if lines > FILE:
            yield f"{module.place}: {lines} lines; {FILE} at most"


def long_functions(root: Path) -> Iterator[str]:
    for module in modules(root, "portal"):
        for function in module.functions():
            most = VIEW if _is_view(function) else FUNCTION
            lines = _lines(function)
            if lines > most:
                yield f"{module.at(function)}: {function.name} has {lines} lines; {most} at most"


def empty_names(root: Path) -> Iterator[str]:
    """Names that say nothing become drawers for everything."""
    for module in modules(root, "portal", "tests"):
        if EMPTY_NAMES & set(Path(module.place).with_suffix("").parts):
            yield f"{module.place}: a name that says nothing"


def commits(root: Path) -> Iterator[str]:
    """Only core/db.py commits."""
    for module in modules(root, "portal"):
        if module.place == "portal/core/db.py":
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr == "commit":
                yield f"{module.at(node)}: commits; that is write()'s"


def nested_writes(root: Path) -> Iterator[str]:
    """What is called within the transaction does not begin one."""
    for module in modules(root, "portal"):
        parts = module.name.split(".")
        if len(parts) < 3 or parts[1] not in ROOMS or parts[2] not in ("models", "policy", "queries", "actions"):
            continue
        for node, source, name in module.imports():
            if source == "portal.core.db" and name == "write":
                yield f"{module.at(node)}: write() belongs to who calls this"


def lazy_loads(root: Path) -> Iterator[str]:
    """Every relationship is a link(), which refuses SQL nobody asked for."""
    for module in modules(root, "portal"):
        if module.place == "portal/core/db.py":
            continue
        for node, _source, name in module.imports():
            if name in ("relationship", "backref", "dynamic_loader"):
                yield f"{module.at(node)}: {name}; use link()"


def htmx_headers(root: Path) -> Iterator[str]:
    """One module reads and sets HX-* headers."""
    for module in modules(root, "portal"):
        if module.place == "portal/web/htmx.py":
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("HX-"):
                yield f"{module.at(node)}: {node.value}"
            if isinstance(node, ast.Attribute) and node.attr == "htmx" and _is_name(node.value, "request"):
                yield f"{module.at(node)}: request.htmx"
        for node, source, _name in module.imports():
            if source == "htmx_flask":
                yield f"{module.at(node)}: htmx_flask"


def marked_safe(root: Path) -> Iterator[str]:
    """Nothing is declared to be HTML, but by the one filter."""
    for module in modules(root, "portal"):
        if module.place in MAKES_MARKUP or module.name.startswith("portal.core.markup"):
            continue
        for node, source, name in module.imports():
            if (source, name) in (("markupsafe", "Markup"), ("flask", "Markup"), ("markupsafe", "")):
                yield f"{module.at(node)}: Markup"


def unannotated(root: Path) -> Iterator[str]:
    for module in modules(root, "portal"):
        for function in module.functions():
            given = function.args
            every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
            bare = [arg.arg for arg in every if arg and not arg.annotation and arg.arg not in ("self", "cls")]
            if bare or function.returns is None:
                untyped = ", ".join(bare) or "what it gives"
                yield f"{module.at(function)}: {function.name} does not say the type of {untyped}"


def silent_modules(root: Path) -> Iterator[str]:
    for module in modules(root, "portal"):
        if module.tree.body and not ast.get_docstring(module.tree):
            yield f"{module.place}: does not say what it is for"


def computed_texts(root: Path) -> Iterator[str]:
    """What is to be translated is written out in the call: nothing else finds its way into the catalogues."""
    for module in modules(root, "portal"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and (count := TEXTS_OF.get(_called(node))):
                for text in node.args[:count]:
                    if not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
                        yield f"{module.at(node)}: the text to be translated is not written here"


def texts_in_f_strings(root: Path) -> Iterator[str]:
    """Before Python 3.12 an f-string is one token: what is called within it is not found for the catalogues."""
    for module in modules(root, "portal"):
        for written in ast.walk(module.tree):
            if isinstance(written, ast.JoinedStr):
                for node in ast.walk(written):
                    if isinstance(node, ast.Call) and _called(node) in TEXTS_OF:
                        yield f"{module.at(node)}: a text to be translated within an f-string"


def untranslatable(root: Path) -> Iterator[str]:
    """A sentence for people goes through Flask-Babel, or it is English for ever."""
    for module in modules(root, "portal"):
        if module.name.startswith(("portal.cli", "portal.importing")):
            continue  # operators are spoken to in English
        for call in ast.walk(module.tree):
            if isinstance(call, ast.Call) and _called(call) in SAYS:
                for said in _sentences(call):
                    yield f"{module.at(call)}: {said!r} is not translated"


def _sentences(call: ast.Call) -> Iterator[str]:
    first = call.args[:1]
    fields = [word.value for word in call.keywords if word.arg in ("message", "fields")]
    values = [value for node in fields if isinstance(node, ast.Dict) for value in node.values]
    for node in [*first, *values]:
        if isinstance(node, ast.JoinedStr):
            yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
            yield node.value


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_view(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = [mark.func for mark in function.decorator_list if isinstance(mark, ast.Call)]
    return any(isinstance(func, ast.Attribute) and func.attr in ROUTES and _ends_bp(func.value) for func in calls)


def _ends_bp(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id.endswith("bp")


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From `def` to the end, without the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines
