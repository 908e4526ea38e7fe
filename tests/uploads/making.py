"""Pictures and files for tests, made here: none lies in the repository."""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

from PIL import Image

from portal.core.db import db, write
from portal.people.viewer import Viewer
from portal.uploads import actions, contents
from portal.uploads.contents import Content
from portal.uploads.models import Upload
from portal.uploads.storage import name_of, storage
from portal.web.attaching import markdown

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"


def picture(width: int = 60, height: int = 40, form: str = "PNG", mode: str = "RGB", **given: Any) -> bytes:
    """A picture: red on the left, blue on the right."""
    image = Image.new(mode, (width, height), "red")
    image.paste(Image.new(mode, (width - width // 2, height), "blue"), (width // 2, 0))
    return saved(image, form, **given)


def saved(image: Image.Image, form: str, **given: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **given)
    return out.getvalue()


def taken_somewhere(width: int = 60, height: int = 40, orientation: int = 6) -> bytes:
    """A photograph as a phone takes it: turned, with the place, the maker and a comment."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "ZYXWV phones"
    exif[0x8825] = {1: "N", 2: (59.0, 19.0, 46.0), 3: "E", 4: (18.0, 4.0, 7.0)}
    return picture(width, height, "JPEG", exif=exif.tobytes(), comment=b"ZYXWV comment", quality=95)


def moving(frames: int = 3, form: str = "GIF", size: tuple[int, int] = (40, 30)) -> bytes:
    """An animation: each picture of another colour, 120 ms long."""
    pictures = [Image.new("RGB", size, (40 + 37 * number % 200, 90, 200 - number % 100)) for number in range(frames)]
    return saved(pictures[0], form, save_all=True, append_images=pictures[1:], duration=120, loop=0)


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is this large, and is not."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("notes.txt", "words")
    return out.getvalue()


def shown(data: bytes) -> Image.Image:
    """A picture as a browser would read it."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def bring(viewer: Viewer, data: bytes | None = None, called: str = "cat.png") -> str:
    """Upload something as people do; returns the Markdown that shows it."""
    content = contents.read(picture() if data is None else data, called)
    return markdown(kept(viewer, [content])[0], content)


def kept(viewer: Viewer, read: Sequence[Content]) -> list[str]:
    keys = write(actions.note, viewer, read)
    for key, content in zip(keys, read, strict=True):
        for rest, data in content.files.items():
            storage().put(name_of(key, rest), data, content.media_type)
    return keys


def address_in(words: str) -> str:
    """The address in a piece of Markdown."""
    return words.rpartition("(")[2].rstrip(")\n")


def upload_of(words: str) -> Upload | None:
    key = address_in(words).removeprefix("/uploads/")[:32]
    return db.session.scalar(db.select(Upload).filter_by(key=key))
