"""Links, owners, notes, names of statuses, and one act on many."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events.models import Event
from portal.ideas.actions import (
    add_note,
    bulk,
    delete_note,
    link_question,
    merge,
    rename_status,
    set_owner,
    set_personal,
)
from portal.ideas.models import Idea, IdeaNote, IdeaQuestion, StatusName
from portal.ideas.queries import requesters
from portal.people.actions.erasing import anonymise
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads.models import Tag, ThreadTag
from tests.factories import make_category, make_idea, make_person, make_thread, viewer_of

pytestmark = pytest.mark.usefixtures("proved")


@pytest.fixture
def agent(app: Flask) -> Viewer:
    return viewer_of(make_person(role="agent"))


def told(thread_id: int) -> list[tuple[str, bool]]:
    query = select(Event.kind, Event.due_at).where(Event.thread_id == thread_id, Event.kind != "thread.started")
    return [(row.kind, row.due_at is not None) for row in db.session.execute(query.order_by(Event.id))]


def idea_of(question_id: int) -> int | None:
    return db.session.scalar(select(IdeaQuestion.idea_id).where(IdeaQuestion.question_id == question_id))


def test_a_linked_questions_asker_is_owed_word(agent: Viewer, member: Viewer, manager: Viewer) -> None:
    question, first, second = make_thread(member).id, make_idea().thread_id, make_idea().thread_id
    write(merge, manager, first, into=second, reason="x")
    write(link_question, agent, question, idea_id=first)
    assert idea_of(question) == second, "the root of what is merged"
    assert (member.id, 3) in {(row.person_id, row.rank) for row in db.session.execute(requesters(second))}
    write(link_question, agent, question, idea_id=second)
    assert told(question) == [("question.linked", True)]
    other = make_idea().thread_id
    write(link_question, agent, question, idea_id=other)
    assert idea_of(question) == other
    write(link_question, agent, question, idea_id=None)
    write(link_question, agent, question, idea_id=None)
    assert idea_of(question) is None
    assert [kind for kind, _ in told(question)] == ["question.linked", "question.linked", "question.unlinked"]


def test_what_cannot_be_linked(agent: Viewer, member: Viewer) -> None:
    question, idea = make_thread(member).id, make_idea().thread_id
    with pytest.raises(Forbidden):
        write(link_question, member, question, idea_id=idea)
    with pytest.raises(NotFound):
        write(link_question, agent, idea, idea_id=idea)
    for other in (question, 10**9):
        with pytest.raises(Invalid) as refused:
            write(link_question, agent, question, idea_id=other)
        assert list(refused.value.fields) == ["idea"]


def test_an_owner_hears_of_it(manager: Viewer, agent: Viewer, member: Viewer) -> None:
    idea = make_idea()
    write(set_owner, manager, idea.thread_id, to=agent.id)
    write(set_owner, manager, idea.thread_id, to=agent.id)
    db.session.refresh(idea)
    assert (idea.owner_id, told(idea.thread_id)) == (agent.id, [("idea.owned", True)])
    write(set_owner, manager, idea.thread_id, to=manager.id)
    write(set_owner, manager, idea.thread_id, to=None)
    assert told(idea.thread_id)[1:] == [("idea.owned", False), ("idea.disowned", False)], "not of what they did"
    with pytest.raises(Invalid) as refused:
        write(set_owner, manager, idea.thread_id, to=member.id)
    assert list(refused.value.fields) == ["owner"]
    with pytest.raises(Forbidden):
        write(set_owner, member, idea.thread_id, to=agent.id)
    write(set_owner, manager, idea.thread_id, to=agent.id)
    write(lambda: anonymise(db.session.get_one(Person, agent.id)))
    db.session.refresh(idea)
    assert idea.owner_id is None


def test_handled_personally(agent: Viewer, member: Viewer) -> None:
    idea = make_idea()
    for on in (True, True, False):
        write(set_personal, agent, idea.thread_id, on=on, reason="They called")
        db.session.refresh(idea)
        assert (idea.personal_event_id is not None) == on
    assert [kind for kind, _ in told(idea.thread_id)] == ["idea.personal", "idea.impersonal"]
    with pytest.raises(Forbidden):
        write(set_personal, member, idea.thread_id, on=True)


def test_notes_of_staff(agent: Viewer, manager: Viewer, member: Viewer) -> None:
    idea_id = make_idea(member).thread_id
    note_id = write(add_note, agent, idea_id, body="Ask *Kim* <script>")
    note = db.session.get_one(IdeaNote, note_id)
    assert "<em>Kim</em>" in note.html
    assert "<script>" not in note.html
    for body in ("", "x" * 10_001):
        with pytest.raises(Invalid):
            write(add_note, agent, idea_id, body=body)
    with pytest.raises(Forbidden):
        write(add_note, member, idea_id, body="Hi")
    with pytest.raises(NotFound):
        write(delete_note, member, note_id)
    with pytest.raises(Forbidden):
        write(delete_note, manager, note_id)
    assert write(delete_note, agent, note_id) == idea_id
    assert db.session.scalars(select(IdeaNote.id)).all() == []


def test_names_of_statuses(app: Flask, manager: Viewer) -> None:
    admin = viewer_of(make_person(role="admin"))
    write(rename_status, admin, "planned", "  On the   list ")
    write(rename_status, admin, "shipped", "Done")
    names = {row.status: row.name for row in db.session.scalars(select(StatusName))}
    assert names == {"planned": "On the list", "shipped": "Done"}
    for name in ("done", "x" * 41):
        with pytest.raises(Invalid) as refused:
            write(rename_status, admin, "planned", name)
        assert list(refused.value.fields) == ["planned"]
    write(rename_status, admin, "planned", "")
    assert list(db.session.scalars(select(StatusName.status))) == ["shipped"]
    for who, status in ((manager, "planned"), (admin, "done")):
        with pytest.raises(NotFound):
            write(rename_status, who, status, "x")


def tags(idea_id: int) -> set[str]:
    query = select(Tag.name).join(ThreadTag, ThreadTag.tag_id == Tag.id).where(ThreadTag.thread_id == idea_id)
    return set(db.session.scalars(query))


def test_one_act_on_many(manager: Viewer, agent: Viewer) -> None:
    category = make_category()
    ids = [make_idea(category=category, tags=["labels"]).thread_id for _ in range(4)]
    assert write(bulk, manager, ids, act="tag", tag="Q3 plan") == write(bulk, manager, ids, act="tag", tag="q3-plan")
    assert [tags(each) for each in ids] == [{"labels", "q3-plan"}] * 4
    write(bulk, manager, ids[:1], act="untag", tag="labels")
    assert tags(ids[0]) == {"q3-plan"}
    write(bulk, manager, ids, act="owner", owner=agent.id)
    assert set(db.session.scalars(select(Idea.owner_id))) == {agent.id}
    done = write(bulk, manager, ids, act="merge", into=ids[3], reason="The same")
    assert (done.done, done.left) == (3, ())
    decided = write(bulk, manager, ids, act="status", status="declined", reason="Not now")
    assert decided.done == 1
    assert [idea_id for idea_id, said in decided.left if said] == ids[:3], "merged ones stay as they are"
    db.session.expire_all()
    assert db.session.get_one(Idea, ids[3]).supporters == 4


def test_one_act_on_none(manager: Viewer, member: Viewer) -> None:
    ids = [make_idea().thread_id for _ in range(2)]
    with pytest.raises(Forbidden):
        write(bulk, member, ids, act="tag", tag="x")
    wrong: list[dict[str, Any]] = [{"act": "explode"}, {"act": "tag"}, {"act": "status", "status": "declined"}]
    for given in wrong:
        with pytest.raises(Invalid):
            write(bulk, manager, ids, **given)
    for chosen in ([], list(range(1, 102))):
        with pytest.raises(Invalid):
            write(bulk, manager, chosen, act="tag", tag="x")
    with pytest.raises(NotFound):
        write(bulk, manager, [10**9], act="tag", tag="x")
