"""Categories as admins tend them. What few can see must not become visible to many by accident."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from portal.core.db import db, write
from portal.core.errors import Invalid, NotFound
from portal.events.models import Event
from portal.people.actions.groups import create_group
from portal.people.viewer import VISITOR, Viewer
from portal.threads.actions.categories import (
    OpensToMore,
    Shape,
    change_category,
    create_category,
    delete_category,
    empty_category,
    move_category,
    opens,
)
from portal.threads.models import Category, CategoryGroup, Thread
from tests.factories import make_category, make_person, make_thread, viewer_of


@pytest.fixture
def admin(app: Flask) -> Viewer:
    return viewer_of(make_person("ada", role="admin"))


def log(kind: str) -> list[Event]:
    return list(db.session.scalars(db.select(Event).filter_by(kind=kind, logged=True)))


def test_made_with_an_address_of_its_own(admin: Viewer):
    first = write(create_category, admin, Shape(name="  Printing &  labels ", description="Paper", colour="teal"))
    made = db.session.get_one(Category, first)
    assert (made.name, made.slug, made.colour) == ("Printing & labels", "printing-labels", "teal")
    second = write(create_category, admin, Shape(name="Printing: labels", kinds=("discussion",)))
    other = db.session.get_one(Category, second)
    assert (other.slug, other.kinds) == ("printing-labels-2", ["discussion"])
    assert other.position > made.position
    third = write(create_category, admin, Shape(name="日本語"))
    assert db.session.get_one(Category, third).slug
    assert len(log("category.created")) == 3


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "TAKEN"}, "name"),
        ({"colour": "#fff"}, "colour"),
        ({"visibility": "nobody"}, "visibility"),
        ({"kinds": ()}, "kinds"),
        ({"kinds": ("poll",)}, "kinds"),
        ({"visibility": "groups"}, "groups"),
        ({"visibility": "groups", "group_ids": frozenset({999_999})}, "groups"),
        ({"description": "x" * 2001}, "description"),
    ],
)
def test_what_cannot_be(admin: Viewer, given_: dict[str, object], field: str):
    make_category("Taken")
    with pytest.raises(Invalid) as refused:
        write(create_category, admin, Shape(**({"name": "New"} | given_)))  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("role", ["member", "agent", "manager", "moderator"])
def test_for_others_than_admins_none_of_it_exists(app: Flask, role: str):
    category = make_category()
    for viewer in (viewer_of(make_person(role=role)), VISITOR):
        for act, arguments in (
            (create_category, (Shape(name="x"),)),
            (change_category, (category.id, Shape(name="x"))),
            (delete_category, (category.id,)),
        ):
            with pytest.raises(NotFound):
                write(act, viewer, *arguments)
        with pytest.raises(NotFound):
            write(empty_category, viewer, category.id, into=category.id + 1)
        with pytest.raises(NotFound):
            write(move_category, viewer, category.id, up=True)


def test_the_address_stays_unless_another_is_asked_for(admin: Viewer):
    category = make_category("Printing")
    make_category("Labels")
    write(change_category, admin, category.id, Shape(name="Paper"))
    assert db.session.get_one(Category, category.id).slug == "printing"
    write(change_category, admin, category.id, Shape(name="Paper"), slug="Paper Work")
    assert db.session.get_one(Category, category.id).slug == "paper-work"
    for slug in ("labels", "new", "///"):
        with pytest.raises(Invalid) as refused:
            write(change_category, admin, category.id, Shape(name="Paper"), slug=slug)
        assert "slug" in refused.value.fields


def test_order(admin: Viewer):
    ids = [make_category(f"C{n}", position=7).id for n in range(4)]
    write(move_category, admin, ids[2], up=True)
    write(move_category, admin, ids[0], up=True)
    write(move_category, admin, ids[3], up=False)
    write(move_category, admin, ids[0], up=False)
    found = db.session.scalars(db.select(Category.id).order_by(Category.position)).all()
    assert found == [ids[2], ids[0], ids[1], ids[3]]


def test_opening_a_category_asks_first_and_says_how_many(admin: Viewer):
    category = make_category("Inside", visibility="staff")
    for _ in range(3):
        make_thread(admin, category=category)
    with pytest.raises(OpensToMore) as asked:
        write(change_category, admin, category.id, Shape(name="Inside", visibility="members"))
    assert asked.value.threads == 3
    assert "3" in str(asked.value.fields["sure"])
    assert db.session.get_one(Category, category.id).visibility == "staff"
    write(change_category, admin, category.id, Shape(name="Inside", visibility="members"), sure=True)
    assert db.session.get_one(Category, category.id).visibility == "members"
    write(change_category, admin, category.id, Shape(name="Inside", visibility="staff"))


def test_nothing_is_asked_where_nothing_is_in_it(admin: Viewer):
    category = make_category(visibility="staff")
    write(change_category, admin, category.id, Shape(name="Open"))


def test_another_group_is_more_people_too(admin: Viewer):
    beta, gamma = (write(create_group, admin, name=name) for name in ("Beta", "Gamma"))
    category_id = write(create_category, admin, Shape(name="B", visibility="groups", group_ids=frozenset({beta})))
    make_thread(admin, category=db.session.get_one(Category, category_id))
    both = Shape(name="B", visibility="groups", group_ids=frozenset({beta, gamma}))
    with pytest.raises(OpensToMore):
        write(change_category, admin, category_id, both)
    write(change_category, admin, category_id, both, sure=True)
    assert set(db.session.scalars(db.select(CategoryGroup.group_id))) == {beta, gamma}
    write(change_category, admin, category_id, Shape(name="B", visibility="groups", group_ids=frozenset({gamma})))
    write(change_category, admin, category_id, Shape(name="B", visibility="staff"))
    assert not db.session.scalars(db.select(CategoryGroup)).all()


def test_emptied_into_another(admin: Viewer):
    source, target = make_category("Old"), make_category("New one")
    threads = [make_thread(category=source) for _ in range(2)]
    other = make_thread(category=make_category())
    assert write(empty_category, admin, source.id, into=target.id, reason="Tidy") == 2
    assert {db.session.get_one(Thread, thread.id).category_id for thread in threads} == {target.id}
    assert db.session.get_one(Thread, other.id).category_id not in (source.id, target.id)
    (event,) = log("category.emptied")
    assert (event.reason, event.data["threads"], event.data["into"]) == ("Tidy", 2, "New one")
    write(delete_category, admin, source.id)
    assert db.session.get(Category, source.id) is None


def test_emptying_into_a_more_public_one_asks_first(admin: Viewer):
    source, target = make_category("Inside", visibility="staff"), make_category()
    thread = make_thread(admin, category=source)
    with pytest.raises(OpensToMore) as asked:
        write(empty_category, admin, source.id, into=target.id)
    assert asked.value.threads == 1
    assert db.session.get_one(Thread, thread.id).category_id == source.id
    assert write(empty_category, admin, source.id, into=target.id, sure=True) == 1


def test_it_is_emptied_into_another_that_exists(admin: Viewer):
    category = make_category()
    with pytest.raises(Invalid):
        write(empty_category, admin, category.id, into=category.id)
    with pytest.raises(NotFound):
        write(empty_category, admin, category.id, into=999_999)


def test_with_threads_it_is_not_deleted(admin: Viewer):
    category = make_category()
    make_thread(category=category)
    with pytest.raises(Invalid):
        write(delete_category, admin, category.id)
    assert db.session.get(Category, category.id)


audiences = some.tuples(
    some.sampled_from(["everyone", "members", "groups", "staff"]), some.frozensets(some.integers(1, 3))
)


@given(audiences, audiences)
def test_opens_is_right_for_every_kind_of_reader(before: tuple[str, frozenset[int]], after: tuple[str, frozenset[int]]):
    """The rule against the plain meaning: is there a reader of the second who is none of the first?"""

    def reads(audience: tuple[str, frozenset[int]], groups: frozenset[int] | None) -> bool:
        if audience[0] == "groups":
            return groups is not None and bool(groups & audience[1])
        return audience[0] == "everyone" or (audience[0] == "members" and groups is not None)

    readers = [None, *(frozenset(group) for group in ((), (1,), (2,), (3,), (1, 2), (1, 3), (2, 3), (1, 2, 3)))]
    assert opens(before, after) == any(reads(after, one) and not reads(before, one) for one in readers)
