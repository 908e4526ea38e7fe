"""Rows for one topic, made from the archive's: nothing is written here."""

import re
from collections.abc import Callable, Mapping
from html import unescape

from portal.core.from_html.escaping import escape
from portal.core.markup import IMPORTED, RENDERER, TooMuch, excerpt, render
from portal.core.markup.mentions import People
from portal.core.text import one_line, slug_of
from portal.importing.discourse import emoji
from portal.importing.discourse.bbcode import mend
from portal.importing.discourse.cooked import Links, markdown_of
from portal.importing.discourse.reading import Item, Topic, Written
from portal.importing.growing import Growth, NewPost, Values

ACTION = 3
"""The type of a post that says what staff did to the topic."""
DONE = {
    "closed.enabled": "Closed",
    "closed.disabled": "Opened again",
    "autoclosed.enabled": "Closed",
    "autoclosed.disabled": "Opened again",
    "archived.enabled": "Archived",
    "archived.disabled": "No longer archived",
    "pinned.enabled": "Pinned",
    "pinned.disabled": "No longer pinned",
    "pinned_globally.enabled": "Pinned everywhere",
    "pinned_globally.disabled": "No longer pinned",
    "visible.enabled": "Listed again",
    "visible.disabled": "No longer listed",
}
_NOT_WORDS = re.compile(r"<(aside|blockquote|pre)\b.*?</\1>|<[^>]*>", re.DOTALL)
_LONGEST_QUOTE = 280


class Builder:
    """`people` has the ids here of everyone who wrote in these topics, by their ids there."""

    def __init__(
        self,
        people: Mapping[str, int],
        mentioned: People,
        links: Links,
        address: Callable[[int], str],
        complain: Callable[[Item, str], None],
    ) -> None:
        self._people = people
        self._mentioned = mentioned
        self._links = links
        self._address = address
        self._complain = complain

    def thread(self, topic: Topic, kind: str, language: str) -> Growth:
        """A new thread, as yet without its posts and its category."""
        opening = topic.posts[0]
        title = one_line(emoji.readable(topic.text("title")))[:200]
        values = {
            **self._author(opening),
            "kind": kind,
            "title": title,
            "slug": slug_of(title, otherwise=kind),
            "language": language,
            "created_at": opening.at,
            "helpful": opening.likes,
            "views": topic.number("views") or 0,
        }
        growth = Growth(topic.id, None, values=values)
        states = {
            "closed_event_id": ("thread.closed", topic.is_on("closed"), ("closed.enabled", "autoclosed.enabled")),
            "locked_event_id": ("thread.locked", topic.is_on("archived"), ("archived.enabled",)),
            "pinned_event_id": ("thread.pinned", _is_pinned(topic), ("pinned.enabled", "pinned_globally.enabled")),
        }
        growth.events = {
            column: self._event(topic, name, codes) for column, (name, holds, codes) in states.items() if holds
        }
        if kind == "question" and (answer := accepted(topic)):
            growth.accepted, growth.accepted_at = answer.id, answer.at
        return growth

    def post(self, topic: Topic, post: Written) -> NewPost | None:
        """One post; None if it cannot be rendered."""
        source = self._source(topic, post)
        try:
            html = render(source, people=self._mentioned, limits=IMPORTED).html
        except TooMuch as error:
            self._complain(post, f"topic {topic.id}, post {post.id}: {error}")
            return None
        values = {
            **self._author(post),
            "source": source,
            "html": html,
            "renderer": RENDERER,
            "created_at": post.at,
            "imported_votes": post.likes,
            "is_wiki": post.is_on("wiki"),
            "edited_at": post.needed_time("updated_at") if (post.number("version") or 1) > 1 else None,
            "edited_by_id": None,
            "edit_reason": one_line(post.text("edit_reason")),
            "revision": 1,
        }
        return NewPost(post.id, None, values)

    def by_staff(self, topic: Topic, post: Written) -> bool:
        """Whether a reply to an idea was the team's: that of a moderator or an admin, and the accepted one."""
        return post is not topic.posts[0] and (post.is_on("staff") or post is accepted(topic))

    def _author(self, post: Written) -> Values:
        person = self._people.get(str(post.user_id))
        return {"author_id": person, "author_name": "" if person else one_line(post.username)[:80]}

    def _source(self, topic: Topic, post: Written) -> str:
        own = markdown_of(post.text("cooked"), self._links)
        if post.number("post_type") == ACTION and (done := DONE.get(post.text("action_code"))):
            own = f"*{done}.*\n\n{own}".rstrip()
        return self._reply_to(topic, post) + own

    def _reply_to(self, topic: Topic, post: Written) -> str:
        """A quote of the beginning of what it replies to, unless it quotes that itself."""
        number = post.number("reply_to_post_number")
        target = next((other for other in topic.posts if other.number_there == number), None)
        if target is None or target is post or _quotes(post, topic.id, target.number_there):
            return ""
        words = emoji.readable(excerpt(_words(target.text("cooked")), _LONGEST_QUOTE))
        first = f"> [{escape(target.username, before='[', after=']', in_link=True)}]({self._address(target.id)}):\n"
        return first + (f">\n> {escape(words)}\n\n" if words else "\n")

    def _event(self, topic: Topic, kind: str, codes: tuple[str, ...]) -> Values:
        """When and by whom a state began: the last post that says so, else the end of the topic."""
        said = next((post for post in reversed(topic.posts) if post.text("action_code") in codes), None)
        actor = self._people.get(str(said.user_id)) if said else None
        return {"kind": kind, "at": (said or topic.posts[-1]).at, "actor_id": actor, "reason": ""}


def accepted(topic: Topic) -> Written | None:
    """The accepted answer. A topic with several has the one that its summary names, else the first."""
    answers = accepted_answers(topic)
    summary = topic.values.get("accepted_answer")
    number: object = summary.get("post_number") if isinstance(summary, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return next((post for post in answers if post.number_there == number), answers[0] if answers else None)


def accepted_answers(topic: Topic) -> list[Written]:
    return [post for post in topic.posts[1:] if post.is_on("accepted_answer")]


def _is_pinned(topic: Topic) -> bool:
    return topic.is_on("pinned") or topic.is_on("pinned_globally")


def _quotes(post: Written, topic: int, number: int) -> bool:
    """Whether a post has a quote of that one."""
    return f'data-post="{number}" data-topic="{topic}"' in post.text("cooked")


def _words(cooked: str) -> str:
    """What someone wrote themselves, as plain words."""
    return unescape(_NOT_WORDS.sub(" ", mend(cooked)))
