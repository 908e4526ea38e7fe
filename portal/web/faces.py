"""Pictures of people: chosen and taken away by themselves, taken away by moderators, shown to all."""

from flask import Blueprint, Response, flash, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal.core.db import write
from portal.core.errors import Invalid, NotFound
from portal.uploads import actions, contents, queries
from portal.uploads.pictures import ENDING, FACES, MEDIA_TYPE
from portal.uploads.policy import LARGEST_AVATAR
from portal.uploads.storage import name_of
from portal.web import htmx
from portal.web.admin.frame import gone_to
from portal.web.attaching import bytes_of, files_sent, keep
from portal.web.uploads import handed_out
from portal.web.viewing import signed_in, viewer

bp = Blueprint("faces", __name__)
FOR_EVER = "public, max-age=31536000, immutable"
"""Another picture has another address."""
HERE = "/settings/profile"


@bp.get("/avatars/<key>-<int:side>.webp")
def show(key: str, side: int) -> Response:
    """The picture of a person, in one of its sizes."""
    if side not in FACES or not queries.has_avatar(key):
        raise NotFound
    answer = handed_out(name_of(key, f"-{side}.{ENDING}"), MEDIA_TYPE)
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


@bp.post("/settings/picture")
@signed_in
def set_own() -> Response:
    """Take another picture of oneself, or none."""
    if request.form.get("remove"):
        write(actions.remove_avatar, viewer(), viewer().id or 0)
        return gone_to(HERE, _("Your picture is gone."))
    try:
        _take(files_sent())
    except Invalid as trouble:
        flash(str(trouble), "bad")
        return htmx.go(HERE)
    return gone_to(HERE, _("This is your picture now."))


@bp.post("/staff/people/<int:person_id>/picture")
def remove(person_id: int) -> Response:
    """Take away the picture of someone else."""
    write(actions.remove_avatar, viewer(), person_id)
    return gone_to(f"/staff/people/{person_id}", _("The picture is gone."))


def _take(files: list[FileStorage]) -> None:
    if not files:
        raise Invalid(_("Choose a picture first."))
    write(actions.check_day, viewer(), 1)
    face = contents.read_avatar(bytes_of(files[0], LARGEST_AVATAR))
    key = write(actions.note, viewer(), [face])[0]
    keep([key], [face])
    write(actions.wear_avatar, viewer(), key)
