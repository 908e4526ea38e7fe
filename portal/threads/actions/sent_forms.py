"""A form that was sent twice makes one post."""

import hashlib
import json
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads.models import FormKey
from portal.threads.queries.drafts import LONGEST_KEY

KEPT = timedelta(days=2)
"""How long a form can be sent again without making a second post."""


def digest_of(*parts: object) -> str:
    """What a form said, in short."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def made_by(viewer: Viewer, key: str, digest: str, *, typed: dict[str, str]) -> int | None:
    """The post that this form made when it was sent before. Raises Conflict if it said something else then."""
    if not key:
        return None
    old = db.session.execute(
        select(FormKey.digest, FormKey.post_id).where(FormKey.person_id == viewer.id, FormKey.key == key[:LONGEST_KEY])
    ).first()
    if old is None:
        return None
    if old.digest != digest:
        raise Conflict(_("This form was sent before with another text. What you typed now is kept below."), typed=typed)
    return old.post_id


def remember(viewer: Viewer, key: str, digest: str, post_id: int) -> None:
    """Note what the form made."""
    if key and viewer.id is not None:
        db.session.add(
            FormKey(person_id=viewer.id, key=key[:LONGEST_KEY], digest=digest, post_id=post_id, at=clock.now())
        )


def sweep() -> None:
    """Forget the keys of forms that nobody sends twice any more."""
    db.session.execute(delete(FormKey).where(FormKey.at < clock.now() - KEPT))


def one_at_a_time(viewer: Viewer) -> None:
    """Hold the writer's row until the end of the transaction: what they send at once is taken one after another."""
    db.session.execute(select(Person.id).where(Person.id == viewer.id).with_for_update(key_share=True))
