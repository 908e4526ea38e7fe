"""The tables of people."""

from portal.people.models.person import COLOUR_SCHEMES, ROLES, STAFF, Group, Membership, Organisation, Person
from portal.people.models.signing_in import AccountToken, KeptAct, KnownDevice, LoginSession, SignInAttempt, Suspension

__all__ = [
    "COLOUR_SCHEMES",
    "ROLES",
    "STAFF",
    "AccountToken",
    "Group",
    "KeptAct",
    "KnownDevice",
    "LoginSession",
    "Membership",
    "Organisation",
    "Person",
    "SignInAttempt",
    "Suspension",
]
