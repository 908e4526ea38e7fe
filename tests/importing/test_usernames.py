"""People who come from elsewhere get names that nobody has."""

from flask import Flask

from portal.importing.usernames import usernames
from tests.factories import make_person


def test_names_become_one_word(app: Flask) -> None:
    names = {1: "Ada  Oolong", 2: "ＢＯ!", 3: "...", 4: "", 5: "Ψηφίο Ω", 6: "x" * 80, -1: "<script>"}
    assert usernames(names) == {
        1: "AdaOolong",
        2: "BO",
        3: "user3",
        4: "user4",
        5: "ΨηφίοΩ",
        6: "x" * 30,
        -1: "script",
    }


def test_nobody_gets_a_name_that_is_taken(app: Flask) -> None:
    for name in ("bo", "bo-2", "bo-2-2"):
        make_person(name)
    assert usernames({2: "BO", 3: "bo", 4: "Ada", 5: "ADA"}) == {2: "BO-2-3", 3: "bo-3", 4: "Ada", 5: "ADA-5"}
