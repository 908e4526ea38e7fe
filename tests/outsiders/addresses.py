"""Every route of the application, and what to ask of it. One that is missing here fails the test."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from flask import Flask
from werkzeug.routing import AnyConverter, Rule

from tests.outsiders.planting import Planted, secret

NOWHERE = 987654
"""An id that nothing has."""


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
        "called": Fill(("notes.txt",)),
        "width": Fill((60,)),
        "height": Fill((40,)),
        "side": Fill((96,)),
        "view_id": Fill((), (planted.view_id,), NOWHERE),
    }


LISTS = ("", "order=new", "order=helpful", "language=en")
ONCE = ("",)
MENTIONS = ("", "of=question&q=a", "of=reply:first-private-thread", "of=edit:first-private-post&q=in")
QUOTED = ("", "page=2", "quote=first-private-post")
SEARCHES = (
    "",
    "q=open",
    "q=opem+questoin",
    "q=plain+words",
    "q=%22plain+words%22+-open",
    "q=stafftitle",
    "q=title+body+talk",
    "q=tag:common",
    "q=by:insider+order:new",
    "q=words+by:exmember",
    "q=is:solved+order:new",
    "q=is:unanswered",
    "q=in:quiet+lang:en+after:2020-01-01+before:2100-01-01",
    *(
        f"q={secret(place)}"
        for place in ("stafftitle", "groupsbody", "mestafftalk", "ourstag", "hiddenreply", "category")
    ),
    f"q=tag:{secret('stafftag')}",
    "q=question&kind=question&state=solved&category=public&tag=common&by=asker&order=new",
)
"""In words of what is public, of what is private, and a little wrong; by every operator."""
ROUTES: dict[str, tuple[str, ...]] = {
    "/": LISTS,
    "/<any(questions,discussions):place>/<int:thread_id>": ONCE,
    "/<any(questions,discussions):place>/<int:thread_id>-<slug>": QUOTED,
    "/<any(questions,discussions):place>/new": ONCE,
    "/admin": ONCE,
    "/admin/categories": ONCE,
    "/admin/categories/<int:category_id>": ONCE,
    "/admin/categories/<int:category_id>/delete": ONCE,
    "/admin/categories/<int:category_id>/empty": ONCE,
    "/admin/categories/<int:category_id>/move": ONCE,
    "/admin/categories/new": ONCE,
    "/admin/hours": ONCE,
    "/admin/groups": ONCE,
    "/admin/groups/<int:group_id>": ONCE,
    "/admin/groups/<int:group_id>/delete": ONCE,
    "/admin/groups/<int:group_id>/members": ONCE,
    "/admin/groups/<int:group_id>/members/<int:person_id>/remove": ONCE,
    "/admin/groups/new": ONCE,
    "/admin/organisations": ONCE,
    "/admin/organisations/<int:organisation_id>": ONCE,
    "/admin/organisations/<int:organisation_id>/delete": ONCE,
    "/admin/organisations/new": ONCE,
    "/admin/people": ONCE,
    "/admin/people/<int:person_id>": ONCE,
    "/admin/people/<int:person_id>/address": ONCE,
    "/admin/people/<int:person_id>/erase": ONCE,
    "/admin/people/<int:person_id>/groups": ONCE,
    "/admin/people/<int:person_id>/organisation": ONCE,
    "/admin/people/<int:person_id>/role": ONCE,
    "/admin/people/<int:person_id>/sessions": ONCE,
    "/admin/people/new": ONCE,
    "/admin/site": ONCE,
    "/admin/pages": ONCE,
    "/admin/pages/<int:page_id>": ONCE,
    "/admin/pages/<int:page_id>/delete": ONCE,
    "/admin/pages/<page>/move": ONCE,
    "/admin/pages/new": ONCE,
    "/admin/tags": ONCE,
    "/admin/tags/<int:tag_id>": ONCE,
    "/admin/tags/<int:tag_id>/delete": ONCE,
    "/admin/tags/<int:tag_id>/merge": ONCE,
    "/avatars/<key>-<int:side>.webp": ONCE,
    "/c/<slug>": LISTS,
    "/categories/<int:category_id>/watch": ONCE,
    "/change-address/<secret>": ONCE,
    "/confirm/<secret>": ONCE,
    "/discussions": LISTS,
    "/drafts": ONCE,
    "/drafts/discard": ONCE,
    "/keys": ONCE,
    "/language": ONCE,
    "/livez": ONCE,
    "/mentions": MENTIONS,
    "/metrics": ONCE,
    "/pages/<page>": ONCE,
    "/people/<username>": ONCE,
    "/people/<username>/answers": ONCE,
    "/people/<username>/following": ONCE,
    "/people/<username>/solutions": ONCE,
    "/people/<username>/threads": LISTS,
    "/posts/<int:post_id>": ONCE,
    "/posts/<int:post_id>/<any(hide,delete):verb>": ONCE,
    "/posts/<int:post_id>/accept": ONCE,
    "/posts/<int:post_id>/comment": ONCE,
    "/posts/<int:post_id>/comments": ONCE,
    "/posts/<int:post_id>/delete": ONCE,
    "/posts/<int:post_id>/edit": ONCE,
    "/posts/<int:post_id>/hide": ONCE,
    "/posts/<int:post_id>/history": ONCE,
    "/posts/<int:post_id>/quote": ONCE,
    "/posts/<int:post_id>/restore": ONCE,
    "/posts/<int:post_id>/verify": ONCE,
    "/posts/<int:post_id>/vote": ONCE,
    "/preview": ONCE,
    "/questions": LISTS,
    "/readyz": ONCE,
    "/robots.txt": ONCE,
    "/sitemap.xml": ONCE,
    "/sitemaps/<int:part>.xml": ONCE,
    "/reset": ONCE,
    "/reset/<secret>": ONCE,
    "/search": SEARCHES,
    "/search/titles": ("q=title", "q=zy", "q=staffti", "q=common"),
    "/settings": ONCE,
    "/setup": ONCE,
    "/setup/categories": ONCE,
    "/setup/name": ONCE,
    "/settings/address": ONCE,
    "/settings/address/confirm": ONCE,
    "/settings/leave": ONCE,
    "/settings/password": ONCE,
    "/settings/picture": ONCE,
    "/settings/profile": ONCE,
    "/settings/reading": ONCE,
    "/settings/sessions": ONCE,
    "/sign-in": ("", "next=/c/public"),
    "/sign-out": ONCE,
    "/sign-up": ONCE,
    "/similar": ONCE,
    "/similar/left": ONCE,
    "/staff/inbox": ("", "which=unanswered", "which=snoozed"),
    "/staff/inbox/views": ONCE,
    "/staff/inbox/views/<int:view_id>/delete": ONCE,
    "/staff/log": ONCE,
    "/staff/people/<int:person_id>": ONCE,
    "/staff/people/<int:person_id>/lift": ONCE,
    "/staff/people/<int:person_id>/picture": ONCE,
    "/staff/people/<int:person_id>/suspend": ONCE,
    "/staff/questions/<int:thread_id>/assign": ONCE,
    "/staff/questions/<int:thread_id>/snooze": ONCE,
    "/staff/searches": ("", "which=nothing"),
    "/staff/searches/dealt-with": ONCE,
    "/t/<int:thread_id>": ONCE,
    "/t/<source>/<int:external>": ONCE,
    "/t/<source>/posts/<int:external>": ONCE,
    "/tags/<path:name>": LISTS,
    "/tags/<path:name>/watch": ONCE,
    "/threads/<int:thread_id>/merge": ONCE,
    "/threads/<int:thread_id>/split": ONCE,
    "/threads/<int:thread_id>/<any(close,lock,pin,hide,'choice-lock'):verb>": ONCE,
    "/threads/<int:thread_id>/<any(close,lock,pin,hide,'choice-lock',move,publish):verb>": ONCE,
    "/threads/<int:thread_id>/answered-before": ONCE,
    "/threads/<int:thread_id>/ask-to-publish": ONCE,
    "/threads/<int:thread_id>/consent": ONCE,
    "/threads/<int:thread_id>/move": ONCE,
    "/threads/<int:thread_id>/news": ("after=0&page=1", "after=1&page=2", ""),
    "/threads/<int:thread_id>/publish": ONCE,
    "/threads/<int:thread_id>/replies": ONCE,
    "/threads/<int:thread_id>/restore": ONCE,
    "/threads/<int:thread_id>/same": ONCE,
    "/threads/<int:thread_id>/similar": ONCE,
    "/threads/<int:thread_id>/unread": ONCE,
    "/threads/<int:thread_id>/watch": ONCE,
    "/unanswered": LISTS,
    "/unread": LISTS,
    "/unread/read": ONCE,
    "/uploads": ONCE,
    "/uploads/<key>-<int:width>x<int:height>.webp": ONCE,
    "/uploads/<key>/<called>": ONCE,
    "/welcome": ONCE,
}
"""Each rule with the queries to ask it with."""


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
        usual = fixed | {name: (*known[name].public, *known[name].private)[0] for name in names}
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
