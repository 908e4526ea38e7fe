"""Colours of code: classes on spans, never styles. Languages are a list, so that no name a person writes reaches an import."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name  # pyright: ignore[reportUnknownVariableType] - its options are untyped
from pygments.token import STANDARD_TYPES

LANGUAGES = {
    "bash": "sh shell console zsh",
    "c": "h",
    "clojure": "clj",
    "cpp": "c++ cc hpp cxx",
    "csharp": "c# cs",
    "css": "",
    "dart": "",
    "diff": "patch udiff",
    "docker": "dockerfile",
    "elixir": "ex exs",
    "erlang": "erl",
    "fsharp": "f# fs",
    "go": "golang",
    "graphql": "gql",
    "groovy": "gradle",
    "haskell": "hs",
    "html": "htm xhtml",
    "http": "",
    "ini": "cfg conf dosini",
    "java": "",
    "javascript": "js jsx mjs node",
    "json": "json5 jsonc",
    "julia": "jl",
    "kotlin": "kt kts",
    "lua": "",
    "make": "makefile mk",
    "matlab": "octave",
    "nginx": "",
    "objective-c": "objc objectivec",
    "perl": "pl",
    "php": "",
    "powershell": "ps1 posh pwsh",
    "python": "py py3 python3",
    "r": "rlang",
    "ruby": "rb",
    "rust": "rs",
    "scala": "",
    "scheme": "lisp racket",
    "scss": "sass",
    "sql": "mysql postgresql postgres sqlite tsql plsql",
    "swift": "",
    "tex": "latex",
    "toml": "",
    "typescript": "ts tsx",
    "vim": "viml",
    "xml": "svg rss xsl",
    "yaml": "yml",
}
"""The languages that get colours, by the name that Pygments knows, each with the other names people write."""

_NAMES = {other: name for name, others in LANGUAGES.items() for other in [name, *others.split()]}

CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)


def language(info: str) -> str | None:
    """The language that the first word after the fence names, if it is one of ours."""
    words = info.split(maxsplit=1)
    return _NAMES.get(words[0].lower().removeprefix("lang-").removeprefix("language-")) if words else None


@cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False, ensurenl=False)


def colour(code: str, name: str) -> Iterator[tuple[str, str]]:
    """Pieces of the code, in order and complete, each with its CSS class or ''."""
    last, piece = "", ""
    for kind, text in _lexer(name).get_tokens(code):
        css = _css(kind)
        if css == last or text.isspace():
            piece += text
            continue
        if piece:
            yield last, piece
        last, piece = css, text
    if piece:
        yield last, piece


@cache
def _css(kind: Any) -> str:
    """The class of a kind of token, or of the nearest kind above it that has one."""
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    return STANDARD_TYPES[kind]
