"""What can go wrong in a way a person should be told. Faces turn these into pages and exit codes."""

from collections.abc import Mapping


class RondoError(Exception):
    """A mistake or a limit, not a bug. `message` is a sentence for the person, already translatable."""

    status = 400

    def __init__(self, message: object = "") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotFound(RondoError):
    """It does not exist, or may not be seen: the two look alike."""

    status = 404


class Forbidden(RondoError):
    """It can be seen, but this act on it is not theirs."""

    status = 403


class Conflict(RondoError):
    """Someone else changed it meanwhile. `typed` keeps what was sent, by the form's names; `now` is what there is."""

    status = 409

    def __init__(self, message: object = "", *, typed: Mapping[str, str] | None = None, now: object = None) -> None:
        self.typed: dict[str, str] = dict(typed or {})
        self.now = now
        super().__init__(message)


class Invalid(RondoError):
    """What was typed cannot be taken. `fields` holds a sentence for each field, by the form's names."""

    status = 422

    def __init__(self, message: object = "", *, fields: Mapping[str, object] | None = None) -> None:
        self.fields: dict[str, object] = dict(fields or {})
        super().__init__(message or next(iter(self.fields.values()), ""))


class TooOften(RondoError):
    """A rate limit. `retry_after` is in whole seconds."""

    status = 429

    def __init__(self, message: object = "", *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(RondoError):
    """The database could not take it after several tries."""

    status = 503
