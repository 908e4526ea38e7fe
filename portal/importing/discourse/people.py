"""People of a Discourse forum: everyone who wrote, without password and address until someone claims them."""

from typing import Any

from portal.core.db import write
from portal.core.text import one_line
from portal.importing.discourse.contents import Someone
from portal.importing.discourse.run import Run
from portal.importing.mentioned import PERSON
from portal.importing.people import save_people
from portal.importing.queries import known
from portal.importing.running import in_batches
from portal.importing.usernames import usernames
from portal.people.names import username_key

BATCH = 200


def import_people(run: Run) -> None:
    """Everyone who wrote and is not here yet. What they could do there, such as moderate, they cannot do here."""
    for batch in in_batches(run.contents.people(), BATCH):
        here = known(run.site.name, PERSON, [someone.id for someone in batch])
        new = {someone.id: someone for someone in batch if str(someone.id) not in here}
        names = usernames({id_: someone.username for id_, someone in new.items()})
        run.report.counts["people"] += len(batch)
        run.report.new += len(new)
        if new and not run.dry:
            write(save_people, run.site.name, {id_: _person(someone, names[id_]) for id_, someone in new.items()})


def _person(someone: Someone, username: str) -> dict[str, Any]:
    return {
        "kind": "imported",
        "username": username,
        "username_key": username_key(username),
        "name": one_line(someone.name or someone.username)[:80],
        "created_at": someone.since,
    }
