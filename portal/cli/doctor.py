"""`flask doctor`: is everything in order here? One line each; exit 1 where something is wrong."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from portal.config import Settings, in_force
from portal.core import assets
from portal.core.clock import now
from portal.core.db import db
from portal.core.migrating import BEHIND, trouble_with_database
from portal.delivery.mailing import Unreachable, mailer
from portal.delivery.models import Delivery
from portal.delivery.receiving import fetching
from portal.events.models import Event
from portal.search.queries.proof import unindexed
from portal.uploads.storage import Unreachable as NoPlace
from portal.uploads.storage import storage

OK, LOOK, WRONG = "ok", "look", "wrong"
"""`look`: it works, and should be known."""
OLDEST_POSTGRESQL = 130000
ENOUGH, TOO_LITTLE = 1024**3, 100 * 1024**2
"""Bytes of free disk."""
PATIENCE = timedelta(minutes=5)
"""A letter that has been due for longer is one that nobody sends."""
LATELY = timedelta(days=7)
CANNOT_TELL = "cannot be told before the database answers and is migrated"
SECRET = ("secret_key",)
IN_FORCE = {"database_url": "database", "public_url": "address", "mail_from": "sender"}
"""What holds where a setting is empty."""
ADDRESSES = ("redis_url", "mail_url", "imap_url", "uploads_url")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing."""

    state: str
    about: str
    words: str


@click.command("doctor")
@with_appcontext
def command() -> None:
    """Say which settings are in force and whether everything works; exit 1 where something is wrong."""
    settings = in_force()
    for name, value in shown(settings):
        click.echo(f"set    {name:16} {value}")
    findings = [finding for check in CHECKS for finding in check(settings)]
    for finding in findings:
        click.echo(f"{finding.state:6} {finding.about:16} {finding.words}")
    if any(finding.state == WRONG for finding in findings):
        raise click.exceptions.Exit(1)


