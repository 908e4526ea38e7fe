"""Two hundred people vote and take their votes back, over HTTP and all at once, while ideas are merged and parted under
their hands and a worker tells of it. Nobody sees an error, and the counts and the ledger are what the rows say."""

import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import ROOT
from portal.core.db import db
from portal.ideas.models import Idea, IdeaVote
from portal.loop.models import Debt
from tests.conftest import migrated_database
from tests.factories import make_idea, make_person
from tests.faults import in_full
from tests.faults.serving import Portal, Writer, busy, people, portal, writer
from tests.loop.told import assert_accounts_balance

pytestmark = [in_full, pytest.mark.own_database]

VOTERS, VOTES = 200, 5
SEED = 17


@contextmanager
def telling(here: Portal, database: str, folder: Path) -> Iterator[None]:
    """A worker beside it."""
    given = {
        "DATABASE_URL": database,
        "DATA_DIR": str(folder),
        "SECRET_KEY": "a key for tests only, long enough for all",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "work"]
    with here.log.open("ab") as errors:
        worker = subprocess.Popen(command, cwd=ROOT, env=os.environ | given, stderr=errors, stdout=errors)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)


def balances(app: Flask) -> dict[str, int]:
    """What `flask loop report` says just now, which must add up."""
    said = app.test_cli_runner().invoke(args=["loop", "report", "--json"])
    assert said.exit_code == 0, said.output
    found = json.loads(said.output)
    assert found["owed"] == found["told"] + found["pending"] + sum(found["undeliverable"].values()), found
    return found


def votes(who: Writer, ideas: tuple[int, int], chance: random.Random) -> None:
    for _ in range(VOTES):
        who.post(f"/ideas/{chance.choice(ideas)}/vote", on=chance.choice("0111"))


def test_votes_come_and_go_while_two_ideas_are_merged_and_parted(
    database_kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNDO_SECONDS", "0")
    database = migrated_database(database_kind, tmp_path)
    with portal(database, tmp_path, threads=8) as here, telling(here, database, tmp_path):
        with here.app.app_context():
            ideas = make_idea().thread_id, make_idea().thread_id
            boss = writer(here, make_person(role="manager"))
            voters = [writer(here, each) for each in people(VOTERS)]
            db.session.remove()
        owed: list[int] = []

        def join_and_part() -> None:
            boss.post(f"/ideas/{ideas[0]}/merge", into=str(ideas[1]), reason="The same.")
            boss.post(f"/ideas/{ideas[0]}/unmerge")

        def read() -> None:
            with here.app.app_context():
                owed.append(balances(here.app)["owed"])
                db.session.remove()

        with busy([join_and_part, read]):
            pressing = [
                threading.Thread(target=votes, args=(each, ideas, random.Random(SEED + number)))
                for number, each in enumerate(voters)
            ]
            for each in pressing:
                each.start()
            for each in pressing:
                each.join()
        assert_nobody_saw_an_error([boss, *voters])
        assert len(owed) > 5, "it was read while they voted"
        with here.app.app_context():
            assert_counts_are_the_rows(here.app)


def assert_nobody_saw_an_error(everyone: list[Writer]) -> None:
    said = Counter(status for each in everyone for status in each.statuses)
    assert not sum(each.broken for each in everyone)
    assert set(said) <= {303, 403, 422}, f"a merged idea takes no votes, and says so: {said}"
    assert said[303] > VOTERS


def assert_counts_are_the_rows(app: Flask) -> None:
    checked = app.test_cli_runner().invoke(args=["recount", "--check"])
    assert checked.exit_code == 0, checked.output
    rows = db.session.scalar(sa.select(sa.func.count()).select_from(IdeaVote))
    assert rows == db.session.scalar(sa.select(sa.func.sum(Idea.votes)))
    assert_accounts_balance()
    twice = sa.select(Debt.person_id).group_by(Debt.outcome_id, Debt.person_id).having(sa.func.count() > 1)
    assert db.session.scalars(twice).all() == []
    assert balances(app)["owed"] > 0
