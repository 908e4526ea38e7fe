"""Put right what the index does not have as it is."""

from collections.abc import Sequence

from portal.search.actions.indexing import index_posts
from portal.search.queries.proof import differences
from portal.threads.actions.recounting import hold
from portal.threads.queries.proof import Difference


def recount(thread_ids: Sequence[int]) -> list[Difference]:
    """Index the posts of these threads that the index does not have as they are; returns what was wrong."""
    hold(thread_ids)
    found = differences(thread_ids)
    index_posts([each.id for each in found])
    return found
