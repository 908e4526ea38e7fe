"""What is said to people of what they asked for, for as long as they may know."""

from flask import Flask

from portal.core.db import db
from portal.delivery.letters.owing import owed
from portal.loop.queries.told import asked_for
from portal.threads.models import Thread
from tests.factories import make_category, make_idea, make_outcome, make_person, viewer_of
from tests.loop.told import announce, merge, notices_of, vote, work


def test_what_became_of_an_idea_that_one_may_not_see_is_not_said_by_ones_own(app: Flask) -> None:
    ada = make_person()
    own, mine, root = make_idea(ada, title="Own"), make_idea(title="Mine"), make_idea(title="Theirs")
    vote(mine, ada)
    merge(mine, root)
    outcomes = [make_outcome(each, "shipped", tell="with-announcement") for each in (own, root)]
    announce(*outcomes)
    work()
    notice, viewer = notices_of(ada)[-1], viewer_of(ada)
    assert [each.title for each in asked_for(viewer, [notice.id])[notice.id]] == ["Own", "Mine"]
    assert [each.title for each in owed([viewer], [notice.id])] == ["Own", "Mine"]

    db.session.get_one(Thread, root.thread_id).category_id = make_category(visibility="staff").id
    db.session.commit()
    assert [each.title for each in asked_for(viewer, [notice.id])[notice.id]] == ["Own"]
    assert [each.title for each in owed([viewer], [notice.id])] == ["Own"]
