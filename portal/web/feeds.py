"""Feeds for readers of news: what is new, announcements, the roadmap, a category, a thread; and one's own inbox.

All but the last are what a visitor sees, whoever asks. What can still be taken back is in none of them yet.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import Blueprint, Response, redirect
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.announcements.queries import changelog
from portal.config import in_force
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.places import LANGUAGES
from portal.ideas.queries.feeding import outcomes_told, roadmap_told
from portal.loop.queries.told import asked_for
from portal.notices.queries import inbox, whose_feed
from portal.people.queries import viewer_by_id
from portal.people.viewer import VISITOR
from portal.threads.queries import find_category, merged_into
from portal.threads.queries.feeding import newest_posts, newest_threads, thread_told
from portal.web import feed_entries as entries
from portal.web.atom import BEGINNING, MOST, Feed, answer
from portal.web.caching import same_for_visitors
from portal.web.viewing import this_site

bp = Blueprint("feeds", __name__, url_prefix="/feeds")


@bp.get("/new.atom")
def new() -> Response:
    """The newest threads."""
    same_for_visitors()
    found = newest_threads(VISITOR, before=_settled(), limit=MOST)
    with force_locale(_language()):
        feed = _feed("new", _("What’s new"), "/")
        return answer(feed, found, lambda: entries.of_threads(found), _last(entries.changed(each) for each in found))


@bp.get("/c/<slug>.atom")
def category(slug: str) -> Response:
    """The newest threads of a category."""
    same_for_visitors()
    place = find_category(VISITOR, slug)
    found = newest_threads(VISITOR, before=_settled(), limit=MOST, category_id=place.id)
    with force_locale(_language()):
        feed = _feed(f"category/{place.id}", place.name, f"/c/{place.slug}")
        return answer(feed, found, lambda: entries.of_threads(found), _last(entries.changed(each) for each in found))


@bp.get("/announcements.atom")
def announcements() -> Response:
    """What was announced, with what it says of ideas."""
    same_for_visitors()
    found = changelog(VISITOR, until=_settled(), limit=MOST).rows
    with force_locale(_language()):
        feed = _feed("announcements", _("Announcements"), "/announcements")
        changes = (max(each.published_at, each.edited_at or BEGINNING) for each in found)
        return answer(feed, found, lambda: entries.of_announcements(found), _last(changes))


@bp.get("/roadmap.atom")
def roadmap() -> Response:
    """What is planned, in progress and shipped, by when that was decided."""
    same_for_visitors()
    found = roadmap_told(VISITOR, before=_settled(), limit=MOST)
    with force_locale(_language()):
        feed = _feed("roadmap", _("Roadmap"), "/roadmap")
        return answer(feed, found, lambda: entries.of_outcomes(found), _last(each.at for each in found))


@bp.get("/<int:thread_id>.atom")
def thread(thread_id: int) -> AnyResponse:
    """The newest posts of a thread; of an idea also what was decided."""
    same_for_visitors()
    try:
        about = thread_told(VISITOR, thread_id)
    except NotFound:
        return _merged(thread_id)
    posts = newest_posts(VISITOR, thread_id, limit=MOST)
    decided = outcomes_told(VISITOR, thread_id, before=_settled()) if about.kind == "idea" else ()
    with force_locale(_language()):
        feed = _feed(f"thread/{thread_id}", about.title, about.path)
        last = _last([*(entries.changed(each) for each in posts), *(each.at for each in decided)])
        return answer(feed, (posts, decided), lambda: entries.of_thread(posts, decided)[:MOST], last)


@bp.get("/inbox/<feed_key>.atom")
def own_inbox(feed_key: str) -> Response:
    """Someone's own inbox, for who knows its secret address. Nothing counts as read by it."""
    seen = viewer_by_id(whose_feed(feed_key) or 0)
    if seen is None:
        raise NotFound
    rows = inbox(seen, limit=MOST).rows
    asked = asked_for(seen, [row.id for row in rows])
    with force_locale(_language(seen.language)):
        feed = _feed(f"inbox/{seen.id}", _("Inbox"), "/inbox", seen.language)
        told = [(row, asked.get(row.id, ())) for row in rows]
        made = answer(feed, told, lambda: entries.of_notices(told), _last(row.at for row in rows))
    made.cache_control.private = True
    made.headers["X-Robots-Tag"] = "noindex"
    return made


def _merged(thread_id: int) -> AnyResponse:
    """The feed of the thread that it was merged into. Raises NotFound."""
    into = merged_into(thread_id)
    if into is None:
        raise NotFound
    return redirect(f"/feeds/{thread_told(VISITOR, into).id}.atom", 302)


def _feed(name: str, title: str, page: str, language: str = "") -> Feed:
    portal = this_site().name
    return Feed(name, f"{title} · {portal}", portal, page, _language(language))


def _language(wanted: str = "") -> str:
    """The reader's, if it is known; else the portal's: a reader of feeds asks for none."""
    return wanted if wanted in LANGUAGES else this_site().language


def _settled() -> datetime:
    """What was decided or published since can still be taken back."""
    return clock.now() - timedelta(seconds=in_force().undo_seconds)


def _last(moments: Iterable[datetime]) -> datetime:
    return max(moments, default=BEGINNING)
