"""Every page as people meet it: nothing wider than a phone, nothing that axe finds, nothing that the policy stops.

The pages are found by following links, so a new page is tested as soon as something leads to it.
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.exceptions import HTTPException

from portal.core import assets
from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.models import HookDelivery
from portal.people.models import Person
from portal.threads import actions
from portal.threads.models import FormPlace
from tests.browser.conftest import DESK, PHONE, Serve
from tests.factories import make_category, make_comment, make_hook, make_person, make_reply, make_thread, viewer_of
from tests.signing_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.own_database]

AXE = (assets.ROOT / "tests/vendor/axe-core/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BESIDES = "{'label-content-name-mismatch': {enabled: true}}"
"""What Lighthouse asks for, and none of these."""
OF_THE_LOOK = ["color-contrast", "target-size", "scrollable-region-focusable"]
"""What may differ between two widths and schemes of one page."""
LOOKS = ((PHONE, "dark", RULES), (DESK, "light", OF_THE_LOOK))
"""On a phone in the dark; and the first page of each kind on a desk in the light, too."""
OF_A_KIND = 2
"""How many pages of one route are looked at: the second often shows another state."""
OF_FORMS = 1
"""The same of forms for settings and for admins, which look alike whatever is in them."""
NOT_PAGES = ("livez", "readyz", "metrics", "static")
LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis_" * 3
TEXT = f"""{LONG} and `{LONG}`, see https://example.com/{LONG}

```python
def a_function_with_a_rather_long_name(argument: dict[str, list[int]]) -> None:  # and a long comment behind it, too
    return {{"text": 'x', **argument}}
```

| one | two | three | four | five | six |
|:--|:-:|--:|---|---|---|
| {LONG} | b | 3 | {LONG} | e | f |

> A quote with **bold**, *slanted*, ~~struck~~ and a note[^1].

- [ ] to do
- [x] done
  1. deeper

### A heading

[^1]: What the note says.
"""


@dataclass(slots=True)
class Look:
    """What was found on the pages that one person can reach."""

    address: str
    seen: set[str] = field(default_factory=set[str])
    routes: Counter[str] = field(default_factory=Counter[str])
    faults: list[str] = field(default_factory=list[str])


def fill() -> None:
    """A community with what is hard to show: long words, other scripts, every state."""
    ada = make_person("ada", name="Ada Admin", role="admin")
    asker = make_person("bo", name="Wolfeschlegelsteinhausenbergerdorff von und zu Hohenstein")
    helper = make_person("cy", name="محمد الأحمد")
    place = make_category("A category whose name goes on and on", colour="orange", description=LONG)
    thread = make_thread(asker, category=place, title=f"Why does {LONG} fail?", body=TEXT, tags=["a-tag", "x" * 30])
    answer = make_reply(thread, helper, body=TEXT)
    make_comment(answer, asker, body=f"Thanks. {LONG}")
    gone = make_reply(thread, helper)
    write(actions.delete_post, viewer_of(helper), gone.id)
    for number in range(22):
        make_reply(thread, helper, body=f"Reply number {number}.")
    closed = make_thread(asker, category=place, title="Closed by its author")
    write(actions.set_closed, viewer_of(asker), closed.id, on=True, reason="Found it myself.")
    make_thread(
        asker, category=place, title="كيف يمكنني تصدير دفتر الأستاذ؟", body="مرحبا\n\n> اقتباس", privacy="staff"
    )
    make_thread(helper, category=place, kind="discussion", title="How do others do it?")
    hook = make_hook(f"https://example.com/{LONG}", name=LONG[:80])
    said = {"kind": "idea.created", "data": {}, "request": "webhook-id: x\n\n{}", "answer": LONG, "status": 500}
    at = {"created_at": now(), "due_at": now() + timedelta(hours=1), "attempts": 3}
    db.session.add(HookDelivery(hook_id=hook.id, message_id="x", state="deferred", **said, **at))
    db.session.commit()
    for form in (FormPlace("reply", thread.id), FormPlace("comment", answer.id), FormPlace("question")):
        write(actions.save_draft, viewer_of(ada), form, {"body": f"Half a thought. {LONG}"})


@pytest.fixture
def community(own_app: Flask, serve: Serve) -> tuple[Flask, str]:
    with own_app.app_context():
        fill()
    return own_app, serve(own_app)


def signed_in(context: BrowserContext, app: Flask, address: str, username: str) -> None:
    client = app.test_client()
    with app.app_context():
        sign_in(client, db.session.scalars(db.select(Person).filter_by(username=username)).one())
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie
    context.add_cookies([{"name": name, "value": cookie.value, "url": address}])


def route_of(app: Flask, path: str) -> str:
    """The route that answers this path, or '' for none."""
    try:
        return str(app.url_map.bind("").match(path)[0])
    except HTTPException:
        return ""


def most_of(path: str) -> int:
    return OF_FORMS if path.startswith(("/admin/", "/settings/")) else OF_A_KIND


def look_around(app: Flask, page: Page, look: Look, start: list[str]) -> None:
    """Follow links, look at each page once, and at few of each route."""
    ahead = deque(start)
    while ahead:
        path = urlsplit(ahead.popleft()).path  # another order or page of a list looks the same
        route = route_of(app, path)
        if path in look.seen or not route or look.routes[route] >= most_of(path) or route.endswith(NOT_PAGES):
            continue
        look.seen.add(path)
        look.routes[route] += 1
        answer = page.goto(look.address + path)
        assert answer
        if answer.status >= 500 or "text/html" not in answer.headers.get("content-type", ""):
            look.faults += [f"{path}: {answer.status}"] if answer.status >= 500 else []
            continue
        examine(page, look, path, LOOKS if look.routes[route] == 1 else LOOKS[:1])
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        inside = [urldefrag(urljoin(page.url, link)).url for link in links]
        ahead.extend(link.removeprefix(look.address) for link in inside if link.startswith(f"{look.address}/"))


def examine(page: Page, look: Look, path: str, looks: Sequence[tuple[int, str, list[str]]]) -> None:
    """That nothing is wider than the screen, and that axe finds nothing."""
    page.evaluate(AXE)
    for width, scheme, rules in looks:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            look.faults.append(f"{path}: {wide} pixels wide on {width}")
        asked = f"{{runOnly: {rules}, rules: {BESIDES}, resultTypes: ['violations']}}"  # of what is right not where
        for fault in page.evaluate(f"axe.run(document, {asked})")["violations"]:
            where = [node["target"] for node in fault["nodes"]][:3]
            look.faults.append(f"{path} at {width}: {fault['id']}: {fault['help']}: {where}")


@pytest.mark.parametrize("role", ["visitor", "admin"])
def test_every_page_fits_a_phone_and_satisfies_axe(community: tuple[Flask, str], chromium: Browser, role: str):
    app, address = community
    context = chromium.new_context(viewport={"width": DESK, "height": 844}, reduced_motion="reduce")
    if role == "admin":
        signed_in(context, app, address, "ada")
    page = context.new_page()
    look = Look(address)
    page.on("pageerror", lambda error: look.faults.append(f"{page.url}: {error}"))
    page.on("console", lambda said: look.faults.append(f"{page.url}: {said.text}") if "Policy" in said.text else None)
    look_around(
        app, page, look, ["/", "/settings", "/admin", "/nothing-here"] if role == "admin" else ["/", "/sign-in"]
    )
    context.close()
    assert not look.faults, "\n".join(look.faults)
    assert len(look.routes) > 5, look.routes
