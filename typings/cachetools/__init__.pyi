from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

class TTLCache(Generic[K, V]):
    def __init__(
        self,
        maxsize: float,
        ttl: float,
        timer: Callable[[], float] = ...,
        getsizeof: Callable[[V], float] | None = None,
    ) -> None: ...
    def get(self, key: K) -> V | None: ...
    def __setitem__(self, key: K, value: V) -> None: ...

class LRUCache(Generic[K, V]):
    def __init__(self, maxsize: float, getsizeof: Callable[[V], float] | None = None) -> None: ...
    def get(self, key: K) -> V | None: ...
    def __setitem__(self, key: K, value: V) -> None: ...
