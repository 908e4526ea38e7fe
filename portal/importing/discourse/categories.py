"""The categories that the operator's file names: those that are here by their slug, the others made."""

from sqlalchemy import func, select

from portal.core.db import db, write
from portal.importing.discourse.mapping import Place
from portal.importing.discourse.run import Run
from portal.importing.queries import known
from portal.importing.running import CATEGORY, add_external
from portal.threads.models import Category


def import_categories(run: Run) -> dict[int, int | None]:
    """The ids here by the ids there, of those that have topics; None for what a dry run would make."""
    needed = {id_: place for id_, place in sorted(run.mapping.places.items()) if id_ in run.contents.categories}
    before = known(run.site.name, CATEGORY, list(needed))
    found: dict[int, int | None] = {}
    for id_, place in needed.items():
        found[id_] = _here(before.get(str(id_)), place)
    missing = {id_: needed[id_] for id_, here in found.items() if here is None}
    # Several categories there may become one here.
    run.report.new += len({place.slug for place in missing.values()})
    if missing and not run.dry:
        found |= write(_make, run.site.name, missing)
    return found


def _here(before: int | None, place: Place) -> int | None:
    """The one made before, whatever it is called now, or one of that address."""
    query = select(Category.id).where((Category.id == before) | (Category.slug == place.slug))
    return db.session.scalar(query.order_by(Category.id != before).limit(1))


def _make(source: str, places: dict[int, Place]) -> dict[int, int]:
    made: dict[str, Category] = {}
    position = db.session.scalar(select(func.max(Category.position))) or 0
    for place in places.values():
        if place.slug not in made:
            position += 1
            made[place.slug] = Category(
                slug=place.slug,
                name=place.name,
                description=place.description,
                colour=place.colour,
                visibility=place.visibility,
                position=position,
                kinds=[],
            )
        kinds = made[place.slug].kinds
        made[place.slug].kinds = sorted({*kinds, place.kind}, reverse=True)
    db.session.add_all(made.values())
    db.session.flush()
    ids = {id_: made[place.slug].id for id_, place in places.items()}
    before = known(source, CATEGORY, list(ids))
    add_external(source, CATEGORY, {id_: here for id_, here in ids.items() if str(id_) not in before})
    return ids
