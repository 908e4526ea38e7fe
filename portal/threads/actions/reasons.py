"""What someone says for an act of theirs."""

from flask_babel import gettext as _

from portal.core.errors import Invalid
from portal.core.text import storable

LONGEST = 1_000


def said(reason: str, *, needed: bool = False) -> str:
    """The reason as it is stored. Raises Invalid where one is needed and missing, or it is too long."""
    reason = storable(reason).replace("\r\n", "\n").strip()
    if needed and not reason:
        raise Invalid(fields={"reason": _("Say why: it goes into the log.")})
    if len(reason) > LONGEST:
        raise Invalid(fields={"reason": _("A reason has at most %(count)s characters.", count=LONGEST)})
    return reason
