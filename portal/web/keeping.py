"""Parts of pages that are the same each time: drawn once, and kept.

A part is drawn from the values that it is given, the language and the time zone, and from nothing else: it is not told
who looks, and knows no request. So what is kept for one reader may be shown to any other for whom the same values hold.
"""

from datetime import tzinfo
from functools import lru_cache

from babel import Locale
from flask import Flask

from portal.web.texts import spoken

PARTS = 768
"""Of all sizes: a row of a list takes two kilobytes."""


def mount(app: Flask) -> None:
    """Give templates `kept('lists/_row.html', row=row, ...)`, for values that can be compared."""
    environment = app.jinja_env

    @lru_cache(maxsize=PARTS)
    def drawn(_locale: Locale, _zone: tzinfo, name: str, values: tuple[tuple[str, object], ...]) -> str:
        return environment.get_template(name).make_module(dict(values)).__html__()

    def kept(name: str, **values: object) -> str:
        return drawn(*spoken(), name, (*values.items(),))

    app.add_template_global(kept, "kept")
