"""Change the portal's own settings."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.dialects import postgresql, sqlite

from portal.core import markup
from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.hours import Week
from portal.core.palette import COLOURS
from portal.core.places import LANGUAGES, time_zones
from portal.events.actions import record
from portal.site import hooks
from portal.site.actions.hours import checked_days, checked_week
from portal.site.models import SiteSetting
from portal.site.policy import Actor, can_change
from portal.site.queries import SIGN_UP, Site, domain_key, site

NAME_LENGTH = 60
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
LONG = ("welcome", "welcome_html")
"""Settings whose text is not repeated in the log."""


def change_site(
    viewer: Actor,
    *,
    name: str | None = None,
    accent: str | None = None,
    language: str | None = None,
    time_zone: str | None = None,
    welcome: str | None = None,
    sign_up: str | None = None,
    sign_up_domains: Iterable[str] | None = None,
    week: Week | None = None,
    closed_days: Iterable[str] | None = None,
    is_set_up: bool | None = None,
) -> Site:
    """Change what is given and leave the rest. Raises Invalid with a sentence for each field; logs what was changed."""
    if not can_change(viewer):
        raise NotFound
    asked = {
        "name": name,
        "accent": accent,
        "language": language,
        "time_zone": time_zone,
        "welcome": welcome,
        "sign_up": sign_up,
        "sign_up_domains": None if sign_up_domains is None else list(sign_up_domains),
        "week": week,
        "closed_days": None if closed_days is None else list(closed_days),
        "is_set_up": is_set_up,
    }
    before = site()
    wanted = _checked({key: value for key, value in asked.items() if value is not None}, before)
    changed = {key: value for key, value in wanted.items() if _plain(value) != _plain(getattr(before, key))}
    for key, value in changed.items():
        db.session.merge(SiteSetting(name=key, value=value))
    if changed and set(changed) != {"is_set_up"}:
        _log(viewer, before, changed)
    db.session.flush()
    if before.hours != (after := site()).hours:
        hooks.hours_changed()
    return after


def _log(viewer: Actor, before: Site, changed: Mapping[str, Any]) -> None:
    told = {key: [_plain(getattr(before, key)), value] for key, value in changed.items() if key not in LONG}
    record("site.changed", actor_id=viewer.id, logged=True, changed=sorted(changed), values=told)


def take_chance(name: str) -> bool:
    """Take something that may happen once in the life of a portal; False when it was taken.

    Of two at once, one gets it.
    """
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(SiteSetting).values(name=f"once:{name}", value=True).on_conflict_do_nothing()
    return db.session.execute(row.returning(SiteSetting.name)).first() is not None


def _checked(asked: dict[str, Any], before: Site) -> dict[str, Any]:
    """What was asked in the form in which it is kept. Raises Invalid."""
    checks: dict[str, Callable[[Any], Any]] = {
        "name": _name,
        "accent": _one_of(COLOURS),
        "language": _one_of(LANGUAGES),
        "time_zone": _one_of(time_zones()),
        "welcome": str.strip,
        "sign_up": _one_of(SIGN_UP),
        "sign_up_domains": _domains,
        "week": checked_week,
        "closed_days": checked_days,
        "is_set_up": bool,
    }
    kept: dict[str, Any] = {}
    wrong: dict[str, object] = {}
    for key, value in asked.items():
        try:
            kept[key] = checks[key](value)
        except ValueError as error:
            wrong[key] = str(error)
    if "welcome" in kept:
        try:
            kept["welcome_html"] = markup.render(kept["welcome"], post_key="welcome").html
        except markup.TooMuch as error:
            wrong["welcome"] = str(error)
    domains = kept.get("sign_up_domains", before.sign_up_domains)
    if kept.get("sign_up", before.sign_up) == "domains" and not domains and "sign_up_domains" not in wrong:
        wrong["sign_up_domains"] = _("Name at least one domain, or let everyone sign up.")
    if wrong:
        raise Invalid(fields=wrong)
    return kept


def _name(value: str) -> str:
    value = " ".join(unicodedata.normalize("NFC", value).split())
    if not value:
        raise ValueError(_("The portal needs a name."))
    if len(value) > NAME_LENGTH:
        raise ValueError(_("At most %(most)s characters.", most=NAME_LENGTH))
    if not all(letter.isprintable() for letter in value):
        raise ValueError(_("There is a character in it that cannot be seen."))
    return value


def _one_of(choices: Iterable[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in choices:
            raise ValueError(_("Choose one of the list."))
        return value

    return check


def _domains(values: list[str]) -> list[str]:
    domains: list[str] = []
    for value in values:
        domain = domain_key(value.strip().removeprefix("@"))
        if not _DOMAIN.fullmatch(domain):
            raise ValueError(_("“%(value)s” is not a domain such as example.com.", value=value.strip()))
        if domain not in domains:
            domains.append(domain)
    return domains


def _plain(value: Any) -> Any:
    """As JSON gives it back."""
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value  # pyright: ignore[reportUnknownVariableType]
