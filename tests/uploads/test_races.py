"""Many uploads at once, and a sweep at the same moment: no limit is passed, and nothing that is shown goes."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Busy, Invalid
from portal.people.viewer import Viewer
from portal.threads import actions as threads
from portal.uploads import contents, policy, sweeping
from portal.uploads.models import Upload, UploadUse
from portal.uploads.storage import storage
from tests.factories import make_person, make_thread, viewer_of
from tests.uploads import making

AT_ONCE = 12


def at_once(app: Flask, acts: list[Callable[[], object]]) -> list[object]:
    """Do all of these at the same moment; what was refused is returned in its place."""
    ready = threading.Barrier(len(acts))

    def act(one: Callable[[], object]) -> object:
        with app.test_request_context():
            ready.wait()
            try:
                return one()
            except Invalid as refused:
                return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(act, one) for one in acts]]


def bring(viewer: Viewer, number: int) -> str:
    """Brought again where too many are brought at once, as people do."""
    while True:
        try:
            return making.bring(viewer, making.picture(100 + number, 50), f"{number}.png")
        except Busy:
            time.sleep(0.01)


def test_the_limit_of_a_day_holds_however_many_come_at_once(own_app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(policy, "FOR_NEW", policy.Allowance(5, 10_000_000))
    with own_app.app_context():
        viewer = viewer_of(make_person())
    done = at_once(own_app, [partial(bring, viewer, number) for number in range(AT_ONCE)])
    taken = [each for each in done if isinstance(each, str)]
    assert len(taken) == 5
    assert len(set(taken)) == 5
    with own_app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Upload)) == 5
        # Each has the bytes that it was brought with, though all were decoded in one process.
        for words in taken:
            name = making.address_in(words).removeprefix("/uploads/")
            found = storage().open(f"{name[:2]}/{name}")
            assert found is not None
            size = making.shown(b"".join(found.pieces)).size
            assert words.startswith(f"![{size[0] - 100}]")


def test_a_sweep_takes_nothing_that_a_post_just_began_to_show(own_app: Flask):
    with own_app.test_request_context():
        viewer = viewer_of(make_person())
        thread_id = make_thread(viewer).id
        brought = [bring(viewer, number) for number in range(8)]
        db.session.execute(db.update(Upload).values(created_at=now() - timedelta(days=2)))
        db.session.commit()
    writers: list[Callable[[], object]] = [
        partial(write, threads.reply, viewer, thread_id, body=words) for words in brought
    ]
    at_once(own_app, [*writers, sweeping.sweep, sweeping.sweep, sweeping.sweep])
    with own_app.test_request_context():
        sweeping.sweep()
        shown = db.session.scalars(db.select(Upload).join(UploadUse, UploadUse.upload_id == Upload.id)).all()
        left = db.session.scalars(db.select(Upload)).all()
        # Either a post came first, then all of it is there; or the sweep did, then nothing is.
        assert {each.id for each in left} == {each.id for each in shown}
        assert all(each.dropped_at is None for each in left)
        for each in left:
            assert storage().open(f"{each.key[:2]}/{each.key}-{each.width}x{each.height}.webp") is not None
        place = storage()
        kept = {name for number in range(256) for name, _at in place.names(f"{number:02x}")}
        assert len(kept) == len(left)


def test_a_server_that_only_hands_out_never_loads_what_reads_pictures(tmp_path: Path):
    """It is ten megabytes that most processes need late or never."""
    said = (
        "import sys; from portal import create_app; create_app(); "
        "print({'PIL', 'puremagic', 'obstore'} & set(sys.modules))"
    )
    environment = {"DATA_DIR": str(tmp_path), "PATH": ""}
    root = Path(contents.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", said], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
