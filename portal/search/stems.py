"""Stems of words, by language: Snowball's, as the library snowballstemmer has them."""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

NAMES = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
LIBRARY = "snowballstemmer"


def base(language: str) -> str:
    """The language without its country: `pt` for `pt-BR`."""
    return language.partition("-")[0].lower()


@cache
def stemmer(language: str) -> Callable[[str], str]:
    """What gives the stem of a word in lower case; the word itself, in a language without stems."""
    name = NAMES.get(base(language))
    if name is None:
        return _same
    _library()
    module: Any = importlib.import_module(f"{LIBRARY}.{name}_stemmer")
    made: Any = getattr(module, f"{name.capitalize()}Stemmer")()
    stem: Callable[[str], str] = made.stemWord
    return stem


def _same(word: str) -> str:
    return word


def _library() -> None:
    """The package without its `__init__`, which reads all its languages: 14 megabytes in each process."""
    if LIBRARY not in sys.modules:
        spec = importlib.util.find_spec(LIBRARY)
        if spec is None or spec.submodule_search_locations is None:
            raise ImportError(f"{LIBRARY} is not installed")
        package = ModuleType(LIBRARY)
        package.__path__ = list(spec.submodule_search_locations)
        package.__spec__ = spec
        sys.modules[LIBRARY] = package
