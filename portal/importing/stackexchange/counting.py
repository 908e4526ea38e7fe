"""Counts what of a conversation is here, whether this run brought it or an earlier one."""

from collections.abc import Sequence

from portal.importing.report import Report
from portal.importing.stackexchange.history import closing, locking, versions
from portal.importing.stackexchange.sorting import Contribution, Conversation


def count(report: Report, conversation: Conversation, kind: str, present: Sequence[Contribution]) -> None:
    """Count a question, by the kind of thread that it is here, and those of its answers that are present. Comments are
    counted one by one elsewhere."""
    question = conversation.question
    counts = report.counts
    counts[f"{kind}s"] += 1
    counts["answers"] += len(present) - 1
    counts["views"] += question.row.number("ViewCount") or 0
    counts["closed"] += closing(question.row, question.history) is not None
    counts["locked"] += locking(question.history) is not None
    accepted = question.row.number("AcceptedAnswerId")
    if accepted is not None:
        is_here = any(answer.id == accepted for answer in present[1:])
        (counts if is_here else report.skipped)["accepted" if is_here else "accepted_answers_missing"] += 1
    for post in present:
        counts["imported_votes"] += post.row.number("Score") or 0
        counts["wiki"] += post.row.time("CommunityOwnedDate") is not None
        counts["deleted_owners"] += post.row.text("OwnerUserId") is None
        _count_history(report, post, is_question=post is question)


def _count_history(report: Report, post: Contribution, *, is_question: bool) -> None:
    found = versions(post.history)
    report.counts["revisions"] += max(len(found) - 1, 0)
    if not is_question and locking(post.history) is not None:
        report.skipped["locks_of_answers"] += 1
