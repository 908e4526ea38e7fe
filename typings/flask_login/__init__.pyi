from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

T = TypeVar("T", bound=Callable[..., Any])

class UserMixin:
    @property
    def is_authenticated(self) -> bool: ...

class LoginManager:
    session_protection: str | None
    def init_app(self, app: Flask) -> None: ...
    def user_loader(self, callback: T) -> T: ...

current_user: Any

def login_user(user: Any, remember: bool = False, *, fresh: bool = True) -> bool: ...
def logout_user() -> bool: ...
