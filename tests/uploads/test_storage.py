"""The places where uploads lie behave alike."""

from pathlib import Path

import pytest
from flask import Flask

from portal.config import BadSetting, Settings
from portal.uploads import storage
from portal.uploads.storage import Unreachable, name_of
from tests.conftest import settings_for

KEY = "ab" * 16


@pytest.fixture(params=["folder", "file", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> storage.Storage:
    addresses = {"folder": "", "file": f"file://{tmp_path}/elsewhere", "memory": "memory:///"}
    return storage.storage(_settings(tmp_path, addresses[request.param]))


def _settings(folder: Path, address: str) -> Settings:
    return settings_for(f"sqlite:///{folder}/x.db", folder, uploads_url=address)


def read(place: storage.Storage, name: str) -> bytes | None:
    found = place.open(name)
    if found is None:
        return None
    data = b"".join(found.pieces)
    assert len(data) == found.size
    return data


def test_what_is_kept_is_found_listed_and_removed(place: storage.Storage):
    name = name_of(KEY, "-1x1.webp")
    assert read(place, name) is None
    place.put(name, b"one", "image/webp")
    place.put(name, b"two" * 300_000, "image/webp")
    assert read(place, name) == b"two" * 300_000
    ((listed, at),) = place.names("ab")
    assert (listed, storage.key_of(listed), at.tzinfo is not None) == (name, KEY, True)
    assert list(place.names("cd")) == []
    place.remove([name, "cd/nothing"])
    assert read(place, name) is None
    assert place.check()


def test_a_place_that_cannot_be_used_says_so(tmp_path: Path):
    (tmp_path / "uploads").write_text("a file where the folder should be")
    with pytest.raises(Unreachable, match="uploads"):
        storage.storage(_settings(tmp_path, "")).check()


@pytest.mark.parametrize("address", ["/srv/files", "ftp://host/x", "s3://"])
def test_a_wrong_address_stops_the_start(tmp_path: Path, address: str):
    with pytest.raises(BadSetting, match="UPLOADS_URL"):
        _settings(tmp_path, address)


def test_the_folder_is_below_the_data(app: Flask):
    assert isinstance(storage.storage(), storage.Folder)
    assert app.config["RONDO"].uploads_folder.parent == app.config["RONDO"].data_dir.resolve()
