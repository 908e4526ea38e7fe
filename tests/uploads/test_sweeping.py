"""What nobody needs goes, and nothing else does, whatever was interrupted."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import worker
from portal.core.clock import now
from portal.core.db import db, write
from portal.people.actions.erasing import anonymise
from portal.people.models import Person
from portal.threads.models import Draft
from portal.uploads import actions, contents, sweeping
from portal.uploads.models import Upload
from portal.uploads.storage import Folder, Unreachable, key_of, storage
from tests.factories import make_person, make_reply, make_thread, viewer_of
from tests.uploads import making

LONG_AGO = timedelta(days=2)


@pytest.fixture(autouse=True)
def _in_a_request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def age(words: str) -> Upload:
    upload = making.upload_of(words)
    assert upload is not None
    upload.created_at = now() - LONG_AGO
    db.session.commit()
    return upload


def files(words: str) -> list[Path]:
    key = making.address_in(words).removeprefix("/uploads/")[:32]
    place = storage()
    assert isinstance(place, Folder)
    return sorted((place.root / key[:2]).glob(f"{key}*"))


def test_what_no_post_shows_goes_after_a_day():
    person = make_person()
    viewer, thread = viewer_of(person), make_thread(person)
    unused, used, fresh, drafted, attached = (making.bring(viewer, making.picture(900, 20)) for _ in range(5))
    attached = making.bring(viewer, making.PDF, "a.pdf")
    make_reply(thread, viewer, body=f"Look: {used}\n\n{attached}")
    db.session.add(Draft(person_id=person.id, place="question", fields={"body": drafted}, at=now()))
    for words in (unused, used, drafted, attached):
        age(words)
    assert len(files(unused)) == 2
    assert sweeping.sweep() == 1
    assert (making.upload_of(unused), files(unused)) == (None, [])
    for words in (used, fresh, drafted, attached):
        assert making.upload_of(words) is not None
        assert files(words)
    assert sweeping.sweep() == 0


@contextmanager
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing can be removed meanwhile."""

    def fails(*_given: object) -> None:
        raise Unreachable("away")

    with monkeypatch.context() as broken:
        broken.setattr(Folder, "remove", fails)
        yield


def test_a_storage_that_fails_loses_no_file(monkeypatch: pytest.MonkeyPatch):
    words = making.bring(viewer_of(make_person()))
    age(words)

    with away(monkeypatch), pytest.raises(Unreachable):
        sweeping.sweep()
    # Its row is still there, so its files are found again.
    assert making.upload_of(words) is not None
    assert files(words)
    assert sweeping.sweep() == 1
    assert (making.upload_of(words), files(words)) == (None, [])


def test_the_worker_sweeps_and_goes_on_where_the_storage_is_away(monkeypatch: pytest.MonkeyPatch):
    words = making.bring(viewer_of(make_person()))
    age(words)

    with away(monkeypatch):
        assert worker.run_once() == 0
    assert making.upload_of(words) is not None
    worker.run_once()
    assert making.upload_of(words) is None


def test_a_row_without_a_file_goes_too():
    viewer = viewer_of(make_person())
    (key,) = write(actions.note, viewer, [contents.read(making.picture(), "a.png")])
    words = f"![a](/uploads/{key}-60x40.webp)"
    age(words)
    assert files(words) == []
    assert sweeping.sweep() == 1
    assert making.upload_of(words) is None


def test_files_without_a_row_go_after_a_day():
    known = making.bring(viewer_of(make_person()))
    place = storage()
    assert isinstance(place, Folder)
    (kept,) = files(known)
    shard = kept.parent.name
    stray, young = (f"{shard}/{shard}{number:030x}-1x1.webp" for number in (1, 2))
    for name in (stray, young):
        place.put(name, b"x", "")
    for path in (kept, place.root / stray):
        os.utime(path, (0, 0))
    assert key_of(stray) == f"{shard}{1:030x}"
    assert sweeping.remove_strays(place, shard) == 1
    assert not (place.root / stray).exists()
    assert kept.exists()
    assert (place.root / young).exists()


def test_who_is_erased_takes_along_their_picture_and_what_they_never_posted():
    person = make_person()
    viewer, thread = viewer_of(person), make_thread(person)
    unused, used = making.bring(viewer), making.bring(viewer)
    make_reply(thread, viewer, body=used)
    (face,) = making.kept(viewer, [contents.read_avatar(making.picture())])
    write(actions.wear_avatar, viewer, face)
    write(lambda: anonymise(db.session.get_one(Person, person.id)))
    assert db.session.get_one(Person, person.id).avatar is None
    assert sweeping.sweep() == 2
    assert making.upload_of(unused) is None
    assert db.session.scalar(db.select(Upload).filter_by(key=face)) is None
    assert making.upload_of(used) is not None
    assert files(used)


def test_a_picture_of_a_person_is_in_use_until_there_is_another():
    viewer = viewer_of(make_person())
    first, second = making.kept(viewer, [contents.read_avatar(making.picture())] * 2)
    write(actions.wear_avatar, viewer, first)
    db.session.execute(db.update(Upload).values(created_at=now() - LONG_AGO))
    db.session.commit()
    write(actions.wear_avatar, viewer, second)
    assert sweeping.sweep() == 1
    assert db.session.scalars(db.select(Upload.key)).all() == [second]
