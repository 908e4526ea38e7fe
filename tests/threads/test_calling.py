"""Whom one can call by an @: people who may read it, found by how their names begin."""

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import begins_with, db, write
from portal.core.errors import NotFound
from portal.people.models import Group, Membership, Organisation, Person, Suspension
from portal.threads import queries
from portal.threads.models import CategoryGroup, FormPlace
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of

QUESTION = FormPlace("question")


def names(writer: Person, place: FormPlace, typed: str, **form: object) -> list[str]:
    return [each.username for each in queries.offered_people(viewer_of(writer), place, typed, **form)]  # pyright: ignore


def reply_to(thread_id: int) -> FormPlace:
    return FormPlace("reply", thread_id)


def test_by_how_username_or_name_begins_however_it_is_written(app: Flask) -> None:
    writer = make_person("writer")
    make_person("ada", name="Ingrid Ek")
    make_person("inga", name="")
    make_person("zoe", name="Åsa Öst")
    make_person("percent", name="100%_sure")
    assert names(writer, QUESTION, "in") == ["ada", "inga"]
    assert names(writer, QUESTION, "IN") == ["ada", "inga"]
    assert names(writer, QUESTION, "å") == names(writer, QUESTION, "ÅSA") == ["zoe"]
    assert names(writer, QUESTION, "100%") == ["percent"]
    assert names(writer, QUESTION, "%") == names(writer, QUESTION, "_") == names(writer, QUESTION, "grid") == []
    assert names(writer, QUESTION, "writ") == [], "oneself needs no call"


def test_a_name_that_changes_is_found_by_the_new_one(app: Flask) -> None:
    writer, ada = make_person(), make_person("ada", name="Old")
    ada.name = "New"
    db.session.commit()
    assert names(writer, QUESTION, "new") == ["ada"]
    assert names(writer, QUESTION, "old") == []
    db.session.execute(
        db.insert(Person), [{"username": "core", "username_key": "core", "name": "Bulk", "created_at": now()}]
    )
    assert names(writer, QUESTION, "bul") == ["core"]


def test_at_most_eight(app: Flask) -> None:
    writer = make_person("writer")
    for number in range(12):
        make_person(f"same{number:02}")
    assert names(writer, QUESTION, "same") == [f"same{number:02}" for number in range(8)]


def test_never_who_is_gone_shut_out_or_has_no_account(app: Flask) -> None:
    writer = make_person("writer")
    make_person("gone1", erased_at=now())
    make_person("gone2", kind="contact")
    make_person("gone3", kind="imported")
    shut = make_person("gone4")
    db.session.add(Suspension(person_id=shut.id, by_id=writer.id, reason="Spam.", since=now()))
    db.session.commit()
    make_person("gone5")
    assert names(writer, QUESTION, "gone") == ["gone5"]


def test_only_readers_of_a_private_thread(app: Flask) -> None:
    acme = Organisation(name="Acme")
    db.session.add(acme)
    db.session.commit()
    asker = make_person("p-asker", organisation_id=acme.id)
    make_person("p-colleague", organisation_id=acme.id)
    make_person("p-stranger")
    agent = make_person("p-agent", role="agent")
    staff, ours = make_thread(asker, privacy="staff"), make_thread(asker, privacy="organisation")
    assert names(asker, reply_to(staff.id), "p-") == ["p-agent"]
    assert names(agent, reply_to(staff.id), "p-") == ["p-asker"]
    assert names(asker, reply_to(ours.id), "p-") == ["p-agent", "p-colleague"]
    for privacy, expected in (("staff", ["p-agent"]), ("organisation", ["p-agent", "p-colleague"]), ("?", ["p-agent"])):
        assert names(asker, QUESTION, "p-", category_id=staff.category_id, privacy=privacy) == expected


def test_only_readers_of_the_category(app: Flask) -> None:
    group = Group(name="Beta")
    db.session.add(group)
    db.session.commit()
    insider, other = make_person("p-insider"), make_person("p-other")
    make_person("p-outsider")
    db.session.add_all(Membership(group_id=group.id, person_id=each.id, since=now()) for each in (insider, other))
    place = make_category("Beta", visibility="groups")
    db.session.add(CategoryGroup(category_id=place.id, group_id=group.id))
    db.session.commit()
    thread = make_thread(insider, category=place)
    assert names(insider, reply_to(thread.id), "p-") == ["p-other"]
    assert names(insider, QUESTION, "p-", category_id=place.id) == ["p-other"]
    outsider = make_person()
    assert names(outsider, QUESTION, "p-", category_id=place.id) == []
    with pytest.raises(NotFound):
        names(outsider, reply_to(thread.id), "p-")


def test_without_a_letter_those_who_take_part(app: Flask) -> None:
    asker, helper = make_person("asker"), make_person("helper")
    make_person("bystander")
    thread = make_thread(asker)
    reply = make_reply(thread, helper)
    assert names(asker, reply_to(thread.id), "") == ["helper"]
    assert names(helper, FormPlace("comment", reply.id), "") == ["asker"]
    assert names(asker, QUESTION, "") == []


def test_an_index_finds_them(own_app: Flask) -> None:
    """Both halves of the search have one, so that it does not grow with the people."""
    with own_app.app_context():
        made = {"created_at": now()}
        people = [{"username": f"u{n}", "username_key": f"u{n}", "name": f"Name {n}", **made} for n in range(3_000)]
        write(lambda: db.session.execute(db.insert(Person), people))
        bind = db.session.get_bind()
        explain = "EXPLAIN QUERY PLAN" if bind.dialect.name == "sqlite" else "EXPLAIN"
        db.session.execute(db.text("ANALYZE"))
        for column, typed in ((Person.username_key, "u299"), (Person.name_key, "name 299")):
            query = db.select(Person.id).where(begins_with(column, typed))
            sql = str(query.compile(bind, compile_kwargs={"literal_binds": True}))
            plan = str(db.session.connection().exec_driver_sql(f"{explain} {sql}").all())
            assert "ix_person" in plan or "autoindex_person" in plan, plan
