"""The index, the words in it, and counts of what people looked for."""

from portal.search.models.asked import SearchAsked, SuggestionCount
from portal.search.models.index import SearchEntry, SearchGram, SearchWord, entry_id

__all__ = ["SearchAsked", "SearchEntry", "SearchGram", "SearchWord", "SuggestionCount", "entry_id"]
