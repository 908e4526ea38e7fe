"""The inbox as people use it: with and without JavaScript."""

from flask import Flask

from portal.core.db import db, write
from portal.notices.models import Notice
from portal.threads.actions import hide_post
from portal.threads.models import Thread
from tests.factories import make_category, make_idea, make_person, make_reply, make_thread, viewer_of
from tests.loop.told import announce, debt_of, decide, make_outcome, merge, notices_of, vote, work
from tests.web.reading import Reader, titles


def test_what_i_asked_for_is_said_in_my_own_words(app: Flask) -> None:
    ada = make_person("ada")
    mine, theirs = make_idea(ada, title="Print in blue"), make_idea(title="Print in colour")
    decide(theirs, "shipped")
    work()
    merge(mine, theirs)
    work()
    page = Reader(app, ada).read("/inbox")
    assert titles(page) == ["Print in colour"]
    said = page.select_one(".row").get_text(" ", strip=True)
    assert "You suggested “Print in blue”" in said or "You asked for “Print in blue”" in said
    assert "Shipped" in said


def test_an_announcement_names_all_my_ideas_in_one_line(app: Flask) -> None:
    ada = make_person("ada")
    first, second = make_idea(ada, title="Print in blue"), make_idea(title="Print in red")
    vote(second, ada)
    announce(*(make_outcome(each, "shipped", tell="with-announcement") for each in (first, second)))
    work()
    page = Reader(app, ada).read("/inbox")
    said = page.select_one(".row").get_text(" ", strip=True)
    assert len(page.select(".row")) == 1
    assert "You suggested “Print in blue”" in said
    assert "You voted for “Print in red”" in said


def test_replies_of_a_thread_are_one_line_until_they_are_read_by_opening_it(app: Flask) -> None:
    asker = make_person("asker")
    thread = make_thread(asker, title="How to print?")
    for _ in range(3):
        make_reply(thread)
    work()
    reader = Reader(app, asker)
    page = reader.read("/inbox")
    assert titles(page) == ["How to print?"]
    assert "3 replies" in page.select_one(".row").get_text(" ", strip=True)
    assert reader.read("/questions").select_one("#bell .new").get_text() == "1"
    assert reader.get(thread.path).status_code == 200
    assert reader.read("/questions").select_one("#bell .new") is None
    assert not reader.read("/inbox?show=unread").select(".row")
    assert all(each.read_at for each in notices_of(asker))


def test_one_line_or_all_is_marked_as_read(app: Flask) -> None:
    asker = make_person("asker")
    for n in range(3):
        make_reply(make_thread(asker, title=f"Question {n}"))
    work()
    reader = Reader(app, asker)
    first = reader.read("/inbox").select_one('.row button[name="notice"]')["value"]
    assert reader.post("/inbox/read", notice=first).status_code == 303
    assert reader.read("/inbox").select_one("#bell .new").get_text() == "2"
    newest = reader.read("/inbox").select_one('button[name="up_to"]')["value"]
    make_reply(make_thread(asker, title="Later"))
    work()
    reader.post("/inbox/read", up_to=newest)
    assert titles(reader.read("/inbox?show=unread")) == ["Later"], "what came since stays unread"


def test_the_count_is_right_without_a_reload(app: Flask) -> None:
    asker = make_person("asker")
    reader = Reader(app, asker)
    bell = reader.read("/questions").select_one("#bell")
    assert bell["hx-trigger"] == "every 60s"
    make_reply(make_thread(asker))
    work()
    answer = reader.get(bell["hx-get"], target="bell")
    assert "1 unread" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_may_not_be_seen_any_more_is_neither_listed_nor_counted(app: Flask) -> None:
    asker, watcher = make_person(), make_person("watcher")
    hidden, private = make_thread(title="Reply hidden"), make_thread(title="Private now")
    for thread in (hidden, private):
        reader = Reader(app, watcher)
        reader.post(f"/threads/{thread.id}/watch", level="watch")
    post = make_reply(hidden, asker)
    make_reply(private, asker)
    work()
    assert len(notices_of(watcher)) == 2
    write(hide_post, viewer_of(make_person(role="moderator")), post.id, on=True, reason="Spam")
    db.session.get_one(Thread, private.id).category_id = make_category(visibility="staff").id
    db.session.commit()
    reader = Reader(app, watcher)
    page = reader.read("/inbox")
    assert titles(page) == []
    assert page.select_one("#bell .new") is None
    notice = notices_of(watcher)[-1]
    assert reader.get(f"/inbox/{notice.id}").status_code == 404


def test_another_persons_notices_are_not_mine(app: Flask) -> None:
    asker = make_person()
    make_reply(make_thread(asker))
    work()
    notice = notices_of(asker)[0]
    other = Reader(app, make_person())
    assert other.get(f"/inbox/{notice.id}").status_code == 404
    assert other.post("/inbox/read", notice=notice.id).status_code == 404
    other.post("/inbox/read", up_to=notice.id)
    assert db.session.get_one(Notice, notice.id, populate_existing=True).read_at is None


def test_the_ledger_knows_who_has_seen_it(app: Flask) -> None:
    ada, ben = make_person("ada"), make_person("ben")
    idea = make_idea(ada)
    vote(idea, ben)
    outcome = decide(idea, "shipped")
    work()
    Reader(app, ada).read("/inbox")
    debt, other = debt_of(outcome, ada), debt_of(outcome, ben)
    assert debt is not None
    assert other is not None
    assert debt.seen_at is not None
    assert other.seen_at is None
    thread = db.session.get_one(Thread, idea.thread_id)
    Reader(app, ben).read(thread.path)
    other = debt_of(outcome, ben)
    assert other is not None
    assert other.seen_at is not None


def test_following_a_line_reads_it_and_leads_there(app: Flask) -> None:
    asker = make_person("asker")
    post = make_reply(make_thread(asker))
    work()
    notice = notices_of(asker)[0]
    answer = Reader(app, asker).get(f"/inbox/{notice.id}")
    assert answer.status_code == 303
    assert answer.location == f"/posts/{post.id}"
    assert notices_of(asker)[0].read_at is not None


def test_visitors_sign_in_first_and_see_no_bell(app: Flask) -> None:
    visitor = Reader(app)
    assert "/sign-in" in visitor.get("/inbox").location
    assert "/sign-in" in visitor.post("/inbox/read", up_to=1).location
    assert visitor.read("/questions").select_one("#bell") is None


def test_parts_and_pages(app: Flask) -> None:
    asker = make_person("asker", rows_per_list=3)
    for n in range(5):
        make_reply(make_thread(asker, title=f"Question {n}"))
    decide(make_idea(asker, title="Mine"))
    work()
    reader = Reader(app, asker)
    page = reader.read("/inbox")
    assert len(titles(page)) == 3
    older = reader.read(page.select_one('a[rel="next"]')["href"])
    assert len(titles(older)) == 3
    assert titles(reader.read("/inbox?show=asked")) == ["Mine"]
    assert len(titles(reader.read("/inbox?show=talk"))) == 3
    assert reader.get("/inbox?show=nonsense&at=nonsense").status_code == 200
