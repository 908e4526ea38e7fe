"""`python -m bench.fanout [--db postgres] [--people 50000]`: an idea that so many voted for is shipped, and a worker
tells them all, while someone else goes on writing. Says how long it took, what the worker kept in memory, and how long
the other writer had to wait."""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from bench.__main__ import BUILD
from portal import ROOT, create_app
from portal.announcements.models import Announcement, AnnouncementItem
from portal.config import load
from portal.core.clock import now
from portal.core.db import db, write
from portal.events.actions import record
from portal.ideas.models import Idea, IdeaVote, Outcome
from portal.loop.models import Debt
from portal.notices.models import Notice
from portal.people.models import Person
from portal.threads.models import Category, Thread, Watch
from tests import postgres

BULK = 5_000
WORKER = """
import time
from portal import create_worker
from portal.notices.telling import steps
app = create_worker()
with app.app_context():
    began, busy = time.perf_counter(), time.process_time()
    finished = steps.tell_due()
    took, busy = time.perf_counter() - began, time.process_time() - busy
memory = [line.split()[1] for line in open("/proc/self/smaps_rollup") if line.startswith("Pss:")]
# Not by getrusage, whose figure takes in what the process weighed that began this one.
most = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")]
print(finished, took, busy, int(memory[0]) / 1024, int(most[0]) / 1024)
"""


def main() -> None:
    arguments = argparse.ArgumentParser(prog="bench.fanout")
    arguments.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    arguments.add_argument("--people", type=int, default=50_000)
    arguments.add_argument("--items", type=int, default=0, help="by an announcement with so many items")
    given = arguments.parse_args()
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgres.running()) if given.db == "postgres" else ""
        app = create_app(_settings(_empty(server)))
        with app.app_context():
            upgrade()
            event_id = fill(given.people, given.items)
            if server:
                with db.engine.connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
            result = measure(app, event_id)
    print(json.dumps({"db": given.db, "people": given.people, "items": given.items} | result, indent=1))


def _empty(server: str) -> str:
    BUILD.mkdir(parents=True, exist_ok=True)
    if server:
        with sa.create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE fanout")
        return server.rsplit("/", 1)[0] + "/fanout"
    for old in BUILD.glob("fanout.db*"):
        old.unlink()
    return f"sqlite:///{BUILD / 'fanout.db'}"


def _settings(address: str) -> Any:
    return load(database_url=address, data_dir=BUILD / "data", secret_key="b" * 48, _env_file=None)


def fill(people: int, items: int) -> int:
    """The people, all of them voters (a tenth contacts); returns the event that tells them."""
    at = now()
    category = Category(slug="ideas", name="Ideas")
    db.session.add(category)
    db.session.flush()
    for first in range(0, people, BULK):
        db.session.execute(sa.insert(Person), [_person(n, at) for n in range(first, min(first + BULK, people))])
    manager = Person(username="manager", username_key="manager", role="manager", created_at=at)
    db.session.add(manager)
    db.session.commit()
    ids = list(db.session.scalars(sa.select(Person.id).where(Person.role == "member").order_by(Person.id)))
    ideas = [_idea(category.id, manager.id, n, at) for n in range(items or 1)]
    for idea_id in ideas:
        for first in range(0, people, BULK):
            some = ids[first : first + BULK]
            db.session.execute(sa.insert(IdeaVote), [{"idea_id": idea_id, "person_id": id_, "at": at} for id_ in some])
            db.session.execute(
                sa.insert(Watch),
                [
                    {"thread_id": idea_id, "person_id": id_, "level": "follow", "because": "voted", "at": at}
                    for id_ in some
                ],
            )
        db.session.commit()
    return _announce(category.id, manager.id, ideas) if items else _decide(manager.id, ideas[0])


