"""Pages that the admin writes, such as the imprint: each in one or several languages, in the order of the footer."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from portal.core.db import db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.markup import RENDERER, TooMuch, render
from portal.core.places import LANGUAGES
from portal.core.text import one_line, slug_of, storable
from portal.events.actions import record
from portal.site.models import SitePage, SiteSetting
from portal.site.policy import Actor, can_change
from portal.site.queries import get_page, pages, version_of

LONGEST_TITLE, LONGEST_SLUG, MOST = 80, 40, 20
FOOTER = "footer"


def add_page(viewer: Actor, *, slug: str, language: str, title: str, body: str) -> int:
    """Write a page, or one that is there in another language; returns its id. Raises Invalid."""
    _check_may(viewer)
    there = pages()
    values = _checked(title, body, language)
    slug = slug_of(slug or title, otherwise="page")[:LONGEST_SLUG].strip("-")
    if slug not in there and len(there) >= MOST:
        raise Invalid(_("There are %(most)s pages already: that is as many as a footer can bear.", most=MOST))
    last = db.session.scalar(select(func.max(SitePage.position))) or 0
    position = there[slug][0].position if slug in there else last + 1
    page = SitePage(slug=slug, language=language, position=position, renderer=RENDERER, **values)
    try:
        with db.session.begin_nested():
            db.session.add(page)
            db.session.flush()
    except IntegrityError:
        raise Invalid(fields={"language": _("This page is there in this language already.")}) from None
    _changed(viewer, "page.added", page)
    return page.id


def change_page(viewer: Actor, page_id: int, *, title: str, body: str, version: str) -> int:
    """Change a page in one language. `version` is the one that the editor began from. Raises Invalid, Conflict."""
    _check_may(viewer)
    page = get_page(page_id)
    values = _checked(title, body, page.language)
    if version_of(page) != version:
        raise Conflict(
            _("Someone else changed this page meanwhile. Below is what you typed; save again to put it in its place."),
            typed={"title": title, "body": body},
            now=page,
        )
    if (page.title, page.source) != (values["title"], values["source"]):
        page.title, page.source, page.html, page.renderer = *values.values(), RENDERER
        _changed(viewer, "page.changed", page)
    return page.id


def delete_page(viewer: Actor, page_id: int) -> None:
    """Delete a page in one language; with the last one the page is gone."""
    _check_may(viewer)
    page = get_page(page_id)
    db.session.execute(delete(SitePage).where(SitePage.id == page.id))
    _changed(viewer, "page.deleted", page)


def move_page(viewer: Actor, slug: str, *, up: bool) -> None:
    """One place up or down among the links of the footer; at its end it stays."""
    _check_may(viewer)
    order = list(pages())
    if slug not in order:
        raise NotFound
    at = order.index(slug)
    to = min(max(at + (-1 if up else 1), 0), len(order) - 1)
    order[at], order[to] = order[to], order[at]
    for position, each in enumerate(order, 1):
        db.session.execute(update(SitePage).where(SitePage.slug == each).values(position=position))
    _keep_footer()


def render_pages() -> int:
    """Render pages of an older renderer again; returns how many."""
    old = db.session.scalars(select(SitePage).where(SitePage.renderer != RENDERER)).all()
    for page in old:
        page.html, page.renderer = _html(page.slug, page.source), RENDERER
    return len(old)


def _check_may(viewer: Actor) -> None:
    if not can_change(viewer):
        raise NotFound


def _checked(title: str, body: str, language: str) -> dict[str, str]:
    """What is kept of what was typed. Raises Invalid with every field that cannot be taken."""
    wrong: dict[str, object] = {}
    title, source, html = one_line(title), storable(body).strip(), ""
    if not title:
        wrong["title"] = _("Give it a title.")
    elif len(title) > LONGEST_TITLE:
        wrong["title"] = _("A title has at most %(count)s characters.", count=LONGEST_TITLE)
    if language not in LANGUAGES:
        wrong["language"] = _("Choose a language.")
    if not source:
        wrong["body"] = _("Write something.")
    try:
        html = _html("page", source)
    except TooMuch as error:
        wrong["body"] = error.args[0]
    if wrong:
        raise Invalid(fields=wrong)
    return {"title": title, "source": source, "html": html}


def _html(key: str, source: str) -> str:
    return render(source, post_key=key[:30]).html


def _changed(viewer: Actor, kind: str, page: SitePage) -> None:
    record(kind, actor_id=viewer.id, logged=True, slug=page.slug, language=page.language, title=page.title)
    _keep_footer()


def _keep_footer() -> None:
    """The links as they now are, beside the other settings: a page of the portal reads them with those."""
    db.session.flush()
    db.session.expire_all()
    links = [[slug, _titles(each)] for slug, each in pages().items()]
    db.session.merge(SiteSetting(name=FOOTER, value=links))
    db.session.flush()


def _titles(each: Iterable[SitePage]) -> dict[str, str]:
    return {page.language: page.title for page in each}
