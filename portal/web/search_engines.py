"""For search engines: which pages there are, which are not for them, and what a thread is about, as they read it."""

import re
from typing import Any

from flask import Blueprint, Response, make_response, render_template
from flask_babel import gettext

from portal.config import in_force
from portal.core.errors import NotFound
from portal.core.markup import excerpt
from portal.ideas.queries.page import IdeaPart
from portal.questions.queries import QuestionPart, words
from portal.threads import queries
from portal.threads.queries import PostShown, ThreadPage
from portal.web.caching import same_for_visitors
from portal.web.formats import iso

bp = Blueprint("search_engines", __name__)

TEXT, SHORT = 2_000, 160
"""Characters of a post in what is said of a thread, and of a description."""
_PICTURE = re.compile(r'<img src="(/uploads/[^"]+)"')
"""One of our own in what core/markup made."""
NOT_FOR_THEM = (
    "admin",
    "drafts",
    "posts/",
    "preview",
    "search",
    "settings",
    "setup",
    "sign-",
    "similar",
    "staff",
    "t/",
    "threads/",
    "unread",
)


@bp.get("/robots.txt")
def robots() -> Response:
    """What they need not look at: forms, and what only leads somewhere else."""
    rules = [f"Disallow: /{name}" for name in NOT_FOR_THEM] + ["Disallow: /*/new", "Disallow: /*quote="]
    lines = ["User-agent: *", *rules, "", f"Sitemap: {in_force().address}/sitemap.xml", ""]
    return _answer("\n".join(lines), "text/plain")


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """The parts of the map."""
    same_for_visitors()
    return _map(queries.sitemap_parts(), of_parts=True)


@bp.get("/sitemaps/<int:part>.xml")
def sitemap_part(part: int) -> Response:
    """One part of the map."""
    found = queries.sitemap_part(part)
    if not found:
        raise NotFound
    same_for_visitors()
    return _map(found, of_parts=False)


def _map(listed: tuple[queries.Listed, ...], *, of_parts: bool) -> Response:
    address = in_force().address
    return _answer(render_template("layout/sitemap.xml", listed=listed, of_parts=of_parts, address=address))


def _answer(text: str, media_type: str = "application/xml") -> Response:
    answer = make_response(text)
    answer.mimetype = media_type
    return answer


def described(thread: ThreadPage, question: QuestionPart | None, idea: IdeaPart | None) -> dict[str, Any]:
    """What the head of a thread's page says of it: its address, a description, and schema.org's words for it.

    It is what a visitor sees on this page and nothing else: https://schema.org/QAPage (of a question's first page) and
    https://schema.org/DiscussionForumPosting.
    """
    address = in_force().address
    opening = next((post for post in thread.posts if post.number == 1 and not post.is_stub), None)
    page = f"{address}{thread.path}" + (f"?page={thread.page}" if thread.page > 1 else "")
    about: dict[str, Any] = {"address": page, "description": thread.title}
    if opening is not None:
        about["description"] = excerpt(words(opening.html), SHORT)
        if picture := _PICTURE.search(opening.html):
            about["picture"] = address + picture[1]
        liked = idea.mark.wanted if idea else opening.votes
        told = _question(thread, question, opening, page) if question else _discussion(thread, opening, page, liked)
        about["structured"] = {"@context": "https://schema.org", **told}
    return about


def _question(thread: ThreadPage, question: QuestionPart, opening: PostShown, page: str) -> dict[str, Any]:
    accepted = question.accepted.post_id if question.accepted else None
    answers = [post for post in thread.posts if post.number > 1 and not post.is_stub]
    told = _written(opening, page) | {
        "@type": "Question",
        "name": thread.title,
        "answerCount": thread.replies,
        "upvoteCount": max(opening.votes, 0),
        "url": page,
    }
    if chosen := [post for post in answers if post.id == accepted]:
        told["acceptedAnswer"] = _reply(chosen[0], page, "Answer")
    if others := [post for post in answers if post.id != accepted]:
        told["suggestedAnswer"] = [_reply(post, page, "Answer") for post in others]
    return {"@type": "QAPage", "mainEntity": told}


def _discussion(thread: ThreadPage, opening: PostShown, page: str, liked: int) -> dict[str, Any]:
    replies = [post for post in thread.posts if post.number > 1 and not post.is_stub]
    told = {"@type": "DiscussionForumPosting", "headline": thread.title, **_written(opening, page)}
    told |= {"url": page, "commentCount": thread.replies}
    if liked > 0:
        likes = {"@type": "InteractionCounter", "interactionType": "https://schema.org/LikeAction"}
        told["interactionStatistic"] = likes | {"userInteractionCount": liked}
    if replies:
        told["comment"] = [_reply(post, page, "Comment") for post in replies]
    return told


def _reply(post: PostShown, page: str, kind: str) -> dict[str, Any]:
    votes = {"upvoteCount": max(post.votes, 0)}
    return {"@type": kind, **_written(post, page), **votes, "url": f"{page}#post-{post.id}"}


def _written(post: PostShown, page: str) -> dict[str, Any]:
    author = {"@type": "Person", "name": post.author.name or gettext("Someone who left")}
    if post.author.username:
        author["url"] = f"{in_force().address}/people/{post.author.username}"
    told: dict[str, Any] = {
        "text": excerpt(words(post.html[: TEXT * 2]), TEXT),
        "author": author,
        "datePublished": iso(post.created_at),
    }
    return told | ({"dateModified": iso(post.edited_at)} if post.edited_at else {})
