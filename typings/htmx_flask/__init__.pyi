from typing import Any

from flask import Flask, Response

class Htmx:
    def __init__(self, app: Flask | None = None) -> None: ...

def make_response(
    *args: Any,
    push_url: str | bool | None = None,
    redirect: str | None = None,
    refresh: bool = False,
    retarget: str | None = None,
) -> Response: ...
