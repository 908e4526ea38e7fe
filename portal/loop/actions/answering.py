"""Someone says whether it solved their need; staff answer those for whom it did not."""

from flask_babel import gettext as _
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.text import storable
from portal.events.actions import record
from portal.loop.models import ANSWERS, WANTS, Confirmation, Debt
from portal.loop.policy import CHANGED_WITHIN
from portal.loop.queries.asked import Asked, asked_of
from portal.people.viewer import Viewer
from portal.threads import actions as threads
from portal.threads.models import Category, Thread
from portal.threads.policy import categories

LONGEST_COMMENT = 2_000
LONGEST_TITLE = 150
"""Of the idea, in the title of a conversation about it."""


def answer(
    person: Viewer, *, debt_id: int | None, answer: str, cause: str = "", comment: str = "", contact: bool = False
) -> Asked:
    """Record what someone answered to what they were asked (the newest, if nothing is named), and return that.

    `person` is whose link it was; nobody need be signed in. Raises NotFound, Invalid, Forbidden."""
    asked = _asked(person, debt_id)
    comment, cause = storable(comment).replace("\r\n", "\n").strip(), "" if answer == "solved" else cause
    _check(answer, cause, comment)
    if not asked.can_change:
        raise Forbidden(_("An answer can be changed for %(days)s days.", days=CHANGED_WITHIN.days))
    assert person.id is not None
    debt = db.session.scalars(select(Debt).where(Debt.id == asked.debt_id).with_for_update()).one()
    kept = db.session.get(Confirmation, debt.id, populate_existing=True)
    at = clock.now()
    if kept is None:
        kept = Confirmation(debt_id=debt.id, idea_id=debt.idea_id, first_at=at, answer=answer)
        db.session.add(kept)
    elif ANSWERS.index(answer) > ANSWERS.index(kept.answer):
        kept.settled_event_id = None
    said = comment if (kept.comment or "") != comment else ""
    kept.answer, kept.cause, kept.comment, kept.contact, kept.at = answer, cause, comment, contact, at
    record("loop.answered", actor_id=person.id, thread_id=debt.idea_id, answer=answer)
    db.session.flush()
    if answer != "solved" and contact and (said or kept.conversation_id is None) and comment:
        _talk(person, asked, kept)
    return asked


def _asked(person: Viewer, debt_id: int | None) -> Asked:
    found = asked_of(person)
    if debt_id is not None:
        found = [each for each in found if each.debt_id == debt_id]
    if not found:
        raise NotFound
    return found[0]


def _check(answer: str, cause: str, comment: str) -> None:
    wrong: dict[str, object] = {}
    if answer not in ANSWERS:
        wrong["answer"] = _("Choose an answer.")
    if cause and cause not in WANTS:
        wrong["cause"] = _("Choose one of the list.")
    if len(comment) > LONGEST_COMMENT:
        wrong["comment"] = _("At most %(most)s characters.", most=LONGEST_COMMENT)
    if wrong:
        raise Invalid(fields=wrong)


def _talk(person: Viewer, asked: Asked, kept: Confirmation) -> None:
    """Begin a private conversation, or go on with the one that there is. Raises Invalid."""
    try:
        if kept.conversation_id is not None:
            threads.reply(person, kept.conversation_id, body=kept.comment)
            return
        title = asked.title if len(asked.title) <= LONGEST_TITLE else asked.title[: LONGEST_TITLE - 1] + "…"
        kept.conversation_id = threads.start_thread(
            person,
            kind="question",
            category_id=_category(person, asked.idea_id),
            title=_("Not solved yet: %(title)s", title=title),
            body=f"{kept.comment}\n\n[{_plain(asked.title)}]({asked.path})",
            language=person.language,
            privacy="staff",
        )
    except Invalid as trouble:
        raise Invalid(fields={"comment": trouble.message}) from None
    except NotFound:
        return  # staff merged or removed the conversation: the comment stands with the answer


def _plain(title: str) -> str:
    """As the words of a link in Markdown."""
    return "".join(f"\\{letter}" if letter in "\\[]()`*_<>!" else letter for letter in title)


def _category(person: Viewer, idea_id: int) -> int:
    """That of the idea, where questions may be asked there; else the first where they may."""
    query = select(Category.id, Category.kinds).where(categories(person))
    here = select(Thread.category_id).where(Thread.id == idea_id).scalar_subquery()
    for row in db.session.execute(query.order_by((Category.id == here).desc(), Category.position, Category.id)):
        if "question" in row.kinds:
            return row.id
    raise Invalid(fields={"comment": _("There is no place for a conversation. Leave “contact me” out.")})
