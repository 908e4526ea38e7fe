"""Every route of the application, and what to ask of it. One that is missing in routes.py fails the test."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from flask import Flask
from werkzeug.routing import AnyConverter, Rule

from tests.outsiders.planted import Planted, secret
from tests.outsiders.routes import ONCE, ROUTES

NOWHERE = 987654
"""An id that nothing has."""
NO_KEY = "n" * 43
"""The address of nobody's feed."""


@dataclass(frozen=True)
class Fill:
    """Values for one argument of a route: of what may be seen, of what may not, and of what does not exist.

    `gone` are those of which a stub stays, so that they need not look like missing.
    """

    public: tuple[object, ...]
    private: tuple[object, ...] = ()
    missing: object = None
    gone: tuple[object, ...] = ()


def fills(planted: Planted) -> dict[str, Fill]:
    """By the name of the argument; all routes call the same thing by the same name."""
    hidden_tags = tuple(secret(f"{place}tag") for place in ("staff", "groups", "mestaff", "ours", "hidden"))
    people = tuple(planted.ids.values())
    public, private = planted.public_categories, planted.private_categories
    ids = planted.category_ids
    return {
        "thread_id": Fill(tuple(planted.public_threads[:2]), tuple(planted.private_threads), NOWHERE),
        "post_id": Fill(
            tuple(planted.public_posts[:2]), tuple(planted.private_posts), NOWHERE, tuple(planted.gone_posts)
        ),
        "slug": Fill(tuple(public), tuple(private), "nowhere"),
        "category_id": Fill((ids["Public"],), tuple(ids[name] for name in ("staff", "groups") if name in ids), NOWHERE),
        "group_id": Fill((), (planted.group_id,), NOWHERE),
        "organisation_id": Fill((), (planted.organisation_id,), NOWHERE),
        "tag_id": Fill(planted.public_tag_ids, planted.private_tag_ids, NOWHERE),
        "page": Fill(("imprint",), (), "nowhere"),
        "part": Fill((0,), (), NOWHERE),
        "page_id": Fill((planted.page_id,), (), NOWHERE),
        "source": Fill(("elsewhere",)),
        "external": Fill(tuple(planted.public_posts[:2]), tuple(planted.private_posts), NOWHERE),
        "name": Fill(("common",), hidden_tags, "nowhere"),
        "username": Fill(("asker", "writer", "exmember", "suspended"), (), "nobody"),
        "person_id": Fill(people[:1], people[3:6], NOWHERE),
        "secret": Fill(("nonsense",)),
        "key": Fill(tuple(planted.public_keys) or ("f" * 32,), tuple(planted.private_keys), "0" * 32),
        "feed_key": Fill(
            (planted.feed_keys.get("exmember", NO_KEY),), (planted.feed_keys.get("suspended", NO_KEY),), "x" * 43
        ),
        "called": Fill(("notes.txt",)),
        "width": Fill((60,)),
        "height": Fill((40,)),
        "side": Fill((96,)),
        "token": Fill(tuple(planted.links), ("nonsense",), "nothing"),
        "debt_id": Fill((), planted.debt_ids, NOWHERE),
        **{name: Fill((), (1,), NOWHERE) for name in ("hook_id", "letter_id", "message_id", "row_id")},
        "notice_id": Fill((), tuple(planted.private_notices), NOWHERE),
        "note_id": Fill((1,), (), NOWHERE),
        "view_id": Fill((), (planted.view_id,), NOWHERE),
    }


def form(planted: Planted) -> dict[str, str]:
    """What forms may hold: every route takes what it knows of it."""
    return {
        "on": "1",
        "body": "Words of an outsider.",
        "title": "A title of an outsider",
        "reason": "Because.",
        "level": "watch",
        "revision": "1",
        "language": "en",
        "privacy": "none",
        "category": str(planted.category_ids.get("groups", NOWHERE)),
        "of": f"reply:{(*planted.private_threads, NOWHERE)[0]}",
    }


@dataclass(frozen=True)
class Address:
    """One thing to ask for."""

    rule: str
    method: str
    path: str
    kind: str
    missing: str = ""
    """The same address of what does not exist."""


def unknown_routes(app: Flask) -> list[str]:
    return sorted({rule.rule for rule in app.url_map.iter_rules()} - set(ROUTES))


def addresses(app: Flask, planted: Planted) -> Iterator[Address]:
    """Every route with everything that its arguments may name."""
    known = fills(planted)
    first = planted.private_posts[0] if planted.private_posts else NOWHERE
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            for query in ROUTES.get(rule.rule, ONCE):
                asked = query.replace("first-private-post", str(first))
                asked = asked.replace("first-private-thread", str((*planted.private_threads, NOWHERE)[0]))
                for address in _filled(app, rule, method, known):
                    yield _with(address, asked)


def _filled(app: Flask, rule: Rule, method: str, known: dict[str, Fill]) -> Iterator[Address]:
    """Each argument through all its values, while the others have a public one; words of a list through all."""
    build = app.url_map.bind("localhost").build
    listed = {name: sorted(each.items) for name, each in rule._converters.items() if isinstance(each, AnyConverter)}
    names = sorted(rule.arguments - set(listed))
    if "thread_id" in names and "slug" in names:
        names.remove("slug")
        listed["slug"] = ["any"]
    for words in product(*listed.values()):
        fixed = dict(zip(listed, words, strict=True))
        usual = fixed | {name: (*known[name].public, *known[name].private, NOWHERE)[0] for name in names}
        if not names:
            yield Address(rule.rule, method, build(rule.endpoint, fixed, method), "public")
        for name in names:
            fill = known[name]
            missing = build(rule.endpoint, usual | {name: fill.missing}, method) if fill.missing is not None else ""
            for kind, values in (("public", fill.public), ("private", fill.private), ("gone", fill.gone)):
                for value in values:
                    yield Address(rule.rule, method, build(rule.endpoint, usual | {name: value}, method), kind, missing)


def _with(address: Address, query: str) -> Address:
    if not query:
        return address
    missing = f"{address.missing}?{query}" if address.missing else ""
    return replace(address, path=f"{address.path}?{query}", missing=missing)
