"""The addresses that threads and posts had elsewhere."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as AnyResponse

from portal.importing.queries import post_from
from portal.threads.queries import place_of
from portal.web.conversations import address_of
from portal.web.viewing import viewer

bp = Blueprint("imported", __name__)


@bp.get("/t/<source>/<int:external>")
def find(source: str, external: int) -> AnyResponse:
    """Where a question or an answer of another system is now."""
    return redirect(address_of(place_of(viewer(), post_from(source, external))), 302)


@bp.get("/t/<source>/posts/<int:external>")
def find_post(source: str, external: int) -> AnyResponse:
    """Where a post of another system is now, where its posts and its topics have ids of their own."""
    post_id = post_from(source, external, kinds=("post",))
    return redirect(address_of(place_of(viewer(), post_id)), 302)
