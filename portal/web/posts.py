"""Acts on one post, and its address."""

from flask import Blueprint, Response, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.core.db import write
from portal.questions import actions as questions
from portal.threads import actions, queries
from portal.web.conversations import address_of, show_around, show_post, wanted
from portal.web.finishing import sign_in_first
from portal.web.viewing import viewer

bp = Blueprint("posts", __name__)


@bp.get("/posts/<int:post_id>")
def find(post_id: int) -> AnyResponse:
    """Where the post is now."""
    return redirect(address_of(queries.place_of(viewer(), post_id)), 302)


@bp.post("/posts/<int:post_id>/vote")
@sign_in_first
def vote(post_id: int) -> Response:
    """It was helpful, or not after all."""
    write(actions.set_helpful, viewer(), post_id, on=wanted())
    return show_post(post_id)


@bp.post("/posts/<int:post_id>/accept")
@sign_in_first
def accept(post_id: int) -> Response:
    """It solved the question, or not after all."""
    on = wanted()
    write(questions.set_accepted, viewer(), post_id, on=on)
    return show_around(post_id, _("Marked as the answer.") if on else _("No longer the answer."))


@bp.post("/posts/<int:post_id>/verify")
@sign_in_first
def verify(post_id: int) -> Response:
    """Staff say that it is right."""
    on = wanted()
    write(questions.set_verified, viewer(), post_id, on=on)
    return show_around(post_id, _("Marked as verified.") if on else _("No longer verified."))


@bp.post("/posts/<int:post_id>/restore")
@sign_in_first
def restore(post_id: int) -> Response:
    """Bring back what was deleted."""
    write(actions.restore_post, viewer(), post_id)
    return show_around(post_id, _("Restored."))
