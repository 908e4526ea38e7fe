"""Letters that want something of their reader: an answer, a vote, or work."""

from portal.delivery.letters import owing
from portal.delivery.letters.content import Content, NotAnyMore
from portal.delivery.letters.deciding import REASON, stand
from portal.delivery.letters.saying import quoted
from portal.delivery.letters.telling import Told, about, address
from portal.loop.links import answer_path
from portal.loop.models import ANSWERS
from portal.loop.queries.asked import asked_of
from portal.notices.words import offered as offered_words

MOST = 10
"""Ideas that one letter asks about; the page has them all."""


def asked(told: Told) -> Content:
    """Does it solve your need? Each answer is a link that chooses; the press on the page records. Of what they answered
    meanwhile nothing is asked."""
    ids = set(owing.asked_by(told.viewer, told.first.id))
    those = [each for each in asked_of(told.viewer) if each.debt_id in ids and not each.answer]
    if not those:
        raise NotAnyMore("not asked any more: it was answered, or does not hold")
    path = address(answer_path(told.person.id))
    needs = [
        {
            "title": each.title,
            "language": each.language,
            "words": quoted(each.reason_html),
            "links": {answer: f"{path}?answer={answer}&idea={each.idea_id}" for answer in ANSWERS},
        }
        for each in those[:MOST]
    ]
    return about(told, "asked", needs=needs, more=len(those) - len(needs), path=path)


def answered(told: Told) -> Content:
    """What staff say to all for whom it does not."""
    words = quoted(owing.reply_to_all(told.first.data.get("reply_id")), REASON)
    return about(told, "answered", words=words, path=address(answer_path(told.person.id)))


def offered(told: Told) -> Content:
    """A question of theirs, or one that they have too, was linked to an idea; and how that stands."""
    data = told.first.data
    question = owing.named(told.viewer, [data.get("question_id")]).get(data.get("question_id") or 0)
    present = told.known.decided(data.get("now"))
    now = stand(present, told.person) if present is not None else None
    return about(
        told, "offered", question=question.title if question else "", words=offered_words(told.first), stand=now
    )


def owned(told: Told) -> Content:
    """An idea is theirs to see to."""
    return about(told, "owned")


def waiting(told: Told) -> Content:
    """An announcement of theirs waits, or an idea for one."""
    return about(told, "waiting", is_announcement=told.first.thread_kind == "announcement")
