"""What an import makes of the order of a thread, and of names in texts from elsewhere."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from portal.core.db import db
from portal.importing.growing import NewPost
from portal.importing.mentioned import Mentioned
from portal.importing.models import ExternalId
from portal.importing.placing import Counters
from tests.factories import make_person

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


def written(hours: int, author: int | None, name: str = "") -> NewPost:
    values = {"created_at": BEGAN + timedelta(hours=hours), "author_id": author, "author_name": name}
    return NewPost(hours, None, values)


def test_nobody_answers_themselves() -> None:
    """Whoever has an account there, and who is only a name."""
    for asker, other in (((1, ""), (2, "")), ((None, "Kim"), (None, "Sam"))):
        counters = Counters(asker)
        counters.place([written(0, *asker), written(1, *asker)], [])
        assert (counters.replies, counters.first_reply_at) == (1, None)
        counters.place([written(3, *other), written(4, *other)], [])
        assert (counters.replies, counters.first_reply_at) == (3, BEGAN + timedelta(hours=3))


def test_a_name_means_who_had_it_in_the_same_place(app: Flask) -> None:
    there, elsewhere, thread = make_person("ada"), make_person("bob"), make_person("eve")
    for source, kind, person in (("a", "person", there), ("b", "person", elsewhere), ("a", "thread", thread)):
        db.session.add(ExternalId(source=source, kind=kind, external=str(person.id), local_id=person.id))
    db.session.commit()
    assert Mentioned("a")(["ada", "bob", "eve"]) == {"ada": "ada"}
