"""The link by which someone answers without signing in: who they are, signed. It opens nothing else, and stays good."""

from itsdangerous import BadData, URLSafeSerializer

from portal.config import in_force

LONGEST = 200
"""Characters of a token; a longer one is not ours."""


def answer_path(person_id: int) -> str:
    """The address of the page on which this person says whether it solved their need."""
    return f"/answer/{_signer().dumps(person_id)}"


def person_of(token: str) -> int | None:
    """Whose link this is; None if it is none of ours."""
    if len(token) > LONGEST:
        return None
    try:
        found = _signer().loads(token)
    except BadData:
        return None
    return found if type(found) is int else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(in_force().secret_key, salt="does this solve your need")
