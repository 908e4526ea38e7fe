"""The languages and the time zones that people may choose."""

import re
from functools import cache
from zoneinfo import available_timezones

LANGUAGES = ("en", "de", "sv")
"""Those that Rondo itself speaks, in the order in which they are offered."""

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
"""What a thread may say of its language: any there is."""

_AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def time_zones() -> tuple[str, ...]:
    """Names such as `Europe/Stockholm`, in order, `UTC` first. Old names of the same places are left out."""
    return ("UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in _AREAS and "/" in name))
