"""The operator's file that says what the old forum was and what its categories, which an archive only numbers, are."""

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from portal.core.errors import RondoError
from portal.core.places import LANGUAGE_CODE
from portal.core.text import one_line, slug_of
from portal.threads.models import COLOURS

KINDS = ("question", "discussion", "idea", "announcement")
KNOWN = {"name", "kind", "slug", "description", "colour", "visibility"}


class MapError(RondoError):
    """The file cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a category of the old forum becomes: the one here with this slug, made as described if there is none."""

    slug: str
    name: str
    kind: str
    description: str = ""
    colour: str = "slate"
    visibility: str = "everyone"


@dataclass(frozen=True, slots=True)
class Mapping:
    """`site` is the old forum's host: what its rows are known by, and which addresses in posts are its own."""

    file: str
    site: str
    language: str
    places: dict[int, Place]

    def check(self, needed: Iterable[int]) -> None:
        """Raises MapError if one of these categories is not in the file."""
        if missing := sorted(set(needed) - self.places.keys()):
            names = ", ".join(map(str, missing))
            raise MapError(f"{self.file}: no [categories.{missing[0]}]; the archive has topics in category {names}")


def read(path: Path) -> Mapping:
    """The file as it stands: JSON if its name ends so, else TOML. Raises MapError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = cast(Any, json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text))
    except (ValueError, OSError) as error:
        raise MapError(f"{path.name}: {error}") from None
    if not isinstance(found, dict):
        raise MapError(f"{path.name}: it should have site and categories")
    values = cast(dict[str, Any], found)
    site = str(values.get("site") or "").lower().removeprefix("https://").strip("/")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,99}", site):
        raise MapError(f'{path.name}: site is missing: the old forum\'s address, such as site = "forum.example.org"')
    places = values.get("categories")
    if not isinstance(places, dict) or not places:
        raise MapError(f"{path.name}: categories are missing: [categories.ID] with name and kind for each")
    named = cast(dict[str, Any], places)
    language = str(values.get("language") or "en")
    if not LANGUAGE_CODE.fullmatch(language):
        raise MapError(f"{path.name}: language should be a code such as en or pt-BR, not {language}")
    return Mapping(path.name, site, language, {_id(path, id_): _place(path, id_, its) for id_, its in named.items()})


def _id(path: Path, written: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", written):
        raise MapError(f"{path.name}: [categories.{written}]: an id is a number")
    return int(written)


def _place(path: Path, id_: str, its: object) -> Place:
    where = f"{path.name}: [categories.{id_}]"
    if not isinstance(its, dict):
        raise MapError(f"{where}: it should have name and kind")
    given = {str(key): value for key, value in cast(dict[str, Any], its).items()}
    if unknown := sorted(given.keys() - KNOWN):
        raise MapError(f"{where}: there is no {unknown[0]}; there are {', '.join(sorted(KNOWN))}")
    if wrong := [key for key, value in given.items() if not isinstance(value, str)]:
        raise MapError(f"{where}: {wrong[0]} should be a text")
    name = one_line(given.get("name", ""))[:80]
    if not name:
        raise MapError(f"{where}: name is missing")
    given |= {"name": name, "kind": given.get("kind", ""), "slug": given.get("slug") or slug_of(name, otherwise=id_)}
    place = Place(**given)
    for what, value, choices in (
        ("kind", place.kind, KINDS),
        ("colour", place.colour, COLOURS),
        ("visibility", place.visibility, ("everyone", "members", "staff")),
    ):
        if value not in choices:
            raise MapError(
                f"{where}: {what} should be one of {', '.join(choices)}" + (f", not {value}" if value else "")
            )
    return place
