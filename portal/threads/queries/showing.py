"""Rows of posts become what one viewer is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.people.models import STAFF
from portal.people.viewer import Viewer
from portal.threads import policy
from portal.threads.policy import PostState, ThreadState
from portal.threads.queries.shown import Author, CommentShown, PostShown, State

NOBODY = Author(None, "", "", False, "")


def author_of(viewer: Viewer, row: Any) -> Author:
    """Who wrote it, from a row with the columns of an author."""
    known = row.shows_organisation or viewer.is_staff
    return Author(
        row.author_id,
        row.person_name or row.username or row.author_name,
        row.username or "",
        row.role in STAFF,
        (row.organisation or "") if known else "",
        row.avatar or "",
    )


@dataclass(frozen=True, slots=True)
class Showing:
    """What all posts of a page have in common."""

    viewer: Viewer
    thread: ThreadState
    told: Mapping[int, State]

    def post(self, row: Any, comments: Sequence[Any]) -> PostShown:
        """A post with its comments; under one that may not be read there are none."""
        state = _state(row)
        reads = policy.can_read(self.viewer, state)
        return PostShown(
            **self._common(row, state),
            number=row.number,
            is_wiki=row.is_wiki,
            can_comment=policy.can_comment(self.viewer, state, self.thread),
            can_quote=policy.stands(state) and policy.can_reply(self.viewer, self.thread),
            comments=tuple(self.comment(each, state) for each in comments) if reads else (),
        )

    def comment(self, row: Any, parent: PostState) -> CommentShown:
        """A comment; nothing can be done with it while the post it is about does not stand."""
        state = _state(row)
        common = self._common(row, state)
        if not policy.stands(parent):
            common |= dict.fromkeys(("can_edit", "can_delete", "can_restore", "can_vote", "can_hide"), False)
        return CommentShown(**common)

    def _common(self, row: Any, state: PostState) -> dict[str, Any]:
        viewer, thread = self.viewer, self.thread
        reads = policy.can_read(viewer, state)
        deleted = self.told.get(row.deleted_event_id or 0)
        return {
            "id": row.id,
            "html": row.html if reads else "",
            "author": author_of(viewer, row) if reads else NOBODY,
            "created_at": row.created_at,
            "edited_at": row.edited_at,
            "votes": row.helpful + row.imported_votes,
            "mine": row.my_vote is not None,
            "revision": row.revision,
            "hidden": self._told(row, row.hidden_event_id),
            "deleted": self._told(row, row.deleted_event_id),
            "is_stub": not reads,
            "is_asker": reads and row.author_id is not None and row.author_id == thread.author_id,
            "has_history": reads and row.edited_at is not None,
            "can_edit": policy.can_edit(viewer, state, thread),
            "can_delete": policy.can_delete(viewer, state, thread),
            "can_restore": policy.can_restore(viewer, state, thread, deleted_by=deleted.by_id if deleted else None),
            "can_vote": policy.can_vote(viewer, state, thread),
            "can_hide": policy.can_moderate(viewer) and row.deleted_event_id is None,
            "state": state,
        }

    def _told(self, row: Any, event_id: int | None) -> State | None:
        """Why a post is gone is between its author and staff; that its author deleted it, everybody may know."""
        state = self.told.get(event_id or 0)
        if state is None or self.viewer.is_staff:
            return state
        if self.viewer.id is not None and self.viewer.id == row.author_id:
            return State(state.at, None, "", "", state.reason, by_author=state.by_id == row.author_id)
        return State(state.at, None, "", "", "", by_author=state.by_id == row.author_id)


def _state(row: Any) -> PostState:
    return PostState(row.author_id, row.number, row.hidden_event_id, row.deleted_event_id)
