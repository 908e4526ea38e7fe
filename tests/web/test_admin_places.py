"""The pages on which admins tend the portal, its categories and its tags."""

import pytest
from flask.testing import FlaskClient

from portal.core.db import db
from portal.people.models import Group, Person
from portal.site.queries import site
from portal.threads.models import Category, CategoryGroup, Tag, Thread
from tests.factories import make_category, make_person, make_thread, viewer_of
from tests.signing_in import csrf_of, sign_in
from tests.web.reading import costs


@pytest.fixture
def admin(client: FlaskClient) -> Person:
    person = make_person("ada", role="admin", password_hash="x")
    sign_in(client, person)
    return person


def post(client: FlaskClient, address: str, **fields: object):
    return client.post(address, data={"csrf_token": csrf_of(client, "/admin/site"), **fields})


SITE = {
    "name": "Hagen",
    "accent": "violet",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "welcome": "Hello **all**",
    "sign_up": "domains",
    "sign_up_domains": "example.com\nexample.org",
}


def test_settings_hold_from_now_on(client: FlaskClient, admin: Person):
    assert post(client, "/admin/site", **SITE).location == "/admin/site"
    now = site()
    assert (now.name, now.accent, now.sign_up_domains) == ("Hagen", "violet", ("example.com", "example.org"))
    text = client.get("/admin/site").text
    assert 'data-accent="violet"' in text
    assert "example.com\nexample.org" in text.replace("\r", "")


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("accent", "#123456"), ("time_zone", "x"), ("sign_up_domains", "x")]
)
def test_settings_that_cannot_be_keep_what_was_typed(client: FlaskClient, admin: Person, field: str, value: str):
    answer = post(client, "/admin/site", **(SITE | {field: value}))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Hello **all**" in answer.text
    assert site().name == "Rondo"


def many(count: int) -> None:
    for n in range(count):
        category = make_category(f"Category {count} {n}", visibility="groups")
        group = Group(name=f"Group {count} {n}")
        db.session.add_all((group, Tag(name=f"tag-{count}-{n}")))
        db.session.flush()
        db.session.add(CategoryGroup(category_id=category.id, group_id=group.id))
    db.session.commit()


def test_a_list_costs_the_same_with_3_and_with_300(client: FlaskClient, admin: Person, statements: list[str]):
    lists = ("/admin/categories", "/admin/tags")
    many(3)
    few = costs(client, lists, statements)
    many(300)
    assert costs(client, lists, statements) == few


def test_a_category_is_made(client: FlaskClient, admin: Person):
    beta = Group(name="Beta")
    db.session.add(beta)
    db.session.commit()
    assert "Beta" in client.get("/admin/categories/new").text
    answer = post(
        client,
        "/admin/categories/new",
        name="Printing",
        colour="teal",
        kinds=["question", "idea"],
        visibility="groups",
        groups=[str(beta.id)],
    )
    assert answer.location == "/admin/categories"
    made = db.session.scalars(db.select(Category)).one()
    assert (made.slug, made.kinds, made.visibility) == ("printing", ["question", "idea"], "groups")
    answer = post(client, "/admin/categories/new", name="printing", visibility="groups", colour="teal")
    assert answer.status_code == 422
    for field in ("name", "kinds", "groups"):
        assert f'href="#{field}"' in answer.text


def test_opening_a_category_asks_with_a_box_to_tick(client: FlaskClient, admin: Person):
    category = make_category("Inside", visibility="staff", kinds=["question", "discussion", "announcement"])
    make_thread(viewer_of(admin), category=category)
    at = f"/admin/categories/{category.id}"
    assert 'name="sure"' not in client.get(at).text
    given = {"name": "Inside", "colour": "slate", "kinds": ["question"], "slug": "inside", "visibility": "everyone"}
    answer = post(client, at, **given)
    assert answer.status_code == 422
    assert 'name="sure"' in answer.text
    assert "1 conversation becomes visible" in answer.text
    assert post(client, at, **given, sure="y").status_code == 303
    changed = db.session.get_one(Category, category.id)
    assert (changed.visibility, changed.kinds) == ("everyone", ["question", "announcement"])


def test_order(client: FlaskClient, admin: Person):
    first, second = make_category("First", position=1), make_category("Second", position=2)
    assert post(client, f"/admin/categories/{second.id}/move", to="up").location == "/admin/categories"
    assert db.session.get_one(Category, second.id).position < db.session.get_one(Category, first.id).position
    assert post(client, f"/admin/categories/{second.id}/move", to="down").status_code == 303
    assert post(client, "/admin/categories/999999/move", to="up").status_code == 404


def test_emptied_and_deleted(client: FlaskClient, admin: Person):
    old, new = make_category("Old", visibility="members"), make_category("New")
    thread = make_thread(category=old)
    assert post(client, f"/admin/categories/{old.id}/delete").status_code == 422
    at = f"/admin/categories/{old.id}/empty"
    assert "1 conversation moves" in client.get(at).text
    asked = post(client, at, into=str(new.id))
    assert asked.status_code == 422
    assert "1 conversation becomes visible" in asked.text
    for into in ("", "x", str(old.id)):
        assert post(client, at, into=into, sure="y").status_code == 422
    assert post(client, at, into="999999", sure="y").status_code == 404
    assert post(client, at, into=str(new.id), sure="y", reason="Tidy").location == "/admin/categories"
    assert db.session.get_one(Thread, thread.id).category_id == new.id
    assert post(client, f"/admin/categories/{old.id}/delete").location == "/admin/categories"


def test_the_only_category_has_nowhere_to_go(client: FlaskClient, admin: Person):
    category = make_category()
    make_thread(category=category)
    assert "no other category" in client.get(f"/admin/categories/{category.id}/empty").text


def test_tags_are_renamed_merged_and_deleted(client: FlaskClient, admin: Person):
    make_thread(viewer_of(admin), tags=["printr", "c++"])
    ids = {tag.name: tag.id for tag in db.session.scalars(db.select(Tag))}
    unused = Tag(name="unused")
    db.session.add(unused)
    db.session.commit()
    at = f"/admin/tags/{ids['printr']}"
    assert post(client, at, name="c++").status_code == 422
    assert post(client, at, name="printer", description="Paper").status_code == 303
    assert post(client, f"{at}/merge", into="ghost").status_code == 422
    assert post(client, f"{at}/delete").status_code == 422
    assert post(client, f"{at}/merge", into="C++").location == f"/admin/tags/{ids['c++']}"
    assert post(client, f"/admin/tags/{unused.id}/delete").location == "/admin/tags"
    assert db.session.scalars(db.select(Tag.name)).all() == ["c++"]
    assert "c++" in client.get("/admin/tags?q=C%2B").text
    assert "Nothing found" in client.get("/admin/tags?q=%25").text
