"""What pages ask about questions."""

from portal.questions.queries.champions import champions
from portal.questions.queries.contributions import (
    MOST,
    AnswerRow,
    Contributions,
    answers_by,
    contributions,
    solutions_by,
)
from portal.questions.queries.credit import solutions_given
from portal.questions.queries.part import Chosen, QuestionPart, question_part, words
from portal.questions.queries.waiting import Choice, WaitingRow, waiting, waiting_row

__all__ = [
    "MOST",
    "AnswerRow",
    "Choice",
    "Chosen",
    "Contributions",
    "QuestionPart",
    "WaitingRow",
    "answers_by",
    "champions",
    "contributions",
    "question_part",
    "solutions_by",
    "solutions_given",
    "waiting",
    "waiting_row",
    "words",
]
