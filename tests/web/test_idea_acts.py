"""Voting, deciding, undoing and merging, at a browser: with HTMX, without, and by those who may not."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db
from portal.ideas.models import Idea, IdeaSilence, IdeaVote, Outcome
from portal.people import passwords
from portal.threads.models import Thread, Watch
from tests.factories import make_idea, make_person, make_thread
from tests.signing_in import csrf_of
from tests.web.reading import Reader, root, soup

PASSWORD = "correct horse battery staple"
SECRET = passwords.hashed(PASSWORD)


class Place:
    """An idea with those who look at it; ids only, as requests end the session of the test."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.people = {name: make_person(name, password_hash=SECRET) for name in ("author", "voter")}
        self.people["mia"] = make_person("mia", role="manager")
        self.id = make_idea(self.people["author"], title="Print in colour").thread_id
        self.path = db.session.get_one(Thread, self.id).path

    def reader(self, who: str = "") -> Reader:
        return Reader(self.app, self.people[who] if who else None)

    def row(self) -> Idea:
        db.session.rollback()
        return db.session.get_one(Idea, self.id)

    def voters(self) -> set[int]:
        db.session.rollback()
        return set(db.session.scalars(db.select(IdeaVote.person_id).filter_by(idea_id=self.id)))

    def decide(self, **fields: Any) -> None:
        given = {"status": "planned", "reason": "", "tell": "now"} | fields
        assert self.reader("mia").post(f"/ideas/{self.id}/outcome", **given).status_code == 303


@pytest.fixture
def place(app: Flask) -> Place:
    return Place(app)


def test_one_press_votes_and_the_page_and_the_list_show_it(place: Place) -> None:
    voter, vote = place.reader("voter"), f"/ideas/{place.id}/vote"
    answer = voter.post(vote, on="1")
    assert (answer.status_code, answer.location) == (303, place.path)
    page = voter.read(place.path)
    button = page.select_one(f"#vote-{place.id}")
    assert (button["aria-pressed"], button["value"], button["aria-label"]) == ("true", "0", "Vote, 2 votes")
    assert "You will hear what becomes of it." in page.select_one(".flash").get_text()
    assert page.select_one(f"#watch-{place.id}").get_text() == "Following"
    in_list = root(voter.post(vote, target=f"vote-{place.id}", on="0"))
    assert (in_list["aria-pressed"], in_list.get_text(), in_list["hx-target"]) == ("false", "1", "this")
    fragments = soup(voter.post(vote, target=f"voting-{place.id}", on="1"))
    assert [each["id"] for each in fragments.find_all(recursive=False)] == [
        *(f"voting-{place.id}", f"people-{place.id}", f"follow-{place.id}")
    ]
    assert fragments.select_one(f"#people-{place.id}").get_text().count("2 people") == 1
    assert voter.post(vote, on="7").status_code == 400


def test_a_vote_without_a_script_leads_back_to_the_list_it_was_given_in(place: Place) -> None:
    voter = place.reader("voter")
    voter.client.environ_base["HTTP_REFERER"] = "http://localhost/ideas?order=rising"
    assert voter.post(f"/ideas/{place.id}/vote", on="1").location == "/ideas?order=rising"


def test_a_visitor_is_led_to_sign_in_and_the_vote_is_given_then(place: Place) -> None:
    visitor = place.reader()
    form = visitor.read("/ideas").select_one("form#act")
    assert not form.select("input")
    visitor.client.environ_base["HTTP_REFERER"] = "http://localhost/ideas?order=new"
    asked = visitor.post(f"/ideas/{place.id}/vote", on="1")
    assert asked.location.startswith("/sign-in?act=")
    del visitor.client.environ_base["HTTP_REFERER"]
    carried = {name: words[0] for name, words in parse_qs(urlsplit(asked.location).query).items()}
    given = {"login": "voter", "password": PASSWORD, "csrf_token": csrf_of(visitor.client)}
    done = visitor.client.post("/sign-in", data=given | carried)
    assert (done.status_code, done.location) == (303, "/ideas?order=new")
    assert place.people["voter"].id in place.voters()


