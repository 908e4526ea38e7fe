"""Colours of code: classes on spans, never styles. Languages are a list: no name people write reaches an import."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from time import thread_time
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name  # pyright: ignore[reportUnknownVariableType]
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

SECONDS = 0.1
"""Processor time for all colours of one text. Real code of the longest allowed kind takes a fifth of it."""

LANGUAGES_IN_A_TEXT = 5
"""Different languages that get colours in one text: making one ready takes its time."""

_UNUSUAL = re.compile(r"[^\n]{501}|\n(?:[ \t]{0,40}\n){6}|[ \t]{101}")

CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)


def language(info: str) -> str | None:
    """The language that the first word after the fence names, if it is one of ours."""
    words = info.split(maxsplit=1)
    return _NAMES.get(words[0].lower().removeprefix("lang-").removeprefix("language-")) if words else None


class Colours:
    """The colours of one text, within a budget for all of its code. What does not fit stays plain, never refused.

    Lexers are regular expressions, many of them quadratic on what is not code, some in a single step. So lines may not
    be long nor empty ones many, which bounds a step, and between steps the processor time is watched."""

    def __init__(self, characters: int, spans: int, seconds: float = SECONDS) -> None:
        self.characters, self.spans, self.seconds = characters, spans, seconds
        self.languages: set[str] = set()

    def pieces(self, code: str, name: str) -> list[tuple[str, str]] | None:
        """The code in order and complete, each piece with its CSS class or ''; None where it must stay plain."""
        if len(code) > self.characters or self.seconds <= 0 or _UNUSUAL.search(code):
            return None
        if name not in self.languages and len(self.languages) == LANGUAGES_IN_A_TEXT:
            return None
        self.languages.add(name)
        self.characters -= len(code)
        lexer = _lexer(name)
        began = thread_time()
        try:
            pieces = _merged(_watched(lexer.get_tokens(code), began + self.seconds))
        except Exception:  # TimeoutError, or a mistake in a lexer: neither may keep anyone from writing
            return None
        finally:
            self.seconds -= thread_time() - began
        if len(pieces) > self.spans or "".join(text for _, text in pieces) != code:
            return None
        self.spans -= len(pieces)
        return pieces


def _watched(tokens: Iterable[tuple[Any, str]], until: float) -> Iterator[tuple[str, str]]:
    for kind, text in tokens:
        if thread_time() > until:
            raise TimeoutError
        yield _css(kind), text


def _merged(tokens: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Neighbours of one class as one piece; spaces join what is before them."""
    pieces: list[tuple[str, str]] = []
    for css, text in tokens:
        if pieces and (css == pieces[-1][0] or text.isspace()):
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + text)
        else:
            pieces.append((css, text))
    return pieces


@cache
def _lexer(name: str) -> Lexer:
    """The lexer, made ready. That takes hundredths of a second, once for each language in the life of a process."""
    lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    for _ in lexer.get_tokens("a\n"):
        pass
    return lexer


@cache
def _css(kind: Any) -> str:
    """The class of a kind of token, or of the nearest kind above it that has one."""
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    return STANDARD_TYPES[kind]
