"""The file that names categories: what it may say, and what is said where it is wrong."""

import json
from pathlib import Path

import pytest

from portal.importing.discourse.mapping import MapError, read
from tests.importing.forums import write_map


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    given = {"site": "https://Old.example/", "categories": {"5": {"name": "Help & more", "kind": "question"}}}
    told = 'site = "old.example"\n[categories.5]\nname = "Help & more"\nkind = "question"\n'
    one, other = read(write_map(tmp_path, told)), read(write_map(tmp_path, json.dumps(given), "map.json"))
    assert (one.site, one.language, one.places) == (other.site, other.language, other.places)
    assert (one.places[5].slug, one.places[5].visibility) == ("help-more", "everyone")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("site = ", "map.toml: Invalid"),
        ("[categories.5]", "site is missing"),
        ('site = "a.example"', "categories are missing"),
        ('site = "a.example"\nlanguage = "English"\n[categories.5]\nname = "A"', "not English"),
        ('site = "a.example"\n[categories.x]\nname = "A"', "[categories.x]: an id is a number"),
        ('site = "a.example"\n[categories.5]\nkind = "question"', "[categories.5]: name is missing"),
        (
            'site = "a.example"\n[categories.5]\nname = "A"',
            "[categories.5]: kind should be one of question, discussion, idea, announcement",
        ),
        ('site = "a.example"\n[categories.5]\nname = "A"\nkind = "chat"', "idea, announcement, not chat"),
        ('site = "a.example"\n[categories.5]\nname = "A"\nkinds = "chat"', "there is no kinds"),
        ('site = "a.example"\n[categories.5]\nname = 3\nkind = "question"', "name should be a text"),
        ('site = "a.example"\n[categories.5]\nname = "A"\nkind = "question"\ncolour = "plaid"', "not plaid"),
        ('site = "a.example"\ncategories.5 = "Help"', "it should have name and kind"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(MapError) as caught:
        read(write_map(tmp_path, text))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_category_of_the_archive_has_to_be_named(tmp_path: Path) -> None:
    with pytest.raises(MapError, match=r"no \[categories\.7\]; the archive has topics in category 7, 9"):
        read(write_map(tmp_path)).check({5, 9, 7})
