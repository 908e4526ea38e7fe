"""What letters are written from is asked for many readers at once: each gets what they would get alone."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.leasing import Clock, lease
from portal.delivery.letters.knowing import Known, know
from portal.delivery.models import Delivery
from portal.delivery.writing import written
from portal.ideas.models import IdeaSilence
from portal.notices.models import Notice
from portal.people.models import Group, Membership, Organisation, Person
from portal.threads.models import CategoryGroup, Thread
from tests.factories import make_category, make_idea, make_outcome, make_person
from tests.loop.told import announce, contact, decide, follow, merge, vote, work


def everyone() -> list[Person]:
    """Of each sort that a statement is built for, more than one."""
    organisation, group = Organisation(name="Acme"), Group(name="Testers")
    db.session.add_all([organisation, group])
    db.session.commit()
    people = [make_person(role=role) for role in ("member", "member", "agent", "manager")]
    people += [make_person(organisation_id=organisation.id) for _ in range(2)]
    grouped = [make_person(), make_person(organisation_id=organisation.id)]
    db.session.add_all(Membership(person_id=person.id, group_id=group.id, since=now()) for person in grouped)
    db.session.commit()
    return [*people, *grouped, contact("cleo@example.com")]


def as_alone(notices: list[Notice]) -> Known:
    """What each of the readers would get if nobody else were asked for."""
    alone = [know([notice]) for notice in notices]
    rows = {id_: row for each in alone for id_, row in each.rows.items()}
    return Known(alone[0].portal, {id_: viewer for each in alone for id_, viewer in each.viewers.items()}, rows)


def test_each_of_many_readers_gets_what_they_may_see(app: Flask) -> None:
    """Ideas in places of all sorts: some can be seen by all of them, some by few, one is silenced, one is merged."""
    people, shut, grouped = everyone(), make_category(visibility="staff"), make_category(visibility="groups")
    db.session.add(CategoryGroup(category_id=grouped.id, group_id=db.session.scalars(sa.select(Group.id)).one()))
    ideas = [make_idea(title=f"Idea {number}") for number in range(4)]
    vote(ideas[0], *people)
    into = make_idea(title="Whole")
    vote(ideas[3], *people[:4])
    merge(ideas[3], into)
    announce(*(make_outcome(each, "shipped", tell="with-announcement") for each in (*ideas[:3], into)))
    for idea in ideas[1:3]:
        follow(people[0], idea.thread_id)
    work()
    db.session.add(IdeaSilence(idea_id=ideas[0].thread_id, person_id=people[1].id, at=now()))
    for idea, place in zip(ideas[1:], (shut, grouped, shut), strict=True):
        db.session.get_one(Thread, idea.thread_id).category_id = place.id
    db.session.get_one(Thread, into.thread_id).category_id = grouped.id
    db.session.commit()
    notices = list(db.session.scalars(sa.select(Notice)))
    assert len({notice.person_id for notice in notices}) >= len(people)
    together, alone = know(notices), as_alone(notices)
    assert (together.viewers, together.rows) == (alone.viewers, alone.rows)
    seen = set[int]()
    for notice in notices:
        viewer, one = together.viewers[notice.person_id], know([notice])
        assert together.owed(notice.id) == one.owed(notice.id)
        assert together.items(viewer, notice.thread_id) == one.items(viewer, notice.thread_id)
        seen.add(len(together.items(viewer, notice.thread_id)))
    assert len(seen) > 1, "not all see the same"


def statements(act: Callable[[], object]) -> int:
    """How many it takes."""
    counted = [0]

    def count(*_arguments: object) -> None:
        counted[0] += 1

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", count)
    try:
        act()
    finally:
        event.remove(connection, "before_cursor_execute", count)
    return counted[0]


def test_many_letters_cost_hardly_more_statements_than_few(app: Flask) -> None:
    """Of what is decided and of what is announced."""
    taken: list[list[int]] = []
    for number in (3, 12):
        idea, shipped = make_idea(), make_idea()
        people = [make_person() for _ in range(number)]
        vote(idea, *people)
        vote(shipped, *people)
        decide(idea, "planned")
        work()
        announce(make_outcome(shipped, "shipped", tell="with-announcement"))
        work()
        costs: list[int] = []
        for _ in range(2):
            db.session.commit()
            leased = write(lease, Clock(), number)
            costs.append(statements(lambda leased=leased: written(leased)))
            db.session.commit()
        db.session.execute(sa.update(Delivery).values(state="sent", sent_at=Delivery.created_at))
        db.session.commit()
        taken.append(costs)
    few, many = taken
    assert [after - before for before, after in zip(few, many, strict=True)] == [0, 0]
