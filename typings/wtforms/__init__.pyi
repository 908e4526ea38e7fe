from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from wtforms import validators as validators

_Validators = Sequence[Callable[[Any, Any], object]]
_Choices = Iterable[SelectChoice] | Iterable[tuple[Any, Any]] | Mapping[Any, Iterable[tuple[Any, Any]]] | Callable[[], Iterable[SelectChoice] | Iterable[tuple[Any, Any]]]

class Label:
    text: Any

class Flags:
    def __getattr__(self, name: str) -> Any: ...

class Field:
    id: str
    name: str
    short_name: str
    label: Label
    description: str
    flags: Flags
    data: Any
    raw_data: list[Any] | None
    errors: Sequence[Any]
    render_kw: dict[str, Any] | None
    def __init__(
        self,
        label: Any = None,
        validators: _Validators | None = None,
        filters: Sequence[Callable[[Any], Any]] = (),
        description: str = "",
        id: str | None = None,
        default: Any = None,
        render_kw: dict[str, Any] | None = None,
        name: str | None = None,
    ) -> None: ...
    def __call__(self, **kwargs: Any) -> Any: ...
    def gettext(self, string: str) -> str: ...

class StringField(Field):
    data: str | None

class TextAreaField(StringField): ...
class PasswordField(StringField): ...
class EmailField(StringField): ...
class SearchField(StringField): ...
class URLField(StringField): ...
class HiddenField(StringField): ...

class IntegerField(Field):
    data: int | None

class BooleanField(Field):
    data: bool

class DateField(Field): ...
class TimeField(Field): ...
class DateTimeLocalField(Field): ...
class FileField(Field): ...

class SelectChoice:
    value: Any
    label: Any
    def __init__(self, value: Any, label: Any = None, render_kw: dict[str, Any] = ..., optgroup: str | None = None) -> None: ...

class SelectFieldBase(Field):
    def __iter__(self) -> Iterator[Any]: ...

class SelectField(SelectFieldBase):
    choices: Any
    def __init__(
        self,
        label: Any = None,
        validators: _Validators | None = None,
        coerce: Callable[[Any], Any] = ...,
        choices: _Choices | None = None,
        validate_choice: bool = True,
        **kwargs: Any,
    ) -> None: ...

class SelectMultipleField(SelectField): ...
class RadioField(SelectField): ...

class Form:
    form_errors: list[Any]
    _fields: dict[str, Field]
    def __init__(
        self, formdata: Any = None, obj: Any = None, prefix: str = "", data: Any = None, meta: Any = None, **kwargs: Any
    ) -> None: ...
    def __iter__(self) -> Iterator[Field]: ...
    def __contains__(self, name: str) -> bool: ...
    def __getitem__(self, name: str) -> Field: ...
    def __delitem__(self, name: str) -> None: ...
    def validate(self, extra_validators: Mapping[str, _Validators] | None = None) -> bool: ...
    def populate_obj(self, obj: Any) -> None: ...
    @property
    def data(self) -> dict[str, Any]: ...
    @property
    def errors(self) -> dict[Any, Sequence[Any]]: ...