def _person(n: int, at: Any) -> dict[str, Any]:
    contact = n % 10 == 0
    named = {"username": f"p{n}", "username_key": f"p{n}", "email_confirmed_at": at}
    return {
        "kind": "contact" if contact else "account",
        "name": f"Person {n}",
        "email": f"p{n}@example.com",
        "email_key": f"p{n}@example.com",
        "created_at": at,
        **({"username": None, "username_key": None, "email_confirmed_at": None} if contact else named),
    }


def _idea(category_id: int, author_id: int, n: int, at: Any, kind: str = "idea") -> int:
    thread = Thread(kind=kind, category_id=category_id, author_id=author_id, title=f"{kind} {n}", slug=f"{kind}-{n}")
    thread.created_at = thread.last_activity_at = at
    db.session.add(thread)
    db.session.flush()
    if kind == "idea":
        db.session.add(Idea(thread_id=thread.id, root_id=thread.id))
        db.session.flush()
    return thread.id


def _outcome(manager_id: int, idea_id: int, event_id: int) -> int:
    outcome = Outcome(idea_id=idea_id, status="shipped", by_id=manager_id, at=now(), event_id=event_id)
    db.session.add(outcome)
    db.session.flush()
    db.session.execute(sa.update(Idea).where(Idea.thread_id == idea_id).values(status="shipped", outcome_id=outcome.id))
    return outcome.id


def _decide(manager_id: int, idea_id: int) -> int:
    event = record("idea.decided", actor_id=manager_id, thread_id=idea_id, due_at=now() - timedelta(seconds=1))
    event.data = {"outcome_id": _outcome(manager_id, idea_id, event.id)}
    db.session.commit()
    return event.id


def _announce(category_id: int, manager_id: int, ideas: list[int]) -> int:
    announcement_id = _idea(category_id, manager_id, 1, now(), kind="announcement")
    due = now() - timedelta(seconds=1)
    event = record("announcement.published", actor_id=manager_id, thread_id=announcement_id, due_at=due)
    db.session.add(Announcement(thread_id=announcement_id, state="published", published_at=now(), event_id=event.id))
    for idea_id in ideas:
        outcome_id = _outcome(manager_id, idea_id, event.id)
        db.session.add(
            AnnouncementItem(
                announcement_id=announcement_id,
                idea_id=idea_id,
                outcome="shipped",
                outcome_id=outcome_id,
                event_id=event.id,
            )
        )
    db.session.commit()
    return event.id


def measure(app: Flask, event_id: int) -> dict[str, Any]:
    """Let a worker of its own tell them while this process writes all the time."""
    database = app.config["RONDO"].database
    environment = os.environ | {"DATABASE_URL": database, "DATA_DIR": str(BUILD / "data"), "SECRET_KEY": "b" * 48}
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    waits: list[float] = []
    while process.poll() is None:
        began = time.perf_counter()
        write(lambda: db.session.execute(sa.insert(Category), [{"slug": f"c{len(waits)}", "name": "c"}]))
        waits.append(time.perf_counter() - began)
        time.sleep(0.005)
    finished, took, busy, memory, most = (process.stdout.read() if process.stdout else "").split()[-5:]
    return {
        "events": int(finished),
        "seconds": round(float(took), 2),
        "seconds_of_its_cpu": round(float(busy), 2),
        "worker_pss_mb": round(float(memory), 1),
        "worker_most_mb": round(float(most), 1),
        "longest_wait_s": round(max(waits), 3),
        "writes_meanwhile": len(waits),
        **counted(event_id),
    }


def counted(event_id: int) -> dict[str, Any]:
    """What is there now."""
    states = db.session.execute(sa.select(Debt.state, sa.func.count()).group_by(Debt.state)).all()
    notices = db.session.scalar(sa.select(sa.func.count()).select_from(Notice).where(Notice.event_id == event_id))
    letters = db.session.scalar(sa.text("SELECT count(*) FROM delivery"))
    return {"notices": notices, "letters": letters, "debts": {row[0]: row[1] for row in states}}


if __name__ == "__main__":
    main()
