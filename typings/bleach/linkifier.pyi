import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

class LinkifyFilter:
    def __init__(
        self,
        source: Iterable[dict[str, Any]],
        callbacks: list[Callable[[dict[Any, str], bool], dict[Any, str] | None]] = ...,
        skip_tags: set[str] | None = ...,
        parse_email: bool = ...,
        url_re: re.Pattern[str] = ...,
        email_re: re.Pattern[str] = ...,
    ) -> None: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def extract_entities(self, token: dict[str, Any]) -> Iterator[dict[str, Any]]: ...
