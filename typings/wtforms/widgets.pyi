from typing import Any

class CheckboxInput:
    def __call__(self, field: Any, **kwargs: Any) -> Any: ...
