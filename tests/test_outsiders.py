"""Nobody finds a trace of what they may not see: on no page, in no header or redirect, not by comparing answers."""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import pytest
from flask import Flask

from portal.core.db import db
from portal.people.models import Person
from tests.conftest import application, databases, migrated_database, settings_for, undone
from tests.outsiders import twins
from tests.outsiders.addresses import Address, addresses, form, unknown_routes
from tests.outsiders.announcing import WORDS, announced, unannounced
from tests.outsiders.crawling import BY_HTMX, PLAIN, Answer, Crawler, Headers
from tests.outsiders.looped import loops
from tests.outsiders.planted import MARK, MEMBERS, Planted
from tests.outsiders.planting import plant
from tests.signing_in import sign_in

MOST = ("visitor", "member")
REST = ("exmember", "suspended")
FEW = 6
COMPARED = {"visitor": "sqlite", "member": "postgresql"}


@contextmanager
def at_home(database_kind: str, folder: Path) -> Iterator[Flask]:
    """An application on an empty database of its own, in its context."""
    made = application(settings_for(migrated_database(database_kind, folder), folder))
    made.testing = False
    made.config["WTF_CSRF_ENABLED"] = False  # the token is tested elsewhere; here every form goes through
    with made.app_context():
        try:
            yield made
        finally:
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def community(database_kind: str, tmp_path: Path) -> Iterator[tuple[Flask, Planted]]:
    with at_home(database_kind, tmp_path) as app:
        planted = plant()
        loops(planted)
        announced(planted)
        unannounced(planted)
        db.session.remove()
        yield app, planted


def crawler(app: Flask, planted: Planted, name: str) -> Crawler:
    client = app.test_client()
    if name != "visitor":
        sign_in(client, db.session.get_one(Person, planted.ids[name]))
    return Crawler(app, client, form(planted))


def may_know(name: str) -> tuple[str, ...]:
    """The beginnings of the secrets that are none for this person."""
    if name in ("visitor", "suspended"):
        return ()
    return (f"{MARK}{MEMBERS}", f"{MARK}mail{name}")


def found(answers: list[Answer], name: str) -> list[str]:
    told = set[str]().union(*(answer.secrets for answer in answers))
    return sorted(word for word in told if not word.startswith(may_know(name) or "\0"))


def test_every_route_is_known(migrated_app: Flask):
    assert unknown_routes(migrated_app) == [], "say in tests/outsiders/routes.py how to ask for them"


def test_no_secret_is_found_but_by_staff(
    database_kind: str, community: tuple[Flask, Planted], subtests: pytest.Subtests, pytestconfig: pytest.Config
):
    """A crawl that finds nothing would prove nothing, if staff found nothing either. Two databases share the people:
    the conditions are the same for all, so a few of them show that they say the same there."""
    app, planted = community
    people = (*MOST, "boss") if database_kind == "sqlite" else REST
    if len(databases(pytestconfig)) == 1:
        people = (*MOST, *REST, "boss")
    for name in people:
        with subtests.test(name), undone(app):
            (finds_all if name == "boss" else finds_nothing)(app, planted, name)


def finds_nothing(app: Flask, planted: Planted, name: str) -> None:
    """And what is hidden answers as what does not exist."""
    person = crawler(app, planted, name)
    troubles: list[str] = []
    missing: dict[tuple[str, str, Headers], str] = {}
    for address, how in asked(addresses(app, planted), name):
        answer = person.ask(address, how)
        if address.method == "GET":
            person.note(address.path, answer)
        if answer.statuses[-1] >= 500:
            troubles.append(f"{address.method} {address.path}: a fault of ours")
        if MARK not in address.path and (told := found([answer], name)):
            troubles.append(f"{address.method} {address.path}: {told}")
        if is_hidden_from(address, name):
            key = (address.method, address.missing, how)
            if key not in missing:
                nothing = person.ask(Address(address.rule, address.method, address.missing, "missing"), how)
                missing[key] = nothing.normalised()
            if answer.normalised(address.path, address.missing) != missing[key]:
                troubles.append(f"{address.method} {address.path} is not like {address.missing}")
    for path, answer in person.wander() if name in MOST else ():
        if MARK not in path and (told := found([answer], name)):
            troubles.append(f"link to {path}: {told}")
    assert not troubles, "\n" + "\n".join(troubles)


