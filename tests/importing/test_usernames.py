"""People who come from elsewhere get names that they could have chosen here, and that nobody has."""

from flask import Flask

from portal.importing.usernames import usernames
from tests.factories import make_person


def test_names_become_one_word(app: Flask) -> None:
    names = {1: "Ada  Oolong", 2: "ＢＯＢ!", 3: "...", 4: "", 5: "Ψηφίο Ω", 6: "x" * 80, 7: "a._-b__c", 8: "<b>ada"}
    assert usernames(names) == {
        1: "AdaOolong",
        2: "BOB",
        3: "person-3",
        4: "person-4",
        5: "ΨηφίοΩ",
        6: "x" * 28,
        7: "a.b_c",
        8: "bada",
    }


def test_nobody_gets_a_name_that_is_taken(app: Flask) -> None:
    for name in ("bob", "bob-2", "person-2", "person-2-2"):
        make_person(name)
    assert usernames({2: "BOB", 3: "bob", 4: "Ada", 5: "ADA"}) == {2: "person-2-3", 3: "bob-3", 4: "Ada", 5: "ADA-5"}


def test_nobody_gets_a_name_that_could_pass_for_staff_or_that_nobody_may_choose(app: Flask) -> None:
    make_person("grace", role="admin")
    names = {-1: "Community", 2: "Admin", 3: "Grаce", 4: "GRACE", 5: "Bo", 6: "12345"}
    found = usernames(names)
    assert found == {-1: "Community-1", 2: "Admin-2", 3: "person-3", 4: "GRACE-4", 5: "Bo-5", 6: "person-6"}
