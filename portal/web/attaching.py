"""Pictures and files are taken in, and put into what somebody writes: at once by the script, by a button without it."""

from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import TypeVar
from urllib.parse import quote

import structlog
from flask import Flask, request, session
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal.core.db import write
from portal.core.errors import Busy, Invalid
from portal.people.viewer import Viewer
from portal.uploads import actions, contents
from portal.uploads.contents import Content
from portal.uploads.policy import LARGEST, MB, MOST_IN_A_POST
from portal.uploads.storage import Unreachable, name_of, storage
from portal.web.forms import Form
from portal.web.viewing import viewer

T = TypeVar("T")
FIELD, ASKED = "file", "attach"
"""The field with the files, and what the form says when the button beside it was pressed."""
MOST_AT_ONCE = 24 * MB
"""Bytes of a request that brings files; any other is held to MAX_CONTENT_LENGTH."""
TAKES_FILES = frozenset({"uploads.bring", "faces.set_own"})
WRITES = frozenset(
    {"writing.begin", "writing.reply", "writing.comment", "editing.edit", "announcing.begin", "announcing.change"}
)

log = structlog.stdlib.get_logger(__name__)


def mount(app: Flask) -> None:
    """Take more than usual where signed-in people bring files. Comes before anything reads a form."""
    app.before_request(_make_room)
    for word in (takes_files, files_taken, most_of_a_file):
        app.add_template_global(word)


def _make_room() -> None:
    brings = request.endpoint in TAKES_FILES or (request.endpoint in WRITES and "multipart" in request.mimetype)
    if request.method == "POST" and brings and "_user_id" in session:
        request.max_content_length = MOST_AT_ONCE


def files_taken() -> str:
    """For `accept`."""
    return contents.ACCEPTED


def most_of_a_file() -> int:
    """Bytes."""
    return LARGEST


def takes_files() -> str:
    """Whether what is written here may show files: yes, later (after signing in), or nothing: no post comes of it."""
    if request.blueprint in ("settings", "admin", "setup", "staff"):
        return ""
    return "yes" if viewer().is_signed_in else "later"


def files_sent() -> list[FileStorage]:
    """The files of this request."""
    return [file for file in request.files.getlist(FIELD) if file.filename]


class AttachingForm(Form):
    """A form whose text (`body`) may show files. Without a script, a button of it sends them, and does not post yet."""

    def take(self, act: Callable[[], T]) -> T | None:
        """As any form. Where the button was pressed, the text comes back with what shows the files."""
        if ASKED in request.form:
            self._attach()
            return None
        if name := _forgotten():
            said = _(
                "You chose %(name)s and did not press “Upload”. Choose it again, or send the text alone.", name=name
            )
            self.refuse(Invalid(fields={"body": said}))
            return None
        return super().take(act)

    def _attach(self) -> None:
        body = self["body"]
        self.status = 200
        try:
            words = take_in(viewer(), files_sent())
        except Invalid as trouble:
            self.status = trouble.status
            self.refuse(Invalid(fields={"body": trouble.message}))
            return
        typed = (body.data or "").rstrip()
        body.data = f"{typed}\n\n{words}\n" if typed else f"{words}\n"
        body.render_kw = {"autofocus": True}


def _forgotten() -> str:
    """The name of a file that was chosen without pressing the button: a form that is no upload sends only that."""
    name = request.form.get(FIELD, "")
    return "" if name == "[object File]" else name


def take_in(seen: Viewer, files: Sequence[FileStorage]) -> str:
    """Keep the files and return the Markdown that shows them. Raises Invalid, Busy."""
    if not files:
        raise Invalid(_("Choose a picture or a file first."))
    if len(files) > MOST_IN_A_POST:
        raise Invalid(_("At most %(most)s files at once.", most=MOST_IN_A_POST))
    write(actions.check_day, seen, len(files))
    read = [contents.read(bytes_of(file, LARGEST), file.filename or "") for file in files]
    keys = write(actions.note, seen, read)
    keep(keys, read)
    return "\n".join(markdown(key, content) for key, content in zip(keys, read, strict=True))


def bytes_of(file: FileStorage, most: int) -> bytes:
    """What is in a file. Raises Invalid for one that is too large."""
    data = file.stream.read(most + 1)
    if len(data) > most:
        name = contents.file_name(file.filename or "")
        raise Invalid(_("%(name)s is too large: at most %(most)s MB.", name=name, most=most // MB))
    return data


def keep(keys: Sequence[str], read: Sequence[Content]) -> None:
    """Put the bytes into the storage; what is noted and cannot be kept is dropped again. Raises Busy."""
    try:
        place = storage()
        for key, content in zip(keys, read, strict=True):
            for rest, data in content.files.items():
                place.put(name_of(key, rest), data, content.media_type)
    except Unreachable as error:
        log.error("the storage for uploads failed", error=str(error))
        write(actions.drop, keys)
        raise Busy(_("Files cannot be kept right now. Your text is safe; try again in a minute.")) from None


def markdown(key: str, content: Content) -> str:
    """How a text shows an upload."""
    if content.kind == "image":
        words = " ".join(PurePath(content.name).stem.replace("_", " ").replace("-", " ").split())
        return f"![{words}](/uploads/{key}-{content.width}x{content.height}.{content.ending})"
    return f"[{content.name}](/uploads/{key}/{quote(content.name)})"
