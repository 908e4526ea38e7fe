from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIEnvironment

class WhiteNoise:
    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        root: str | None = None,
        prefix: str | None = None,
        *,
        max_age: int | None = 60,
        allow_all_origins: bool = True,
        immutable_file_test: Callable[[str, str], bool] | str | None = None,
        add_headers_function: Callable[[Headers, str, str], None] | None = None,
        **kwargs: Any,
    ) -> None: ...
    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]: ...
