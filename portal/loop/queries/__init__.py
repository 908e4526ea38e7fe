"""What pages ask about loops."""

from portal.loop.queries.answers import NotSolved, WorkList, work_list
from portal.loop.queries.asked import Asked, asked_of, is_handled, who_answers
from portal.loop.queries.causes import CAUSES
from portal.loop.queries.figures import Figures, Window, figures
from portal.loop.queries.ledger import Ledger, LedgerRow, Standing, ledger, standing
from portal.loop.queries.line import Line, Step, line
from portal.loop.queries.open import (
    ORDERS,
    Choice,
    Decision,
    OpenLoop,
    Patience,
    count_open,
    open_loops,
    standing_decision,
)
from portal.loop.queries.weeks import Week, by_week

__all__ = [
    "CAUSES",
    "ORDERS",
    "Asked",
    "Choice",
    "Decision",
    "Figures",
    "Ledger",
    "LedgerRow",
    "Line",
    "NotSolved",
    "OpenLoop",
    "Patience",
    "Standing",
    "Step",
    "Week",
    "Window",
    "WorkList",
    "asked_of",
    "by_week",
    "count_open",
    "figures",
    "is_handled",
    "ledger",
    "line",
    "open_loops",
    "standing",
    "standing_decision",
    "who_answers",
    "work_list",
]
