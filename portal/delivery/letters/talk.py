"""The letter about what is said in a thread: one reply or several, mentions, answers that are accepted or verified."""

from portal.delivery.letters.content import Content
from portal.delivery.letters.telling import Told, about, part

MOST = 10
"""Posts that one letter quotes."""


def talk(told: Told) -> Content:
    """In the order in which it happened; of very many, the first."""
    rows = sorted(told.rows, key=lambda row: row.id)
    parts = [part(told, row) for row in rows[:MOST]]
    lead = "" if len(rows) > 1 or rows[0].kind == "reply" else parts[0].sentence
    begins = len(rows) == 1 and rows[0].is_opening
    return about(told, "talk", answerable=True, parts=parts, more=len(rows) - len(parts), lead=lead, begins=begins)
