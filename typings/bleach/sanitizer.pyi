from collections.abc import Callable, Iterable, Iterator
from typing import Any

class BleachSanitizerFilter:
    def __init__(
        self,
        source: Iterable[dict[str, Any]],
        allowed_tags: Iterable[str] = ...,
        attributes: Callable[[str, str, str], bool] | dict[str, Any] | list[str] = ...,
        allowed_protocols: Iterable[str] = ...,
        *,
        strip_disallowed_tags: bool = ...,
        strip_html_comments: bool = ...,
    ) -> None: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def sanitize_characters(self, token: dict[str, Any]) -> dict[str, Any] | list[dict[str, Any]]: ...
    def sanitize_uri_value(self, value: str, allowed_protocols: Iterable[str]) -> str | None: ...