@pytest.mark.parametrize("status", ["shipped", "declined"])
def test_what_is_closed_to_votes_says_so_and_takes_none(place: Place, status: str) -> None:
    place.decide(status=status, reason="So it is.")
    voter = place.reader("voter")
    assert voter.read(place.path).select_one("button.vote") is None
    answer = voter.post(f"/ideas/{place.id}/vote", on="1")
    assert (answer.status_code, "voting is closed" in answer.text) == (403, True)
    assert place.voters() == {place.people["author"].id}


def test_dont_tell_me_is_kept_and_can_be_taken_back(place: Place) -> None:
    author, silence = place.reader("author"), f"/ideas/{place.id}/silence"
    button = author.read(place.path).select_one(f'[formaction="{silence}"]')
    assert (button["value"], button.get_text()) == ("1", "Don’t tell me what becomes of it")
    assert author.post(silence, on="1").status_code == 303
    assert db.session.scalars(db.select(IdeaSilence.person_id)).all() == [place.people["author"].id]
    again = soup(author.post(silence, target=f"thread-{place.id}", on="0")).select_one(f'[formaction="{silence}"]')
    assert again["value"] == "1"
    assert place.reader("voter").read(place.path).select_one(f'[formaction="{silence}"]') is None


def test_a_manager_decides_in_place_and_takes_it_back_again(place: Place) -> None:
    mia, outcome = place.reader("mia"), f"/ideas/{place.id}/outcome"
    form = root(mia.get(outcome, target=f"ask-{place.id}"))
    assert (form["hx-post"], form.select_one("option[selected]")["value"]) == (outcome, "open")
    assert "duplicate" not in [option["value"] for option in form.select("option")]
    fields = {"status": "deferred", "reason": "", "revisit_on": "nonsense", "tell": "now"}
    refused = mia.post(outcome, target=f"thread-{place.id}", **fields)
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (422, f"#decide-{place.id}")
    fields |= {"reason": "After the *gates*.", "revisit_on": ""}
    thread = soup(mia.post(outcome, target=f"thread-{place.id}", **fields)).article
    assert (thread["id"], thread.select_one(".note.warn em").get_text()) == (f"thread-{place.id}", "gates")
    undo = thread.select_one(".undo button")
    assert place.reader("voter").read(place.path).select_one(".undo") is None
    undone = soup(mia.post(undo["formaction"], target=f"thread-{place.id}"))
    assert undone.select_one(".note") is None
    assert (place.row().status, db.session.scalars(db.select(Outcome)).all()) == ("open", [])
    assert mia.post(undo["formaction"]).status_code == 409


@pytest.mark.parametrize(
    ("tell", "said"),
    [("now", "Until people are told"), ("with-announcement", "with the announcement"), ("quiet", "Nobody is")],
)
def test_who_decided_reads_when_people_hear_of_it(place: Place, tell: str, said: str) -> None:
    mia = place.reader("mia")
    done = mia.post(f"/ideas/{place.id}/outcome", status="shipped", reason="In the menu.", tell=tell)
    assert done.status_code == 303
    assert said in mia.read(place.path).select_one(".flash").get_text()


def test_the_form_to_decide_works_as_a_page_and_keeps_what_was_typed(place: Place) -> None:
    mia, outcome = place.reader("mia"), f"/ideas/{place.id}/outcome"
    answer = mia.post(outcome, status="declined", reason="", tell="nonsense")
    page = soup(answer)
    assert (answer.status_code, page.h1.get_text(), len(page.select(".summary li"))) == (422, "Decide", 2)
    assert page.select_one("option[selected]")["value"] == "declined"
    target = f"{now().year + 1}-02-01"
    place.decide(status="planned", reason="Soon.", target_on=target)
    begun = mia.read(outcome)
    assert begun.select_one('[name="target_on"]')["value"] == target
    assert begun.select_one("textarea").get_text().strip() == "Soon."


