"""What the team does with ideas: votes on behalf, notes, owners, links, turning, many at once, names of statuses."""

from datetime import date

import pytest
from flask import Flask

from portal.core.db import db, write
from portal.ideas.models import Idea, IdeaNote, IdeaQuestion, IdeaVote, Outcome, StatusName
from portal.people.actions.contacts import not_me
from portal.people.actions.erasing import anonymise
from portal.people.models import Person
from portal.threads.models import Category, Thread
from tests.factories import make_category, make_idea, make_person, make_thread
from tests.web.reading import Reader, root, soup


class Team:
    """An idea and a question, a manager, an agent, a member and an admin; ids only."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        roles = {"mia": "manager", "aggie": "agent", "member": "member", "boss": "admin"}
        self.people = {name: make_person(name, role=role) for name, role in roles.items()}
        self.idea = make_idea(title="Print in colour", category=make_category("Printing")).thread_id
        self.path = db.session.get_one(Thread, self.idea).path
        question = make_thread(self.people["member"], title="Can it print in colour?")
        self.question, self.question_path = question.id, question.path

    def reader(self, who: str) -> Reader:
        return Reader(self.app, self.people[who])


@pytest.fixture
def team(app: Flask) -> Team:
    return Team(app)


def test_a_vote_for_a_customer_is_noted_seen_by_the_team_alone_and_taken_back(team: Team) -> None:
    path, aggie = f"/ideas/{team.idea}/requesters", team.reader("aggie")
    refused = aggie.post(path, email="nonsense", note="Kept.")
    assert (refused.status_code, "Kept." in refused.text) == (422, True)
    fields = {"email": "kim@example.com", "name": "Kim", "source_url": "https://tickets.example/7", "note": "By phone."}
    assert aggie.post(path, **fields, permission="Asked on the phone").location == path
    row = next(item for item in aggie.read(path).select(".items li") if "Kim" in item.get_text())
    assert all(words in row.get_text() for words in ("By phone.", "on their behalf by Aggie", "tickets.example"))
    member = team.reader("member")
    assert (member.get(path).status_code, member.post(path, **fields).status_code) == (403, 403)
    assert "Kim" not in member.read(team.path).get_text()
    assert "no address" not in row.get_text()
    write(not_me, db.session.scalars(db.select(Person.id).filter_by(kind="contact")).one())
    row = next(item for item in aggie.read(path).select(".items li") if "Kim" in item.get_text())
    assert "no address" in row.get_text()
    assert aggie.post(row.form["action"]).status_code == 303
    assert len(db.session.scalars(db.select(IdeaVote).filter_by(idea_id=team.idea)).all()) == 1


def test_votes_of_and_by_those_who_left_are_told_apart_and_taken_back(team: Team) -> None:
    path = f"/ideas/{team.idea}/requesters"
    team.reader("aggie").post(path, email="kim@example.com", name="Kim")
    team.reader("member").post(f"/ideas/{team.idea}/vote", on="1")
    for name in ("aggie", "member"):
        write(anonymise, db.session.merge(team.people[name]))
    mia = team.reader("mia")
    rows = {row.b.get_text(strip=True): row for row in mia.read(path).select(".items li")}
    assert "on their behalf" not in rows["someone who left"].get_text()
    assert "on their behalf by someone who left" in rows["Kim"].get_text()
    assert mia.post(rows["Kim"].form["action"]).status_code == 303
    assert "Kim" not in mia.read(path).get_text()


def test_the_desk_takes_notes_an_owner_and_a_personal_hand_in_place(team: Team) -> None:
    of, mia = f"/ideas/{team.idea}", team.reader("mia")
    target = f"desk-{team.idea}"
    noted = root(mia.post(f"{of}/notes", target=target, body="Ask *Kelp* first."))
    assert noted.select_one(".note em").get_text() == "Kelp"
    owned = root(mia.post(f"{of}/owner", target=target, to=str(team.people["aggie"].id)))
    assert owned.select_one("option[selected]").get_text() == "Aggie"
    hand = root(mia.post(f"{of}/personal", target=target, on="1"))
    assert hand.select_one('[aria-pressed="true"]').get_text() == "Handled personally"
    assert mia.post(f"{of}/personal", on="0").location == team.path
    member = team.reader("member")
    assert "Kelp" not in member.read(team.path).get_text()
    for path in ("desk", "notes", "owner", "personal"):
        assert member.post(f"{of}/{path}", body="x", on="1").status_code in (403, 405)
    note = db.session.scalars(db.select(IdeaNote.id)).one()
    assert member.post(f"/ideas/notes/{note}/delete").status_code == 404
    gone = root(mia.post(f"/ideas/notes/{note}/delete", target=target))
    assert gone.select_one(".note") is None
    empty = mia.post(f"{of}/notes", body=" " * 3)
    assert empty.status_code == 422


def test_a_question_is_linked_to_an_idea_says_so_and_is_parted_again(team: Team) -> None:
    path, aggie = f"/threads/{team.question}/idea", team.reader("aggie")
    assert team.path in [
        f"/ideas/{choice['value']}-print-in-colour" for choice in aggie.read(path).select(".picked input")
    ]
    assert aggie.post(path, find="no address").status_code == 422
    thread = soup(aggie.post(path, target=f"thread-{team.question}", idea=str(team.idea))).article
    assert thread.select_one(f'header a[href="{team.path}"]').get_text() == "Print in colour"
    asker = team.reader("member")
    note = asker.read(team.question_path).select_one("header .note")
    assert ("asked for as an idea" in note.get_text(), note.select_one(".pill").get_text()) == (True, "Open")
    assert asker.post(path, idea=str(team.idea)).status_code == 403
    mia = team.reader("mia")
    mia.post(f"/ideas/{team.idea}/outcome", status="shipped", reason="In the menu.", tell="now")
    assert "has come" in asker.read(team.question_path).select_one("header .note.good").get_text()
    assert aggie.post(path, do="unlink").location == team.question_path
    assert db.session.scalars(db.select(IdeaQuestion)).all() == []


def test_a_question_becomes_an_idea_and_back_at_an_address_of_its_own(team: Team) -> None:
    path, mia = f"/threads/{team.question}/kind", team.reader("mia")
    assert mia.read(path).select_one("input[checked]")["value"] == "idea"
    done = mia.post(path, kind="idea")
    assert done.location == team.question_path.replace("/questions/", "/ideas/")
    assert mia.get(team.question_path).location == done.location
    assert mia.post(path, kind="question").location == team.question_path
    assert mia.post(path, kind="nonsense").status_code == 422
    assert team.reader("member").post(path, kind="idea").status_code == 403


def test_only_categories_that_take_what_it_becomes_are_offered(team: Team) -> None:
    make_category("News", kinds=["announcement"])
    all_kinds, talk = make_category("All"), make_category("Talk", kinds=["discussion"])
    path, mia = f"/threads/{team.question}/kind", team.reader("mia")

    def offered() -> dict[str, str]:
        return {str(each["value"]): each.get_text() for each in mia.read(path).select('[name="category"] option')}

    there = offered()
    assert (there[""], there[str(talk.id)]) == ("The same, if it takes that", "Talk (Discussion)")
    assert there[str(all_kinds.id)] == "All"
    assert not any("News" in name for name in there.values())
    db.session.get_one(Category, db.session.get_one(Thread, team.question).category_id).kinds = ["question"]
    db.session.commit()
    assert offered()[""] == "Choose one"


def test_one_act_is_done_to_many_ideas_and_what_was_left_is_said(team: Team) -> None:
    other, mia = make_idea(title="Another").thread_id, team.reader("mia")
    page = mia.read("/ideas")
    assert len(page.select('input[form="bulk"]')) == 2
    both = [str(team.idea), str(other)]
    assert mia.post("/ideas/bulk", idea=both, act="tag", tag="printers").status_code == 303
    assert {tag.get_text() for tag in mia.read("/ideas?tag=printers").select(".row .tag")} == {"printers"}
    mia.post("/ideas/bulk", idea=both, act="status", status="declined", reason="Not now.")
    assert set(db.session.scalars(db.select(Idea.status))) == {"declined"}
    assert {each["value"] for each in page.select('#bulk [name="tell"]')} == {"now", "with-announcement", "quiet"}
    later = {"status": "deferred", "reason": "Next year.", "revisit_on": "2099-01-01"}
    refused = mia.post("/ideas/bulk", idea=both, act="status", **later, tell="with-announcement")
    assert refused.status_code == 422, "a day that far off is none"
    assert soup(refused).select_one("main textarea").get_text().strip() == "Next year."
    mia.post("/ideas/bulk", idea=both, act="status", **later | {"revisit_on": "2030-01-01"}, tell="with-announcement")
    newest = db.select(Outcome.tell, Idea.revisit_on).join(Idea, Idea.outcome_id == Outcome.id)
    assert {tuple(row) for row in db.session.execute(newest)} == {("with-announcement", date(2030, 1, 1))}
    assert mia.post("/ideas/bulk", idea=[], act="tag", tag="x").status_code == 422
    member = team.reader("member")
    assert not member.read("/ideas?status=any").select('input[form="bulk"]')
    assert member.post("/ideas/bulk", idea=both, act="tag", tag="mine").status_code == 403


def test_an_admin_renames_statuses_and_gets_the_usual_names_back(team: Team) -> None:
    boss = team.reader("boss")
    assert boss.post("/admin/statuses", planned="On our list", declined="").status_code == 303
    assert "On our list" in boss.read("/roadmap").select_one("#column-planned").get_text()
    refused = boss.post("/admin/statuses", planned="On our list", declined="on our LIST")
    assert (refused.status_code, "Another status has this name." in refused.text) == (422, True)
    boss.post("/admin/statuses", planned="")
    assert db.session.scalars(db.select(StatusName)).all() == []
    assert team.reader("mia").get("/admin/statuses").status_code == 404
