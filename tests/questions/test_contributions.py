"""What people asked, answered and solved, for those who may see it; and who helped most."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.people.models import Person
from portal.people.viewer import VISITOR
from portal.questions.actions import set_accepted
from portal.questions.models import Acceptance
from portal.questions.queries import answers_by, champions, contributions, solutions_by
from portal.threads import actions
from portal.threads.models import Category, Post
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of


def solve(helper: Person, category: Category | None = None, times: int = 1) -> list[int]:
    """So many questions of others, answered by the helper and accepted by who asked."""
    made: list[int] = []
    for _ in range(times):
        asker = make_person(role="agent")
        reply = make_reply(make_thread(asker, category=category), helper, body="Turn it **off** and on.")
        write(set_accepted, viewer_of(asker), reply.id, on=True)
        made.append(reply.id)
    return made


def test_what_someone_wrote_is_counted_for_who_may_see_it(app: Flask) -> None:
    ada, agent = make_person("ada", role="agent"), viewer_of(make_person(role="agent"))
    solved = solve(ada)
    inside = make_category(visibility="staff")
    secret = solve(ada, inside)
    mine = make_thread(ada)
    make_reply(mine, ada)
    plain = make_reply(make_thread(kind="discussion"), ada).id
    assert contributions(VISITOR, ada.id).__class__(1, 2, 1) == contributions(VISITOR, ada.id)
    assert contributions(agent, ada.id).solved == 2
    assert [row.post_id for row in answers_by(VISITOR, ada.id).rows] == [plain, *solved]
    assert [row.post_id for row in answers_by(agent, ada.id).rows] == [plain, *secret, *solved]
    assert [row.post_id for row in solutions_by(agent, ada.id).rows] == [*secret, *solved]
    row = solutions_by(VISITOR, ada.id).rows[0]
    assert (row.excerpt, row.is_accepted, row.kind) == ("Turn it off and on.", True, "question")


def test_what_is_gone_counts_for_nothing(app: Flask) -> None:
    ada, boss = make_person("ada"), viewer_of(make_person(role="moderator"))
    one, two, three = solve(ada, times=3)
    write(actions.hide_post, boss, one, on=True, reason="Wrong")
    write(set_accepted, boss, two, on=False)
    db.session.execute(db.update(Acceptance).where(Acceptance.post_id == three).values(by_id=None))
    db.session.commit()
    assert (contributions(boss, ada.id).answered, contributions(boss, ada.id).solved) == (2, 1)
    assert [row.post_id for row in answers_by(boss, ada.id).rows] == [three, two]
    assert [row.post_id for row in solutions_by(boss, ada.id).rows] == [three], "an import does not say who chose it"
    write(actions.set_hidden, boss, db.session.get_one(Post, three).thread_id, on=True, reason="Wrong")
    assert contributions(boss, ada.id).solved == 0
    assert solutions_by(boss, ada.id).rows == ()


def test_pages_of_answers_lead_on_and_back(app: Flask) -> None:
    ada, category = make_person("ada"), make_category()
    made = [make_reply(make_thread(category=category), ada).id for _ in range(5)]
    first = answers_by(VISITOR, ada.id, limit=3)
    second = answers_by(VISITOR, ada.id, limit=3, cursor=first.older)
    assert [row.post_id for row in (*first.rows, *second.rows)] == made[::-1]
    assert answers_by(VISITOR, ada.id, limit=3, cursor=second.newer).rows == first.rows


@pytest.mark.parametrize("times", [2, 3])
def test_champions_solved_several_questions(app: Flask, times: int) -> None:
    ada = make_person("ada")
    solve(ada, times=times)
    assert champions() == ({ada.id} if times >= 3 else set())
    db.session.get_one(Person, ada.id).erased_at = now()
    db.session.commit()
    assert champions() == set(), "who left is none"


def test_private_and_old_solutions_and_ones_own_make_no_champion(app: Flask) -> None:
    ada, bob, eve = (make_person(role="agent") for _ in range(3))
    solve(ada, make_category(visibility="members"), times=3)
    solve(bob, times=3)
    long_ago = now() - timedelta(days=91)
    db.session.execute(db.update(Acceptance).values(at=long_ago))
    for _ in range(3):
        reply = make_reply(make_thread(make_person()), eve)
        write(set_accepted, viewer_of(eve), reply.id, on=True)
    assert champions() == set()


def test_the_best_five_are_champions(app: Flask) -> None:
    helpers = [make_person() for _ in range(6)]
    category = make_category()
    for number, helper in enumerate(helpers):
        solve(helper, category, times=3 + (number > 0))
    assert champions() == {helper.id for helper in helpers[1:]}


def test_asking_costs_the_same_whatever_there_is(app: Flask, statements: list[str]) -> None:
    ada, category = make_person("ada"), make_category()
    ada_id = ada.id
    costs = []
    for _ in range(2):
        solve(ada, category, times=4)
        statements.clear()
        contributions(VISITOR, ada_id)
        answers_by(VISITOR, ada_id)
        solutions_by(VISITOR, ada_id)
        champions()
        costs.append(len(statements))
    assert costs == [4, 4]
