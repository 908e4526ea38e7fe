"""What pages ask about questions."""

from portal.questions.queries.credit import solutions_given
from portal.questions.queries.part import Chosen, QuestionPart, question_part, words
from portal.questions.queries.waiting import WaitingRow, waiting

__all__ = ["Chosen", "QuestionPart", "WaitingRow", "question_part", "solutions_given", "waiting", "words"]