def shown(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every setting as it is in force, without what must stay secret."""
    for name in Settings.model_fields:
        value = str(getattr(settings, IN_FORCE.get(name, name)))
        if name in SECRET:
            value = f"(set, {len(value)} characters)" if value else ""
        elif name == "database_url":
            value = make_url(value).render_as_string()
        elif name in ADDRESSES and value:
            value = masked(value)
        yield name.upper(), value or "-"


def masked(address: str) -> str:
    """An address without its password."""
    parts = urlsplit(address)
    if parts.password is None:
        return address
    return address.replace(f":{parts.password}@", ":***@", 1)


def check_settings(settings: Settings) -> Iterator[Finding]:
    """What contradicts itself, or will surprise."""
    about = "settings"
    trouble: list[Finding] = []
    if settings.is_production and not settings.public_url.startswith("https://"):
        trouble.append(Finding(WRONG, about, "PUBLIC_URL is not https: nobody can sign in, for the cookie needs it"))
    if settings.is_production and settings.is_loopback and not settings.trusted_proxies:
        words = "TRUSTED_PROXIES is 0: behind a proxy, everyone seems to come from one address"
        trouble.append(Finding(LOOK, about, words))
    if not settings.is_production and not settings.is_loopback:
        words = f"RONDO_ENV is local, and HOST {settings.host} can be reached by others: use production there"
        trouble.append(Finding(LOOK, about, words))
    yield from trouble or [Finding(OK, about, f"fit together ({settings.rondo_env})")]


def check_database(settings: Settings) -> Iterator[Finding]:
    """Is it reached, and which is it?"""
    address = make_url(settings.database)
    place = address.database if address.get_backend_name() == "sqlite" else address.render_as_string()
    try:
        yield _version(place or "")
    except SQLAlchemyError as error:
        db.session.rollback()
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        yield Finding(WRONG, "database", f"{place}: {said}")


def _version(place: str) -> Finding:
    if db.engine.dialect.name == "sqlite":
        asked = sa.text("SELECT sqlite_version(), journal_mode FROM pragma_journal_mode")
        version, journal = db.session.execute(asked).one()
        return Finding(OK, "database", f"SQLite {version}, {journal}, {place}")
    number = int(db.session.scalar(sa.text("SHOW server_version_num")) or 0)
    version = db.session.scalar(sa.text("SHOW server_version"))
    state = OK if number >= OLDEST_POSTGRESQL else WRONG
    return Finding(state, "database", f"PostgreSQL {version}{'' if state == OK else ' (13 is the oldest)'}, {place}")


def check_migrations(_settings: Settings) -> Iterator[Finding]:
    """Are the tables those that this version wants?"""
    trouble = trouble_with_database()
    if trouble == BEHIND:
        yield Finding(WRONG, "migrations", f"{trouble}: run `flask db upgrade`")
    elif trouble:
        yield Finding(WRONG, "migrations", CANNOT_TELL)
    else:
        yield Finding(OK, "migrations", "up to date")


def check_queue(settings: Settings) -> Iterator[Finding]:
    """Is what tells the worker that there is something to do reached?"""
    if not settings.redis_url:
        return
    from redis import Redis, RedisError

    try:
        with Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=2) as server:  # pyright: ignore[reportUnknownMemberType]
            server.ping()  # pyright: ignore[reportUnknownMemberType]
    except (RedisError, ValueError) as error:
        words = f"REDIS_URL: {error}; until it answers, the worker looks for itself every few seconds"
        yield Finding(WRONG, "redis", words)
    else:
        yield Finding(OK, "redis", "answers")


def check_mail(settings: Settings) -> Iterator[Finding]:
    """Is there a way out for letters? Nothing is sent."""
    way = mailer(settings)
    try:
        words = way.reach()
    except Unreachable as error:
        yield Finding(WRONG, "mail", str(error))
    else:
        forgotten = settings.is_production and not settings.mail_url
        yield Finding(LOOK if forgotten else OK, "mail", words)
    finally:
        way.close()


def check_replies(settings: Settings) -> Iterator[Finding]:
    """Is there a way in for answers, and for what comes back? Nothing is fetched."""
    if not settings.mail_replies:
        yield Finding(LOOK, "replies", "no MAIL_REPLIES: letters cannot be answered, and none is known that comes back")
    elif not settings.imap_url:
        words = f"{settings.mail_replies}: its mail server hands messages to `flask mail receive`"
        yield Finding(OK, "replies", words)
    else:
        try:
            yield Finding(OK, "replies", f"{settings.mail_replies}: {fetching.look(settings)}")
        except Exception as error:  # the library has many ways to say that it does not work
            yield Finding(WRONG, "replies", f"the mailbox of IMAP_URL: {fetching.words(error)}")


def check_storage(settings: Settings) -> Iterator[Finding]:
    """Can we write where we keep things, and are the static files built?"""
    folder = settings.data_dir.resolve()
    try:
        with tempfile.TemporaryFile(dir=folder):
            yield Finding(OK, "storage", f"{folder} can be written to")
    except OSError as error:
        yield Finding(WRONG, "storage", f"{folder}: {error.strerror}")
    yield Finding(OK, "static files", str(assets.build().folder))


def check_uploads(settings: Settings) -> Iterator[Finding]:
    """Can we keep the pictures and files that people bring?"""
    try:
        yield Finding(OK, "uploads", f"kept and removed a file in {storage(settings).check()}")
    except NoPlace as error:
        yield Finding(WRONG, "uploads", str(error))


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Is there room?"""
    free = shutil.disk_usage(settings.data_dir).free
    state = OK if free >= ENOUGH else LOOK if free >= TOO_LITTLE else WRONG
    yield Finding(state, "disk", f"{free / 1024**3:.1f} GB free where DATA_DIR is")


def check_search(_settings: Settings) -> Iterator[Finding]:
    """Is everything in the index?"""
    try:
        missing = unindexed()
    except SQLAlchemyError:
        db.session.rollback()
        yield Finding(WRONG, "search", CANNOT_TELL)
        return
    words = f"{missing} posts are not found: run `flask search rebuild`" if missing else "every post is in the index"
    yield Finding(WRONG if missing else OK, "search", words)


def check_worker(_settings: Settings) -> Iterator[Finding]:
    """Does anyone tell people what happened, and send the letters that are due?"""
    waiting = sa.select(sa.func.count(), sa.func.min(Delivery.due_at)).where(Delivery.state.in_(("due", "deferred")))
    failed = sa.select(sa.func.count()).where(Delivery.state == "failed", Delivery.due_at > now() - LATELY)
    untold = sa.select(sa.func.count(), sa.func.min(Event.due_at)).where(Event.done_at.is_(None))
    try:
        events, since = db.session.execute(untold.where(Event.due_at < now() - PATIENCE)).one()
        count, oldest = db.session.execute(waiting.where(Delivery.due_at < now() - PATIENCE)).one()
        lost = db.session.scalar(failed) or 0
    except SQLAlchemyError:
        db.session.rollback()
        yield Finding(WRONG, "worker", CANNOT_TELL)
        return
    if count:
        words = f"{count} letters wait, the oldest since {oldest:%Y-%m-%d %H:%M} UTC: is `flask work` running?"
        yield Finding(WRONG, "worker", words)
    if events:
        words = (
            f"{events} things wait to be told, the oldest since {since:%Y-%m-%d %H:%M} UTC: is `flask work` running?"
        )
        yield Finding(WRONG, "worker", words)
    if not count and not events:
        yield Finding(OK, "worker", "no letter waits, and everybody was told")
    if lost:
        yield Finding(LOOK, "letters", f"{lost} could not be delivered in the last week")


Check = Callable[[Settings], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    check_settings,
    check_database,
    check_migrations,
    check_queue,
    check_mail,
    check_replies,
    check_storage,
    check_uploads,
    check_disk,
    check_search,
    check_worker,
)