@pytest.mark.parametrize("verb", ["outcome", "merge"])
def test_others_neither_see_nor_send_what_managers_decide(place: Place, verb: str) -> None:
    path = f"/ideas/{place.id}/{verb}"
    other = make_idea().thread_id
    fields = {"status": "planned", "reason": "Because.", "tell": "now", "into": str(other)}
    for who in ("author", "voter"):
        reader = place.reader(who)
        assert reader.read(place.path).select_one(f'a[href="{path}"]') is None
        assert (reader.get(path).status_code, reader.post(path, **fields).status_code) == (403, 403)
    assert place.reader().get(path).location.startswith("/sign-in")
    assert place.reader("author").post(f"/ideas/{place.id}/undo").status_code == 403
    assert place.row().status == "open"


def test_merging_is_reported_leads_on_and_is_parted_again(place: Place) -> None:
    into = make_idea(place.people["voter"], title="Colour printers").thread_id
    into_path = db.session.get_one(Thread, into).path
    mia, merge = place.reader("mia"), f"/ideas/{place.id}/merge"
    page = mia.read(merge)
    assert [choice["value"] for choice in page.select('input[name="into"]')] == [str(into)]
    looked = mia.post(merge, do="find", find="nothing like it", reason="Kept while I look.")
    assert "No idea has these words" in looked.text
    assert "Kept while I look." in looked.text
    found = root(mia.get(f"/staff/ideas/find?field=into&besides={place.id}&find=print", target="x"))
    assert [choice["value"] for choice in found.select("input")] == [str(into)]
    for fields in ({"into": str(place.id)}, {"into": ""}, {"into": "987654"}):
        assert mia.post(merge, reason="The same.", **fields).status_code in (404, 422), fields
    done = mia.post(merge, find=f"http://localhost{into_path}", reason="The same.")
    assert (done.status_code, done.location) == (303, into_path)
    there = mia.read(into_path)
    assert "Merged: 1 person joined, 0 had voted for both." in there.select_one(".flash").get_text()
    assert "1 more by merged ideas" in there.select_one(f"#people-{into}").get_text()
    assert place.reader().get(place.path).location == into_path
    back = mia.post(there.select_one("#merged button")["formaction"])
    assert back.location == place.path
    assert (place.row().merged_into_id, place.row().status) == (None, "open")
    assert db.session.get_one(Idea, into).supporters == 1


def test_ideas_are_found_for_staff_only_by_words_by_number_and_by_address(place: Place) -> None:
    make_idea(title="Ärger mit Umlauten")
    mia = place.reader("mia")
    for typed, expected in (
        ("colour print", ["Print in colour"]),
        (str(place.id), ["Print in colour"]),
        (f"http://localhost{place.path}", ["Print in colour"]),
        ("ärger", ["Ärger mit Umlauten"]),
        ("%", []),
    ):
        found = soup(mia.get(f"/staff/ideas/find?find={typed}"))
        assert [each.get_text() for each in found.select("label > span[dir]")] == expected, typed
    assert place.reader("voter").get("/staff/ideas/find").status_code == 404


def test_a_question_is_not_decided_on(place: Place) -> None:
    question = make_thread().id
    mia = place.reader("mia")
    assert mia.get(f"/ideas/{question}/outcome").status_code == 404
    assert mia.post(f"/ideas/{question}/vote", on="1").status_code == 404


def test_a_vote_follows_and_taking_it_back_ends_that(place: Place) -> None:
    voter = place.reader("voter")
    voter.post(f"/ideas/{place.id}/vote", on="1")
    follows = db.select(Watch.level).filter_by(thread_id=place.id, person_id=place.people["voter"].id)
    assert db.session.scalars(follows).all() == ["follow"]
    voter.post(f"/ideas/{place.id}/vote", on="0")
    db.session.rollback()
    assert db.session.scalars(follows).all() == []
