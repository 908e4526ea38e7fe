"""Rondo: a community forum and feature-request portal that comes back to the people who asked."""

from importlib import import_module
from pathlib import Path

from flask import Flask
from flask_babel import Babel

from portal.config import Settings, load
from portal.core import assets, logs, templates
from portal.core.connections import prepare
from portal.core.db import db
from portal.delivery import digests
from portal.delivery.actions import forget_person, send_letter
from portal.delivery.queue import nudge_after_commit
from portal.delivery.telling import register as join_letters
from portal.delivery.troubles import proved
from portal.delivery.webhooks.writing import register as join_hooks
from portal.events import hooks as events_hooks
from portal.ideas.actions import register as join_ideas
from portal.loop.actions import leaving
from portal.loop.actions import register as join_answers
from portal.loop.telling import register as join_loop
from portal.notices.joining import register as join_notices
from portal.people import hooks as people_hooks
from portal.questions.actions import register as join_questions
from portal.search.actions.indexing import register as join_search
from portal.threads.actions import watching
from portal.threads.actions.drafts import forget_drafts
from portal.threads.actions.reading import forget_reader
from portal.uploads.actions import register as join_uploads

# Every table must be known before anything asks the database.
MODELS = (
    *("events", "site", "people", "threads", "questions", "uploads", "ideas", "announcements", "notices", "loop"),
    *("search", "delivery", "importing"),
)
ROOT = Path(__file__).parent.parent


def create_app(settings: Settings | None = None, *, commands: bool = True) -> Flask:
    """The application: settings, extensions, faces. Raises BadSetting (one line) when a setting is wrong.

    Without `commands` it can only serve: what they need is half of what there is to load.
    """
    app = _rooms(settings)
    web = import_module("portal.web")
    Babel(app, locale_selector=web.locale.chosen, timezone_selector=web.locale.time_zone)
    web.mount(app, app.config["RONDO"], assets.mount(app))
    if commands:
        import_module("portal.cli").mount(app, ROOT / "migrations")
    return app


def create_worker() -> Flask:
    """The application as the worker needs it: the rooms and its own command, and none of the faces."""
    app = _rooms(None)
    Babel(app)
    import_module("portal.cli").mount_some(app, ["working.work"])
    return app


def _rooms(settings: Settings | None) -> Flask:
    settings = settings or load()
    logs.configure(settings.log_format)
    app = Flask("portal", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.config.from_mapping(
        RONDO=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database,
        # One for each thread, so that none is opened for a page and closed after it; the one used last comes first,
        # for it knows most: what it has prepared, and what the database keeps for it.
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": settings.web_threads, "pool_use_lifo": True},
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "portal" / "translations"),
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
    )
    templates.mount(app)
    _connect()
    for room in MODELS:
        import_module(f"portal.{room}.models")
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    return app


def _connect() -> None:
    """Where a lower room lets higher ones act in its transaction."""
    people_hooks.letters[:] = [send_letter]
    people_hooks.erased[:] = [forget_person, forget_reader, forget_drafts]
    people_hooks.address_gone[:] = [forget_person, leaving.address_gone]
    people_hooks.address_set[:] = [leaving.address_set]
    people_hooks.moved[:] = [digests.moved]
    people_hooks.address_proved[:] = [proved]
    people_hooks.claimed[:] = [leaving.claimed, watching.claimed]
    join_questions()
    join_ideas()
    join_uploads()
    join_search()
    join_answers()
    join_notices()
    join_loop()
    join_letters()
    join_hooks()
    events_hooks.due[:] = [nudge_after_commit]
