"""Pages for everyone: what an admin wrote, such as the imprint, and how to use the keyboard."""

from flask import Blueprint, render_template

from portal.site.queries import page_for
from portal.web.locale import chosen
from portal.web.viewing import this_site

bp = Blueprint("pages", __name__)


@bp.get("/pages/<page>")
def show(page: str) -> str:
    """In the reader's language, else in the portal's, else in any."""
    return render_template("pages/show.html", shown=page_for(page, chosen().language, this_site().language))


@bp.get("/keys")
def keys() -> str:
    """The keys that one can use instead of a pointer."""
    return render_template("pages/keys.html")
