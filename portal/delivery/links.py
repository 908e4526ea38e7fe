"""Links in letters by which someone acts without signing in: to have no more of them, and to say that they are someone
else. They say who it is, signed; they open nothing else, and stay good."""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from portal.config import in_force
from portal.notices.models import SORTS

LONGEST = 240
"""Characters of a token; a longer one is not ours."""


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Whose letters, and about what the one was that the link stood in."""

    person_id: int
    thread_id: int | None
    sort: str
    """Empty: of several sorts."""


def unsubscribe_path(person_id: int, *, thread_id: int | None = None, sort: str = "") -> str:
    """The address of the page on which this person chooses which letters they get."""
    return f"/unsubscribe/{_signer('unsubscribe').dumps([person_id, thread_id or 0, sort])}"


def unwanted(token: str) -> Unwanted | None:
    """What a link of ours says; None if it is none."""
    match _read("unsubscribe", token):
        case [int(person_id), int(thread_id), str(sort)] if not sort or sort in SORTS:
            return Unwanted(person_id, thread_id or None, sort)
        case _:
            return None


def not_me_path(person_id: int) -> str:
    """The address of the page on which whoever reads a contact's letters says that they are someone else."""
    return f"/not-me/{_signer('this is not me').dumps(person_id)}"


def not_me(token: str) -> int | None:
    """Whose link this is; None if it is none of ours."""
    found = _read("this is not me", token)
    return found if type(found) is int else None


def _read(purpose: str, token: str) -> object:
    if len(token) > LONGEST:
        return None
    try:
        return _signer(purpose).loads(token)
    except BadData:
        return None


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(in_force().secret_key, salt=purpose)
