"""What a file is: by its content, never by what it is called or said to be."""

import os
import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from flask_babel import gettext as _

from portal.core.errors import Invalid
from portal.core.text import one_line, storable
from portal.uploads.pictures import ENDING, MEDIA_TYPE, Picture, read_face, read_picture

PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
"""The pictures that are taken, and what Pillow calls them."""
ATTACHMENTS = {
    "pdf": "application/pdf",
    "zip": "application/zip",
    "csv": "text/csv",
    "txt": "text/plain",
    "log": "text/plain",
}
"""The other files that are taken, by their ending. They are handed out to be saved, and never shown."""
ACCEPTED = ",".join((*PICTURES, *(f".{ending}" for ending in ATTACHMENTS)))
"""For the `accept` of a field."""
LONGEST_NAME = 100
_NOT_IN_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")
"""Control characters, but for those that logs hold: tabs, ends of lines and pages, a bell, colours."""
_NOT_IN_A_NAME = re.compile(r"[^\w.+-]+")


@dataclass(frozen=True, slots=True)
class Content:
    """A file as it will be kept: what it is, and its bytes by the end of their name in the storage."""

    kind: str
    name: str
    media_type: str
    ending: str
    files: dict[str, bytes]
    width: int | None = None
    height: int | None = None

    @property
    def bytes(self) -> int:
        """Of all its sizes together."""
        return sum(map(len, self.files.values()))


def read(data: bytes, called: str) -> Content:
    """A file that somebody brought. Raises Invalid with a sentence that names it."""
    name = file_name(called)
    if not data:
        raise Invalid(_("%(name)s is empty.", name=name))
    found = media_type(data)
    try:
        if found in PICTURES:
            return _picture(read_picture(data, PICTURES[found]), name)
        return _attachment(data, name, found)
    except Invalid as trouble:
        raise Invalid(_("%(name)s: %(trouble)s", name=name, trouble=trouble.message)) from None


def read_avatar(data: bytes) -> Content:
    """A picture of a person, cut to a square. Raises Invalid."""
    found = media_type(data)
    if found not in PICTURES:
        raise Invalid(_no_picture(found))
    faces = read_face(data, PICTURES[found])
    files = {f"-{side}.{ENDING}": face for side, face in faces.items()}
    side = max(faces)
    return Content("avatar", "", MEDIA_TYPE, ENDING, files, side, side)


def media_type(data: bytes) -> str:
    """What the content is most likely to be; empty for text, which nothing marks."""
    import puremagic

    try:
        found = puremagic.magic_string(data)  # pyright: ignore[reportUnknownMemberType]
    except (puremagic.PureError, ValueError):
        return ""
    types = [str(each.mime_type) for each in found]  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return "application/zip" if "application/zip" in types else types[0]


def file_name(called: str) -> str:
    """What a file is called, without what leads anywhere or would need escaping: `My report.PDF` -> `My-report.pdf`."""
    name = one_line(storable(called.replace("\\", "/").rpartition("/")[2]))
    stem, ending = os.path.splitext(_NOT_IN_A_NAME.sub("-", name))
    stem = re.sub(r"\.{2,}", ".", stem).strip("-.")
    return f"{stem[:LONGEST_NAME] or 'file'}{ending[:10].lower()}"


def _picture(picture: Picture, name: str) -> Content:
    files = {f"-{width}x{height}.{ENDING}": data for (width, height), data in picture.sizes.items()}
    return Content("image", name, MEDIA_TYPE, ENDING, files, picture.width, picture.height)


def _attachment(data: bytes, name: str, found: str) -> Content:
    ending = name.rpartition(".")[2]
    wanted = ATTACHMENTS.get(ending)
    if wanted is None:
        raise Invalid(_no_picture(found))
    if not _is(data, wanted, found):
        raise Invalid(_("What is in it is not what its name says."))
    return Content("file", name, wanted, ending, {f".{ending}": data})


def _is(data: bytes, wanted: str, found: str) -> bool:
    if wanted == "application/pdf":
        return found == wanted
    if wanted == "application/zip":
        return found == wanted and zipfile.is_zipfile(BytesIO(data))
    return _is_text(data)


def _is_text(data: bytes) -> bool:
    """Whether people could read it: no control characters, in whatever alphabet and encoding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode("utf-8", "replace")
        except UnicodeDecodeError:
            return False
    return _NOT_IN_TEXT.search(data) is None


def _no_picture(found: str) -> str:
    if found == "image/svg+xml":
        return _("SVG pictures are not taken. Save it as PNG.")
    if found.startswith("image/"):
        return _("This kind of picture is not taken. Save it as JPEG, PNG, GIF or WebP.")
    return _("Only pictures (JPEG, PNG, GIF, WebP) and PDF, text, CSV, log and zip files are taken.")
