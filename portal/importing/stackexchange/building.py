"""Rows for one conversation, made from the dump's: nothing is written here."""

import re
from collections.abc import Callable, Mapping, Sequence

from portal.core.markup import IMPORTED, RENDERER, TooMuch, render
from portal.core.text import one_line, slug_of
from portal.importing.growing import Growth, NewPost, Values
from portal.importing.html_to_markdown import to_markdown
from portal.importing.stackexchange import comments
from portal.importing.stackexchange.history import Turn, Version, closing, locking, tag_names, versions
from portal.importing.stackexchange.reading import Row
from portal.importing.stackexchange.sorting import Contribution, Conversation

OWNER = ("OwnerUserId", "OwnerDisplayName")
USER = ("UserId", "UserDisplayName")


class Builder:
    """`people` has the ids here of everyone with a part in these conversations, by their ids there."""

    def __init__(
        self,
        people: Mapping[str, int],
        mentioned: Callable[[Sequence[str]], Mapping[str, str]],
        localise: Callable[[str], str],
        complain: Callable[[Row, str], None],
    ) -> None:
        self._people = people
        self._mentioned = mentioned
        self._localise = localise
        self._complain = complain

    def post(self, contribution: Contribution) -> NewPost | None:
        """A question's or an answer's post; None if it cannot be rendered."""
        row = contribution.row
        past = versions(contribution.history)
        rendered = self._rendered(row, to_markdown(row.text("Body") or "", self._localise))
        if rendered is None:
            return None
        if past:
            rendered |= self._as_written(past[-1].source, rendered["html"])
        values = {
            **self.author(row, *OWNER),
            **rendered,
            "is_wiki": row.time("CommunityOwnedDate") is not None,
            "edited_at": row.time("LastEditDate"),
            "edited_by_id": self._person(row, "LastEditorUserId"),
            "edit_reason": past[-1].reason if len(past) > 1 else "",
            "revision": max(len(past), 1),
        }
        earlier = [self._revision(number, version) for number, version in enumerate(past[:-1], 1)]
        return NewPost(contribution.id, None, values, earlier)

    def comment(self, id_: int, row: Row) -> NewPost | None:
        """A comment's post; None if it cannot be rendered."""
        rendered = self._rendered(row, comments.to_markdown(row.text("Text") or "", self._localise))
        if rendered is None:
            return None
        unchanged = {"is_wiki": False, "edited_at": None, "edited_by_id": None, "edit_reason": "", "revision": 1}
        values = {**self.author(row, *USER), **rendered, **unchanged}
        return NewPost(id_, row.needed_number("PostId"), values)

    def thread(self, conversation: Conversation, language: str) -> Growth:
        """A new thread, as yet without its posts and its category."""
        question = conversation.question
        row = question.row
        title = one_line(row.text("Title") or "")[:200]
        values = {
            **self.author(row, *OWNER),
            "kind": "question",
            "title": title,
            "slug": slug_of(title, otherwise="question"),
            "language": language,
            "created_at": row.needed_time("CreationDate"),
            "helpful": row.number("Score") or 0,
            "views": row.number("ViewCount") or 0,
        }
        growth = Growth(question.id, None, values=values, tags=tag_names(row.text("Tags")))
        turns = {
            "closed_event_id": ("thread.closed", closing(row, question.history)),
            "locked_event_id": ("thread.locked", locking(question.history)),
        }
        growth.events = {state: self._event(kind, turn) for state, (kind, turn) in turns.items() if turn}
        answers = {answer.id: answer for answer in conversation.answers}
        if accepted := answers.get(row.number("AcceptedAnswerId") or 0):
            written = accepted.row.needed_time("CreationDate")
            growth.accepted = accepted.id
            # Votes are dated to the day, which began before an answer of that day was written.
            growth.accepted_at = max(accepted.accepted_at or written, written)
        return growth

    def author(self, row: Row, account: str, name: str) -> Values:
        """Who wrote it: a person, or the name that an account left behind when it was deleted."""
        person = self._person(row, account)
        left = row.text(name) or f"user{row.text(account) or ''}"
        return {"author_id": person, "author_name": "" if person else one_line(left)[:80]}

    def _person(self, row: Row, attribute: str) -> int | None:
        return self._people.get(row.text(attribute) or "")

    def _rendered(self, row: Row, source: str) -> Values | None:
        try:
            html = render(source, people=self._mentioned, limits=IMPORTED).html
        except TooMuch as error:
            self._complain(row, str(error))
            return None
        return {
            "source": source,
            "html": html,
            "renderer": RENDERER,
            "created_at": row.needed_time("CreationDate"),
            "imported_votes": row.number("Score") or 0,
        }

    def _as_written(self, source: str, html: str) -> Values:
        """What its author wrote, if that looks the same here: then the history shows what was changed and no more."""
        try:
            page = render(source, people=self._mentioned, limits=IMPORTED).html
        except TooMuch:
            return {}
        return {"source": source, "html": page} if _shape(page) == _shape(html) else {}

    def _revision(self, number: int, version: Version) -> Values:
        author = self.author(version.row, *USER)
        return {
            "revision": number,
            "title": one_line(version.title)[:200] if version.title is not None else None,
            "tags": " ".join(version.tags) if version.tags is not None else None,
            "source": version.source,
            "by_id": author["author_id"],
            "by_name": author["author_name"],
            "at": version.at,
            "reason": version.reason,
        }

    def _event(self, kind: str, turn: Turn) -> Values:
        actor = self._person(turn.row, "UserId") if turn.row else None
        return {"kind": kind, "at": turn.at, "actor_id": actor, "reason": turn.reason}


def _shape(html: str) -> str:
    """A page without the white space that nobody sees, but for that in code."""
    return html if "<pre" in html else re.sub(r"\s+", " ", html).replace("> <", "><")
