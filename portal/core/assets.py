"""Static files under names that change with their content, so that a browser may keep them for ever.

`static/` holds the sources. They are built into `build/static/<key>/`, where the key is a hash of all of them: a start
that finds its key has nothing to do (a few milliseconds). Several processes may build at once. `make setup` builds
them too, for who runs the program may not be allowed to write where it lies.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "static"
TARGET = ROOT / "build" / "static"
PREFIX = "static/"
KEPT = 5
"""How many builds stay: one that an older process still serves must not vanish under it."""

JOINED = {
    "css/app.css": ("css/*.css",),
    "js/app.js": ("vendor/htmx/*.js", "vendor/markdown-toolbar/*.js", "vendor/text-expander/*.js", "js/*.js"),
}
"""Files that become one: what is asked for, and the patterns of its parts, in order (and by name within a pattern)."""

NOT_SERVED = {"LICENSE", "README.md", "package.json"}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Assets:
    """One build: the folder that is served, and the address of each file by its name in `static/`."""

    folder: Path
    addresses: Mapping[str, str]

    def address(self, name: str) -> str:
        """The address of a file. Raises LookupError, which names it, for one that does not exist."""
        try:
            return self.addresses[name]
        except KeyError:
            raise LookupError(f"no static file {name!r}") from None


def mount(app: Flask, source: Path = SOURCE, target: Path = TARGET) -> Assets:
    """Serve the static files in front of the application, and give templates `asset('css/app.css')`."""
    assets = build(source, target)
    app.add_template_global(assets.address, "asset")
    app.wsgi_app = WhiteNoise(
        app.wsgi_app,
        root=str(assets.folder),
        prefix=PREFIX,
        immutable_file_test=_is_immutable,
        allow_all_origins=False,
        add_headers_function=_add_headers,
    )
    return assets


def build(source: Path = SOURCE, target: Path = TARGET) -> Assets:
    """Build what is in `source`, unless that was done before. Ends the program with one line where it may not write."""
    files = _read(source)
    folder = target / _key(files)
    if not (folder / "names.json").exists():
        try:
            _make(files, folder)
        except OSError as error:
            words = f"The static files cannot be built in {target}: {error.strerror}."
            raise SystemExit(f"{words} Run `make setup` as someone who may write there.") from None
        _sweep(target, keep=folder)
    addresses: dict[str, str] = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    return Assets(folder / "files", addresses)


def _read(source: Path) -> dict[str, bytes]:
    """Every file that is served, by name, with those that are joined already joined."""
    paths = sorted(path for path in source.rglob("*") if path.is_file() and path.name not in NOT_SERVED)
    files = {path.relative_to(source).as_posix(): path.read_bytes() for path in paths}
    joined: dict[str, bytes] = {}
    for name, patterns in JOINED.items():
        parts = [part for pattern in patterns for part in files if Path(part).match(pattern)]
        joined[name] = b"\n".join(_slim(part, files[part]) for part in parts)
        for part in parts:
            del files[part]
    return files | joined


def _slim(name: str, content: bytes) -> bytes:
    """A stylesheet, or a script of ours, without comments and indentation: what is left is small once compressed.

    In a script a comment stands on a line of its own, or stays."""
    if name.endswith(".css"):
        lines = _COMMENT.sub("", content.decode()).splitlines()
    elif name.startswith("js/"):
        lines = [line for line in content.decode().splitlines() if not line.lstrip().startswith("//")]
    else:
        return content
    return "\n".join(line.strip() for line in lines if line.strip()).encode()


def _key(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name, content in sorted(files.items()):
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _make(files: Mapping[str, bytes], folder: Path) -> None:
    """Write a build beside its place and move it there, so that nobody sees half of one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".draft-"))
    compressor = Compressor(quiet=True)
    addresses: dict[str, str] = {}
    for name, content in files.items():
        stem, dot, ending = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{dot}{ending}"
        path = draft / "files" / hashed
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if compressor.should_compress(name):
            compressor.compress(str(path))
        addresses[name] = f"/{PREFIX}{hashed}"
    (draft / "names.json").write_text(json.dumps(addresses, indent=1), encoding="utf-8")
    draft.chmod(0o755)
    try:
        os.rename(draft, folder)
    except OSError:
        shutil.rmtree(draft)
        if not folder.exists():
            raise


def _sweep(target: Path, keep: Path) -> None:
    """Forget old builds."""
    builds = sorted((path for path in target.iterdir() if path != keep), key=lambda path: path.stat().st_mtime)
    for old in builds[: 1 - KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _is_immutable(path: str, url: str) -> bool:
    return True


def _add_headers(headers: Headers, path: str, url: str) -> None:
    """Nothing here is a page; what is opened as one (an SVG) may do nothing."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
