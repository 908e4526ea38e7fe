"""What people want to hear of, and of whom not."""

from flask import Flask

from tests.factories import make_idea, make_person, make_reply, make_thread
from tests.loop.told import decide, letters_to, said_to, states_of, vote, work
from tests.web.reading import Reader


def test_each_sort_is_switched_for_itself(app: Flask) -> None:
    ada = make_person("ada")
    reader = Reader(app, ada)
    page = reader.read("/settings/notices")
    sorts = [box["value"] for box in page.select('input[name="inbox"]')]
    assert all(box.has_attr("checked") for box in page.select("input[type=checkbox]"))
    assert "team" not in sorts
    assert {"requested", "announcements"} <= set(sorts)
    answer = reader.post("/settings/notices", inbox=["requested"], mail=["announcements"])
    assert answer.status_code == 303
    page = reader.read("/settings/notices")
    assert [box["value"] for box in page.select('input[name="inbox"][checked]')] == ["requested"]
    assert [box["value"] for box in page.select('input[name="mail"][checked]')] == ["announcements"]
    idea = make_idea()
    vote(idea, ada)
    outcome = decide(idea)
    make_reply(make_thread(ada))
    work()
    assert said_to(ada) == [("outcome", "voter")]
    assert letters_to(ada) == []
    assert states_of(outcome)[ada.id] == "told"


def test_staff_can_switch_the_work_of_the_team(app: Flask) -> None:
    page = Reader(app, make_person(role="agent")).read("/settings/notices")
    assert page.select_one('input[name="inbox"][value="team"]')


def test_a_person_is_muted_on_their_profile_and_heard_again(app: Flask) -> None:
    ada, loud = make_person("ada"), make_person("loud")
    reader = Reader(app, ada)
    assert reader.read("/people/loud").select_one('form[action="/people/loud/mute"] button')["value"] == "1"
    reader.post("/people/loud/mute", on="1")
    assert reader.read("/people/loud").select_one('form[action="/people/loud/mute"] button')["value"] == "0"
    thread = make_thread(ada)
    make_reply(thread, loud)
    work()
    assert said_to(ada) == []
    assert "Loud" in reader.read("/settings/notices").get_text()
    reader.post("/people/loud/mute", on="0", back="settings")
    make_reply(thread, loud)
    work()
    assert said_to(ada) == [("reply", "watcher")]


def test_nobody_mutes_themselves_nor_someone_who_is_not_there(app: Flask) -> None:
    reader = Reader(app, make_person("ada"))
    assert reader.post("/people/ada/mute", on="1").status_code == 403
    assert reader.post("/people/nobody/mute", on="1").status_code == 404


def test_who_has_no_confirmed_address_is_told_that_no_mail_comes(app: Flask) -> None:
    page = Reader(app, make_person(email_confirmed_at=None)).read("/settings/notices")
    assert page.select_one('.note a[href="/settings/address"]')


def test_visitors_sign_in_first(app: Flask) -> None:
    visitor = Reader(app)
    assert "/sign-in" in visitor.get("/settings/notices").location
    assert "/sign-in" in visitor.post("/people/ada/mute", on="1").location
