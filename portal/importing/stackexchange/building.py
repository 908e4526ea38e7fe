"""Rows for one conversation, made from the dump's: nothing is written here."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from portal.core.from_html.blocks import to_markdown
from portal.core.markup import IMPORTED, RENDERER, TooMuch, render
from portal.core.text import one_line, slug_of
from portal.importing.growing import Growth, NewPost, Values
from portal.importing.stackexchange import comments
from portal.importing.stackexchange.history import Turn, Version, closing, locking, tag_names, versions
from portal.importing.stackexchange.ideas import Decision, decisions, kind_of, response
from portal.importing.stackexchange.reading import Row
from portal.importing.stackexchange.sorting import Contribution, Conversation
from portal.importing.stackexchange.statuses import STATUSES

OWNER = ("OwnerUserId", "OwnerDisplayName")
USER = ("UserId", "UserDisplayName")


class Builder:
    """`people` has the ids here of everyone with a part in these conversations, by their ids there; `moderators` are
    the ids there of those who speak for the site."""

    def __init__(
        self,
        people: Mapping[str, int],
        moderators: Collection[str],
        mentioned: Callable[[Sequence[str]], Mapping[str, str]],
        localise: Callable[[str], str],
        complain: Callable[[Row, str], None],
    ) -> None:
        self._people = people
        self._moderators = moderators
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
        title, kind = one_line(row.text("Title") or "")[:200], kind_of(row)
        values = {
            **self.author(row, *OWNER),
            "kind": kind,
            "title": title,
            "slug": slug_of(title, otherwise=kind),
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
        if kind == "idea":
            self._decide(growth, conversation)
            return growth
        answers = {answer.id: answer for answer in conversation.answers}
        if accepted := answers.get(row.number("AcceptedAnswerId") or 0):
            written = accepted.row.needed_time("CreationDate")
            growth.accepted = accepted.id
            # Votes are dated to the day, which began before an answer of that day was written.
            growth.accepted_at = max(accepted.accepted_at or written, written)
        return growth

    def by_staff(self, conversation: Conversation, answer: Contribution) -> bool:
        """Whether an answer to a feature request speaks for the site: a moderator's, and the accepted one."""
        said = answer is response(conversation, self._moderators)
        return answer is not conversation.question and (said or answer.row.text("OwnerUserId") in self._moderators)

    def _decide(self, growth: Growth, conversation: Conversation) -> None:
        """What became of a feature request; that says more than its status tags, which would not change any more."""
        growth.tags = tuple(tag for tag in growth.tags if tag not in STATUSES)
        growth.outcomes = [self._outcome(each) for each in decisions(conversation.question)]
        said = response(conversation, self._moderators)
        growth.response = said.id if said else None

    def _outcome(self, decision: Decision) -> Values:
        by = self.author(decision.row, *USER) if decision.row else {"author_id": None, "author_name": ""}
        who = {"by_id": by["author_id"], "by_name": by["author_name"]}
        return {"status": decision.status, "reason": decision.reason, "at": decision.at, **who}

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
