"""For machines that watch: alive, ready, and figures."""

import ipaddress
import os
import struct
from time import sleep

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from sqlalchemy.exc import SQLAlchemyError

from portal.config import in_force
from portal.core.db import db
from portal.core.migrating import trouble_with_database
from portal.delivery.queries import figures

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")

PATIENCE, A_MOMENT = 20, 0.02
"""How often the figures are read anew while a process begins, and seconds in between."""

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
    return Response(_written(registry) + _deliveries(), content_type=CONTENT_TYPE_LATEST)


def _deliveries() -> bytes:
    """Letters and messages of hooks by state (those that ended: of the last day), and for how long the oldest has been
    due; asked of the database, so the same whichever process answers. Nothing while that is away."""
    try:
        told = figures()
    except SQLAlchemyError:
        db.session.rollback()
        return b""
    lines: list[str] = []
    for name in ("letters", "hooks"):
        lines += [
            f"# HELP rondo_{name} {name.title()} by state; of the last day, where they ended.",
            f"# TYPE rondo_{name} gauge",
        ]
        lines += [f'rondo_{name}{{state="{state}"}} {number:.0f}' for state, number in told[name].items()]
        oldest = f"rondo_{name}_oldest_due_seconds"
        lines += [f"# HELP {oldest} For how long the oldest has been due.", f"# TYPE {oldest} gauge"]
        lines.append(f"{oldest} {told[f'{name}_oldest']['']:.0f}")
    return ("\n".join(lines) + "\n").encode()


def _written(registry: CollectorRegistry) -> bytes:
    """The figures as text. The file of a process that just began is empty at first: the library stumbles."""
    for _again in range(PATIENCE):
        try:
            return generate_latest(registry)
        except struct.error:
            sleep(A_MOMENT)
    return generate_latest(registry)


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
