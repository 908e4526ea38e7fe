"""What pages ask about loops."""

from portal.loop.queries.ledger import Ledger, LedgerRow, Standing, ledger, standing
from portal.loop.queries.line import Line, Step, line

__all__ = ["Ledger", "LedgerRow", "Line", "Standing", "Step", "ledger", "line", "standing"]
