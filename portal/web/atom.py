"""Atom (RFC 4287): how a feed is answered. What it is made of is compared first, so that who has it all is told so and
nothing is drawn; its ids depend neither on titles nor on where the portal is found."""

import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b, sha256
from uuid import UUID, uuid5

from flask import Response, current_app, request

from portal.config import in_force

MOST = 30
"""Entries of a feed."""
MEDIA_TYPE = "application/atom+xml"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed changed last that has nothing in it yet."""
DRAWN = "1"
"""Raise it when the same things are drawn otherwise: what readers have kept is old then."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One thing that a feed tells. `html`: safe, its addresses whole."""

    id: str
    title: str
    address: str
    html: str
    published: datetime
    updated: datetime
    author: str = ""
    author_address: str = ""
    language: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed without its entries. `name`: what its id is made of. `page`: the path that shows the same to people."""

    name: str
    title: str
    portal: str
    page: str
    language: str


def answer(
    feed: Feed, told: Sequence[object], entries: Callable[[], Sequence[FeedEntry]], changed: datetime
) -> Response:
    """The feed, or 304. `told`: all that the entries are made of, with `repr`s that say it; `changed`: the newest."""
    address = in_force().address
    made = Response(mimetype=MEDIA_TYPE)
    made.set_etag(blake2b(repr((DRAWN, address, feed, told)).encode(), digest_size=16).hexdigest())
    made.last_modified = changed
    made.cache_control.no_cache = True
    made.make_conditional(request)
    made.headers.pop("Date", None)  # the server says it itself
    if made.status_code == 200:
        here, page = f"{address}{request.path}", f"{address}{feed.page}"
        context = {"feed": feed, "id": identity(feed.name), "here": here, "page": page, "updated": changed}
        made.set_data(_NOT_XML.sub("", drawn("feed.xml", **context, entries=entries())))
    return made


def drawn(name: str, **values: object) -> str:
    """A template of feeds, of these values alone: nobody looks at it."""
    return current_app.jinja_env.get_template(f"feeds/{name}").render(values)


def identity(name: str) -> str:
    """The id of a thing, the same for ever: of this portal, whatever it is called and wherever it is found."""
    return f"urn:uuid:{uuid5(_portal(in_force().secret_key), name)}"


@lru_cache(maxsize=4)
def _portal(secret_key: str) -> UUID:
    return UUID(bytes=hmac.digest(secret_key.encode(), b"feeds", sha256)[:16])
