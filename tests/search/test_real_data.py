"""Questions in a person's own words about whole communities as they were published: is the thread that answers them
among the first five? And do both databases find the same? The communities are not ours to hand on, so these tests run
where they are found (see tests/importing/published.py)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from portal import create_app
from portal.core.db import db
from portal.importing.models import ExternalId
from portal.importing.stackexchange.actions import import_dump
from portal.people.viewer import VISITOR, Viewer
from portal.search.parsing import parse
from portal.search.queries.finding import find
from portal.search.tending import catch_up
from tests.conftest import databases, new_database, settings_for
from tests.importing.dumps import silent
from tests.importing.published import DATA, MISSING

ENGLISH, FRENCH = "conlang.meta.stackexchange.com", "french.meta.stackexchange.com"
RIGHT_AMONG_FIVE = 0.85
SAME_OF_TEN = 9

QUESTIONS: dict[str, tuple[tuple[str, int], ...]] = {
    ENGLISH: (
        ("may I write my question in a constructed language", 1),
        ("favicon says art", 3),
        ("tools to make my own symbols", 5),
        ("name for the main chat", 6),
        ("two klingon tags redundant", 9),
        ("elves with several languages which tag", 18),
        ("can I ask about esperanto", 21),
        ("how do you say something in a conlang, is that ok", 23),
        ("can I ask about a language I am inventing myself", 26),
        ("black speech translation close votes", 30),
        ("is inventing an alphabet a valid topic", 39),
        ("subjective problems with features of my conlang", 40),
        ("tag for writing systems", 50),
        ("longer answers than just yes", 53),
        ("list of resources for beginners", 55),
        ("looking for material to learn solresol", 59),
        ("tag for how languages evolve over time", 63),
        ("puzzles and games on the site", 66),
        ("graphic design for an advertisement", 70),
        ("eurocentric features tag", 71),
        ("which languages have a certain feature, wals", 73),
        ("nominate a moderator", 79),
        ("tag for influence of body and environment on language", 80),
        ("human anatomy question too broad", 89),
        ("chat room to practise speaking conlangs", 95),
        ("is an engineered language a conlang here", 99),
        ("gloss for example sentences", 108),
        ("star wars mandalorian language relex", 114),
        ("is my phonology realistic, allowed to ask?", 116),
        ("tag badge not awarded", 158),
    ),
    FRENCH: (
        ("demander une traduction", 1),
        ("corriger les fautes des débutants dans leurs questions", 422),
        ("tu ou vous entre membres", 37),
        ("les espaces insécables ne s'affichent pas bien", 564),
        ("lien « à propos » absent du menu", 505),
        ("accents dans les noms d'étiquettes", 105),
        ("langues régionales autorisées ?", 110),
        ("être averti quand quelqu'un modifie mon message", 125),
        ("quels guillemets utiliser", 142),
        ("étiquette pour les mots injurieux", 143),
        ("endroit pour faire des essais de mise en forme", 152),
        ("choisir les modérateurs", 170),
        ("contenu de la foire aux questions", 189),
        ("étiquettes pour le québécois et autres régions", 194),
        ("vocabulaire de stack exchange en français", 214),
        ("académicien inscrit sur le site", 233),
        ("même question en anglais et en français, doublon ?", 247),
        ("corriger l'anglais des autres", 264),
        ("notes de bas de page", 282),
        ("nom du salon de discussion", 298),
        ("répondre en français à une question en anglais", 301),
        ("changer le titre d'une question", 330),
        ("deux bonnes réponses, laquelle accepter", 360),
        ("autre chose que le gras pour faire ressortir un mot", 363),
        ("à quoi sert le tag usage", 364),
        ("orthographe rectifiée 1990", 384),
        ("aide aux devoirs scolaires", 427),
        ("chercher uniquement dans les titres", 434),
        ("envoyer un message privé à un membre", 538),
        ("site traduit, interface française", 530),
    ),
}
"""What somebody asks, and the question there that has the answer."""

pytestmark = [pytest.mark.real_data, pytest.mark.skipif(not DATA.is_dir(), reason=MISSING)]


class Community:
    """Both communities in one portal; what a thread is called there."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            upgrade()
            for folder, language in ((ENGLISH, "en"), (FRENCH, "fr")):
                import_dump(DATA / folder, language=language, progress=silent)
            while catch_up():
                pass
            rows = db.session.execute(sa.select(ExternalId).filter_by(kind="thread")).scalars()
            self.there = {(row.source, int(row.external)): row.local_id for row in rows}

    def find(self, text: str, language: str) -> list[int]:
        with self.app.app_context():
            seen = Viewer(**{**vars_of(VISITOR), "language": language})
            return [hit.thread_id for hit in find(seen, parse(text), limit=10).hits]


def vars_of(viewer: Viewer) -> dict[str, object]:
    return {name: getattr(viewer, name) for name in viewer.__dataclass_fields__}


@contextmanager
def community(kind: str, place: Path) -> Iterator[Community]:
    made = Community(create_app(settings_for(new_database(kind, place), place)))
    yield made
    with made.app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.skipif(not all((DATA / folder).is_dir() for folder in QUESTIONS), reason=MISSING)
def test_the_right_thread_is_among_the_first_five_and_the_same_on_both_databases(
    pytestconfig: pytest.Config, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    found: dict[str, dict[str, list[int]]] = {}
    for kind in databases(pytestconfig):
        with community(kind, tmp_path) as there:
            for folder, asked in QUESTIONS.items():
                language = "fr" if folder == FRENCH else "en"
                answers = {text: there.find(text, language) for text, _right in asked}
                found[kind] = found.get(kind, {}) | answers
                with subtests.test(folder=folder, database=kind):
                    assert_right(folder, {text: there.there[folder, right] for text, right in asked}, answers)
    one, *others = found.values()
    for other in others:
        for text in one:
            assert len(set(one[text]) & set(other[text])) >= min(SAME_OF_TEN, len(one[text])), text


def assert_right(folder: str, wanted: dict[str, int], found: dict[str, list[int]]) -> None:
    missed: list[str] = []
    for text, right in wanted.items():
        if right not in found[text][:5]:
            place = found[text].index(right) + 1 if right in found[text] else "not in ten"
            missed.append(f"{right} ({place}): {text}")
    share = 1 - len(missed) / len(wanted)
    print(f"{folder}: {share:.0%}", *missed, sep="\n  ")  # noqa: T201
    assert share >= RIGHT_AMONG_FIVE, missed
