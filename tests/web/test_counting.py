"""Counts that are gathered, as on a portal that keeps visitors' pages for some seconds."""

from functools import partial
from itertools import repeat

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from portal.core.db import db
from portal.search.actions.counting import count_search
from portal.search.models.asked import SearchAsked
from portal.web.counting import MOST, Gathered

LATER = 3_600


def asked(app: Flask) -> dict[str, int]:
    with app.app_context():
        return {row.words: row.asked for row in db.session.execute(select(SearchAsked.words, SearchAsked.asked))}


def test_counts_are_written_together(own_app: Flask) -> None:
    gathered = Gathered(own_app, LATER)
    for words in ("labels", "labels", "ferry"):
        gathered.put([partial(count_search, words, "en", found_nothing=False)])
    assert asked(own_app) == {}
    gathered.write()
    assert asked(own_app) == {"labels": 2, "ferry": 1}
    gathered.write()
    assert asked(own_app) == {"labels": 2, "ferry": 1}


def test_counts_that_cannot_be_written_are_left_out_and_those_after_them_are_not(own_app: Flask) -> None:
    def away() -> None:
        raise OperationalError("UPDATE", None, Exception("the database is away"))

    gathered = Gathered(own_app, LATER)
    gathered.put([away])
    gathered.write()
    gathered.put(repeat(partial(count_search, "labels", "en", found_nothing=False), MOST + 1))
    assert len(gathered.acts) == MOST
    gathered.acts[1:] = []
    gathered.write()
    assert asked(own_app) == {"labels": 1}