def asked(all_of_them: Iterable[Address], name: str) -> Iterator[tuple[Address, Headers]]:
    """How to ask for each: pages and forms plainly, forms by HTMX too; of the many private things, a share.

    Who may see a thing is decided in one place, whatever is done with it: so everyone asks for the page of each, and
    with what else there is to do each for others. Who was a member, or is suspended, sends public forms plainly, and
    follows no links: they differ in what is private."""
    for number, (_of, same) in enumerate(groupby(all_of_them, lambda address: (address.rule, address.method))):
        together = list(same)
        for address in together:
            if address.kind != "private":
                yield address, PLAIN
                if address.method != "GET" and (address.kind == "gone" or name in MOST):
                    yield address, BY_HTMX
        private = [address for address in together if address.kind == "private"]
        for turn, address in enumerate(share_of(private, number, 3 if name in MOST else 6)):
            yield address, BY_HTMX if address.method != "GET" and turn % 2 else PLAIN


def share_of(private: list[Address], number: int, parts: int) -> list[Address]:
    """All where there are few, and all pages that are a thing's own (its permalink leads to the page, by whatever name
    that has); else one part, another for the next rule."""
    if len(private) <= FEW or is_own_page(private[0]):
        return private
    return private[number % parts :: parts]


def is_own_page(address: Address) -> bool:
    return address.method == "GET" and address.rule.endswith(">") and "<any(" not in address.rule


def is_hidden_from(address: Address, name: str) -> bool:
    """Whether it must look as if it did not exist."""
    is_theirs = any(address.path.startswith(f"/c/{word}") for word in may_know(name))
    return address.kind == "private" and bool(address.missing) and not is_theirs


def finds_all(app: Flask, planted: Planted, name: str) -> None:
    boss = crawler(app, planted, name)
    places = ("staff", "groups", "groupsown", "groupstheirs", "mestaff", "ours", "hidden", "deleted")
    wanted = {f"{MARK}{place}{what}" for place in places for what in ("title", "body", "tag", "talk")}
    wanted |= {f"{MARK}upload{letter}" for letter in "abcdef"}
    wanted |= {f"{MARK}loop{what}" for what in ("idea", "comment", "reply")}
    wanted |= {f"{MARK}{place}{what}" for place in ("scheduled", "chosen") for what in WORDS}
    pages = [address for address in addresses(app, planted) if address.method == "GET"]
    for address in sorted(pages, key=lambda address: address.kind != "private"):
        if wanted:
            wanted -= boss.ask(address).secrets
    assert not wanted, sorted(wanted)


@pytest.mark.parametrize("name", ["visitor", "member"])
def test_pages_are_the_same_with_and_without_what_is_private(
    database_kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    """Byte for byte: no count, no order, no size and no gap tells that there is more."""
    if COMPARED[name] != database_kind:
        pytest.skip("one comparison on each database: that for visitors on the one, that for members on the other")
    time = twins.with_clock(monkeypatch)
    pages: list[dict[str, str]] = []
    paths: list[str] = []
    for private in (False, True):
        with at_home(database_kind, tmp_path) as app:
            planted = twins.make(time, private=private, members=name == "visitor")
            person = crawler(app, planted, name)
            paths = paths or [each.path for each in addresses(app, planted) if is_public_page(each)]
            answers = {path: person.get(path) for path in paths} | dict(person.wander())
            pages.append({path: answer.normalised() for path, answer in answers.items()})
    without, there = pages
    assert without.keys() == there.keys()
    different = [path for path, page in without.items() if page != there[path]]
    assert not different, f"{different}\n{first_difference(without[different[0]], there[different[0]])}"


def is_public_page(address: Address) -> bool:
    return address.method == "GET" and address.kind == "public" and address.rule != "/metrics"


def first_difference(one: str, other: str) -> str:
    return "\n".join(list(difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=1))[:20])
