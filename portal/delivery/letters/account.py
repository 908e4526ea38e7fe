"""Letters about an account: its address, its password, who signs in. They cannot be switched off."""

from collections.abc import Callable

from sqlalchemy import select

from portal.core.db import db
from portal.delivery.letters.content import Content, NotAnyMore, unlinked
from portal.delivery.letters.saying import moment
from portal.delivery.models import Delivery, Hook
from portal.people.actions.tokens import make_token
from portal.people.addresses import email_key
from portal.people.models import Person

MOST_OWNERS = 5
"""Accounts that one letter gives links to, where several typed an address and nobody confirmed it."""


def _confirm(letter: Delivery, person: Person | None) -> Content:
    """To whoever typed the address. If it belongs to someone else already, that person hears of it instead."""
    person = _one(person)
    confirmed = person.is_confirmed and person.mail_stopped_at is None
    if confirmed or person.email != letter.address:
        raise NotAnyMore("the address was confirmed or changed meanwhile")
    others = (each for each in _having(letter.address) if each.id != person.id)
    owner = next((each for each in others if each.is_confirmed), None)
    if owner is not None:
        return Content("known", owner, (("", "/sign-in"),))
    return Content("confirm", person, (("", "/confirm/" + make_token("confirm", person, email=letter.address)),))


def _change(letter: Delivery, person: Person | None) -> Content:
    person = _one(person)
    return Content("change", person, (("", "/change-address/" + make_token("change", person, email=letter.address)),))


def _changed(_letter: Delivery, person: Person | None) -> Content:
    return Content("changed", _one(person))


def _password(_letter: Delivery, person: Person | None) -> Content:
    return Content("password", _one(person), (("", "/reset"),))


def _reset(letter: Delivery, person: Person | None) -> Content:
    """To one person, or to whoever has the address: the one who confirmed it, or else everyone who typed it."""
    if person is not None and person.email != letter.address:
        raise NotAnyMore("the address was changed meanwhile")
    people = [person] if person is not None else _having(letter.address)
    if not people:
        raise NotAnyMore("nobody has this address")
    links = [(each.username or "", "/reset/" + make_token("reset", each, email=letter.address)) for each in people]
    return Content("reset", people[0], tuple(links))


def _invited(letter: Delivery, person: Person | None) -> Content:
    """To someone whose account an admin made, or whom an admin gave the way to one that was imported."""
    person = _one(person)
    if person.password_hash is not None or person.email != letter.address:
        raise NotAnyMore("the account is theirs already, or the address was changed meanwhile")
    return Content("invited", person, (("", "/reset/" + make_token("reset", person, email=letter.address)),))


def _device(letter: Delivery, person: Person | None) -> Content:
    """Someone signed in with a browser that was not known."""
    person = _one(person)
    values = {"browser": letter.data.get("browser", ""), "network": letter.data.get("network", "")}
    values["at"] = moment(letter.created_at, person)
    return Content("device", person, (("", "/reset"), ("", "/settings/sessions")), values)


def _hook_paused(letter: Delivery, person: Person | None) -> Content:
    """To an admin: a webhook's receiver takes nothing any more."""
    person = _one(person)
    hook = db.session.get(Hook, letter.data.get("hook"))
    if person.role != "admin" or hook is None or hook.pause_reason in ("", "hand"):
        raise NotAnyMore("it goes on, or it is another's to know")
    values = {"name": unlinked(hook.name), "gone": hook.pause_reason == "gone"}
    return Content("hook-paused", person, (("", f"/admin/hooks/{hook.id}"),), values)


def _one(person: Person | None) -> Person:
    if person is None:
        raise NotAnyMore("there is no such person")
    return person


def _having(email: str) -> list[Person]:
    """Whoever confirmed this address; if nobody did, the first few who typed it."""
    people = list(
        db.session.scalars(
            select(Person)
            .where(Person.email_key == email_key(email), Person.erased_at.is_(None), Person.kind != "system")
            .order_by(Person.email_confirmed_at.is_(None), Person.id)
            .limit(MOST_OWNERS)
        )
    )
    return people[:1] if people and people[0].is_confirmed else people


KINDS: dict[str, Callable[[Delivery, Person | None], Content]] = {
    "confirm": _confirm,
    "change": _change,
    "changed": _changed,
    "device": _device,
    "hook-paused": _hook_paused,
    "invited": _invited,
    "reset": _reset,
    "password": _password,
}
