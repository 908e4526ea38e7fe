"""What people brought: taken in, and handed out to whoever may read a post that shows it."""

from urllib.parse import quote

import structlog
from flask import Blueprint, Response, request

from portal.core.errors import Busy, Invalid, NotFound
from portal.uploads import queries
from portal.uploads.pictures import sizes
from portal.uploads.queries import Found
from portal.uploads.storage import Unreachable, name_of, storage
from portal.web import attaching
from portal.web.viewing import signed_in, viewer

bp = Blueprint("uploads", __name__)
OPEN_TO_ALL, FOR_FEW = "public, max-age=300", "private, no-store"
"""How long browsers and proxies keep what everybody may see: briefly, for a post may become private."""
HARMLESS = "default-src 'none'; sandbox"
"""Nothing in a file runs, whatever it is taken for."""
VIEWED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""The same for a picture that is opened by itself: browsers lay it out with a style of their own."""

log = structlog.stdlib.get_logger(__name__)


@bp.post("/uploads")
@signed_in
def bring() -> Response:
    """Keep what was chosen, dropped or pasted; the answer is the Markdown that shows it, or why not."""
    try:
        words, status = attaching.take_in(viewer(), attaching.files_sent()), 200
    except Invalid as trouble:
        words, status = str(trouble), trouble.status
    return Response(words, status, mimetype="text/plain", headers={"Cache-Control": FOR_FEW})


@bp.get("/uploads/<key>-<int:width>x<int:height>.webp")
def picture(key: str, width: int, height: int) -> Response:
    """A picture in one of its sizes."""
    found = queries.find(viewer(), key, "image")
    if (width, height) not in sizes(found.width, found.height):
        raise NotFound
    answer = handed_out(name_of(key, f"-{width}x{height}.{found.ending}"), found.media_type)
    return _for_whom(answer, found)


@bp.get("/uploads/<key>/<called>")
def attachment(key: str, called: str) -> Response:
    """A file, to be saved: it is never shown, and never run."""
    found = queries.find(viewer(), key, "file")
    if called != found.name:
        raise NotFound
    answer = handed_out(name_of(key, f".{found.ending}"), found.media_type, saved_as=found.name)
    return _for_whom(answer, found)


def handed_out(name: str, media_type: str, *, saved_as: str = "") -> Response:
    """A file of the storage. What has a name never changes, so the name is its tag. Raises NotFound, Busy."""
    try:
        stored = storage().open(name)
    except Unreachable as error:
        log.error("the storage for uploads failed", error=str(error))
        raise Busy from None
    if stored is None:
        log.error("an upload has a row and no file", name=name)
        raise NotFound
    answer = Response(stored.pieces, mimetype=media_type)
    answer.content_length = stored.size
    if saved_as:
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(saved_as, safe='')}"
    answer.set_etag(name)
    answer.headers["Content-Security-Policy"] = HARMLESS if saved_as else VIEWED
    answer.make_conditional(request)
    return answer


def _for_whom(answer: Response, found: Found) -> Response:
    answer.headers["Cache-Control"] = OPEN_TO_ALL if found.is_public else FOR_FEW
    return answer
