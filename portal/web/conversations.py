"""What the page of a thread and its fragments need, put together from the rooms that know it."""

from functools import partial
from typing import Any

from flask import Response, flash, request
from werkzeug.exceptions import BadRequest

from portal.announcements.queries import announcement_part, of_idea
from portal.core.errors import NotFound
from portal.people.viewer import Viewer
from portal.questions.queries import question_part
from portal.threads import queries
from portal.threads.queries import CommentShown, Place
from portal.web import htmx
from portal.web.champions import champions
from portal.web.idea_page import idea_context, question_idea
from portal.web.reading import shows
from portal.web.viewing import this_site, viewer

FACTS = "threads/_facts.html"
"""Beside the thread, and so out of its fragment's reach."""


def conversation(seen: Viewer, thread_id: int, page: int = 1, **more: Any) -> dict[str, Any]:
    """The context of threads/_thread.html, and `more`. Raises NotFound for what may not be seen and pages beyond."""
    thread = queries.thread_page(seen, thread_id, page)
    question = question_part(seen, thread_id) if thread.kind == "question" else None
    idea: dict[str, Any] = idea_context(seen, thread) if thread.kind == "idea" else {"idea": None, "may": {}}
    reading = queries.reading(seen, thread)
    desk = question.desk if question else None
    clocks = desk.clocks(this_site().hours) if desk else ()
    known: dict[str, Any] = {"desk": desk, "clocks": clocks}
    if question:
        known |= question_idea(seen, thread_id)
    known |= {"thread": thread, "question": question, "reading": reading, "champions": champions(), **idea}
    if thread.kind == "idea":
        known["announced"] = of_idea(seen, thread_id)
    if thread.kind == "announcement":
        known["announcement"] = announcement_part(seen, thread_id)
    return known | {"current": f"{thread.kind}s"} | more


def reading_on(seen: Viewer, thread_id: int, page: int = 1, **more: Any) -> dict[str, Any]:
    """The same where the answer shows the page: what is on it counts as read."""
    context = conversation(seen, thread_id, page, **more)
    shows(context["thread"], context["reading"])
    return context


def one_post(seen: Viewer, place: Place, **more: Any) -> dict[str, Any]:
    """The context of threads/_post.html for a post, or for the one that a comment is under."""
    context = conversation(seen, place.thread_id, place.page, **more)
    posts = context["thread"].posts
    found = next((p for p in posts if place.post_id in (p.id, *(each.id for each in p.comments))), None)
    if found is None:  # a comment under what is hidden is not shown either
        raise NotFound
    return context | {"post": found}


def shown(seen: Viewer, place: Place) -> CommentShown:
    """A post or a comment with what this viewer may do with it."""
    posts = queries.thread_page(seen, place.thread_id, place.page).posts
    found = next((each for post in posts for each in (post, *post.comments) if each.id == place.post_id), None)
    if found is None:
        raise NotFound
    return found


def address_of(place: Place) -> str:
    """Where a post is read."""
    page = f"?page={place.page}" if place.page > 1 else ""
    return f"{place.path}{page}#post-{place.post_id}"


def show_post(post_id: int) -> Response:
    """The answer to an act that changed one post."""
    seen = viewer()
    place = queries.place_of(seen, post_id)
    return htmx.answer(address_of(place), "threads/_post.html", partial(one_post, seen, place))


def show_around(post_id: int, said: str = "") -> Response:
    """The answer to an act on a post that changed the head of its thread, or other posts, too."""
    seen = viewer()
    place = queries.place_of(seen, post_id)
    _say(said)
    return htmx.answer(
        address_of(place),
        "threads/_thread.html",
        partial(reading_on, seen, place.thread_id, place.page, said=said),
        beside=[FACTS],
        push=htmx.shows_another(place.path),  # its title has changed
    )


def show_thread(thread_id: int, said: str = "") -> Response:
    """The answer to an act that changed the thread as a whole. HTMX shows the page again that the form was on."""
    seen = viewer()
    path = queries.thread_place(seen, thread_id)
    _say(said)
    load = partial(reading_on, seen, thread_id, htmx.page_shown(), said=said)
    return htmx.answer(path, "threads/_thread.html", load, beside=[FACTS])


def wanted() -> bool:
    """The state that a form asks for: on=1 or on=0."""
    on = request.form.get("on", "1")
    if on not in ("0", "1"):
        raise BadRequest
    return on == "1"


def _say(said: str) -> None:
    if said and not htmx.is_htmx():
        flash(said, "good")
