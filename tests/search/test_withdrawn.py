"""An announcement that was withdrawn: found by whoever looks for it, and said to be withdrawn; offered to nobody."""

from flask import Flask

from portal.announcements import actions
from portal.core.db import write
from portal.people.viewer import VISITOR
from portal.search.queries.similar import similar
from tests.announcements.making import drafted, manager
from tests.search.looking import counted, found
from tests.web.reading import Reader


def test_it_is_found_and_marked_and_is_no_answer_to_anybody(app: Flask) -> None:
    boss = manager()
    made = drafted(boss)
    write(actions.publish, boss, made)
    counted()
    assert [hit.is_withdrawn for hit in found("exports").hits] == [False]
    assert [each.thread_id for each in similar(VISITOR, title="Exports are here")] == [made]
    write(actions.withdraw, boss, made, reason="It broke.")
    assert [hit.is_withdrawn for hit in found("exports").hits] == [True]
    assert similar(VISITOR, title="Exports are here") == ()
    (mark,) = Reader(app).read("/search?q=exports").select(".hits .pill")
    assert mark.get_text() == "Withdrawn"
