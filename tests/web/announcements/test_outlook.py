"""Before it is published, the preview says who will be told, who will not and why, and what one of them will read."""

from flask import Flask

from portal.core.db import write
from portal.ideas.actions import set_silence, set_vote
from tests.announcements.making import drafted, idea
from tests.factories import make_person, viewer_of
from tests.web.reading import Reader


def test_who_is_told_who_is_not_and_what_they_read(app: Flask):
    boss, author, voter, silent = (make_person(name) for name in ("petra", "karin", "tom", "sven"))
    boss.role = "manager"
    wish = idea("Export to CSV", author)
    for person in (voter, silent):
        write(set_vote, viewer_of(person), wish.thread_id, on=True)
    write(set_silence, viewer_of(silent), wish.thread_id, on=True)
    made = drafted(viewer_of(boss), (wish, "shipped"))
    page = Reader(app, boss).read(f"/announcements/{made}/preview")
    assert [each.get_text() for each in page.select(".figures dd")] == ["2", "1", "0"]
    [fold] = page.select("details.fold")
    assert "Sven" in fold.get_text()
    assert "You suggested “Export to CSV”" in page.get_text()
    asked = Reader(app, boss).read(f"/announcements/{made}/preview?as={voter.id}")
    assert "You voted for “Export to CSV”" in asked.get_text()


def test_without_ideas_nobody_is_owed_word(app: Flask):
    boss = make_person(role="manager")
    page = Reader(app, boss).read(f"/announcements/{drafted(viewer_of(boss))}/preview")
    assert [each.get_text() for each in page.select(".figures dd")] == ["0", "0", "0"]


def test_whom_the_text_mentions_is_counted_before_the_customers_may_read_it(app: Flask):
    boss, tom = make_person("petra", role="manager"), make_person("tom")
    made = drafted(viewer_of(boss), body=f"Thanks, @{tom.username} and @nobody.")
    page = Reader(app, boss).read(f"/announcements/{made}/preview")
    assert [each.get_text() for each in page.select(".figures dd")] == ["0", "0", "1", "0"]
