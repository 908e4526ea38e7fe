"""The people of the demonstration have a password that everybody knows: it opens nothing from afar."""

import ipaddress
from urllib.parse import urlsplit

from flask import request
from flask_babel import gettext as _

from portal.config import in_force
from portal.core.errors import Forbidden
from portal.importing.queries import is_demo_person


def refuse_from_afar(person_id: int) -> None:
    """Raise Forbidden for someone of the demonstration, unless they sit at this machine and asked for it as such."""
    if not _from_here() and is_demo_person(person_id):
        raise Forbidden(_("The people of the demonstration can only sign in on the machine that it runs on."))


def _from_here() -> bool:
    # Behind a proxy that is not known as one, everybody comes from this machine, but asks for another name.
    name = urlsplit(f"//{request.host}").hostname or ""
    return not in_force().is_production and _is_loopback(name) and _is_loopback(request.remote_addr or "")


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
