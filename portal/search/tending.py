"""What the worker does for the search: it keeps how common words are."""

from portal.core.db import db, write
from portal.search.actions.counting_words import AT_ONCE, count_waiting, recount
from portal.search.queries.public import changed, waiting

MOST_BATCHES = 50
"""Of what is new, at one look: then the worker has other things to do."""
LOOKED_AT = 20_000


def catch_up() -> int:
    """Count what nobody has counted yet; returns how many posts that were."""
    done = 0
    for _ in range(MOST_BATCHES):
        if not waiting(1):
            break
        done += write(count_waiting)
    db.session.rollback()
    return done


class Round:
    """Goes round all entries, some at a time, for what was hidden, deleted, moved or made public since."""

    def __init__(self) -> None:
        self._after = 0

    def __call__(self) -> int:
        more, less, last = changed(self._after, LOOKED_AT)
        rest = max(0, len(more) + len(less) - AT_ONCE)
        more, less = more[:AT_ONCE], less[: AT_ONCE - len(more[:AT_ONCE])]
        if more or less:
            write(recount, more, less)
        if not rest:
            self._after = last
        return len(more) + len(less)
