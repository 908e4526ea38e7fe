"""For machines that watch: alive, ready, and figures."""

import ipaddress
import os
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from sqlalchemy.exc import SQLAlchemyError

from portal.config import in_force
from portal.core.db import db

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")

bp = Blueprint("health", __name__)


@bp.get("/livez")
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return _plain("ok")


@bp.get("/readyz")
def ready() -> Response:
    """The database answers and is migrated; 503 and the cause otherwise."""
    if trouble := trouble_with_database():
        return _plain(trouble, 503)
    return _plain("ok")


@bp.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus, of all web processes together."""
    if not (in_force().metrics_public or _asks_from_here()):
        abort(404)
    registry = REGISTRY
    if folder := os.environ.get(SHARED_FOLDER):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry, folder)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def trouble_with_database() -> str:
    """What is wrong with the database, in a few words without an address or a password; nothing if all is well."""
    try:
        found = set(db.session.scalars(sa.text("SELECT version_num FROM alembic_version")))
    except SQLAlchemyError:
        db.session.rollback()
        return "not migrated" if _answers() else "the database does not answer"
    wanted = set(ScriptDirectory(str(Path(current_app.root_path) / "migrations")).get_heads())
    return "" if found == wanted else "not migrated"


def _answers() -> bool:
    try:
        return db.session.scalar(sa.text("SELECT 1")) == 1
    except SQLAlchemyError:
        db.session.rollback()
        return False


def _asks_from_here() -> bool:
    """Whether a program on this machine asks. Through a proxy that is not trusted, everyone seems to be here."""
    if not in_force().trusted_proxies and any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _plain(words: str, status: int = 200) -> Response:
    return Response(
        f"{words}\n", status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
