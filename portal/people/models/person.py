"""People, the companies they work for, and the groups they are in."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, validates

from portal.core.db import BigInt, Id, Model, link
from portal.core.markup import mention_key

KINDS = ("account", "contact", "imported", "system")
ROLES = ("member", "agent", "manager", "moderator", "admin")
STAFF = ("agent", "manager", "moderator", "admin")
COLOUR_SCHEMES = ("auto", "light", "dark")
LONGEST_KEY = 80


def _key_of_name(context: DefaultExecutionContext) -> str:
    """For rows that are written by the dozen, past the class."""
    given: dict[str, Any] = context.get_current_parameters()  # pyright: ignore
    return mention_key(given.get("name", ""))[:LONGEST_KEY]


class Organisation(Model):
    """A customer company. Plan, segment and value are for staff only."""

    __tablename__ = "organisation"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120), unique=True)
    plan: Mapped[str] = mapped_column(String(60), default="")
    segment: Mapped[str] = mapped_column(String(60), default="")
    yearly_value: Mapped[int] = mapped_column(BigInt, default=0)
    """In whole units of the portal's currency."""
    note: Mapped[str] = mapped_column(Text, default="")


class Person(Model):
    """Anyone Rondo knows: with an account, a contact, imported, or the system itself. Never deleted, only erased."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"role IN {ROLES}", name="role"),
        CheckConstraint(f"colour_scheme IN {COLOUR_SCHEMES}", name="colour_scheme"),
        CheckConstraint(
            "kind != 'account' OR username_key IS NOT NULL OR erased_at IS NOT NULL", name="account_has_username"
        ),
        # Anyone may type an address; only one person can have confirmed it.
        Index(
            "uq_person_confirmed_email",
            "email_key",
            unique=True,
            sqlite_where=text("email_confirmed_at IS NOT NULL"),
            postgresql_where=text("email_confirmed_at IS NOT NULL"),
        ),
        Index("ix_person_email_key", "email_key"),
        # How a name begins: for whoever is being called by an @.
        Index("ix_person_name_key", "name_key", postgresql_ops={"name_key": "varchar_pattern_ops"}),
        Index("ix_person_username_begins", "username_key", postgresql_ops={"username_key": "varchar_pattern_ops"}),
        Index(
            "ix_person_staff",
            "role",
            sqlite_where=text("role != 'member'"),
            postgresql_where=text("role != 'member'"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(10), default="account")
    role: Mapped[str] = mapped_column(String(10), default="member")
    username: Mapped[str | None] = mapped_column(String(40))
    username_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    """The username under NFKC and casefold: the form in which names are compared."""
    name: Mapped[str] = mapped_column(String(80), default="")
    name_key: Mapped[str | None] = mapped_column(String(LONGEST_KEY), default=_key_of_name)
    """The name in the same form. It follows the name by itself."""
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(String(254))
    """The address in the form in which addresses are compared."""
    email_confirmed_at: Mapped[datetime | None]
    mail_stopped_at: Mapped[datetime | None]
    """Letters to the address come back: nothing is sent there from then on, until it is confirmed again."""
    password_hash: Mapped[str | None] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text, default="")
    about_html: Mapped[str] = mapped_column(Text, default="")
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    language: Mapped[str] = mapped_column(String(12), default="en")
    colour_scheme: Mapped[str] = mapped_column(String(5), default="auto")
    rows_per_list: Mapped[int] = mapped_column(default=30)
    organisation_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("organisation.id"), index=True)
    shows_organisation: Mapped[bool] = mapped_column(default=False)
    avatar: Mapped[str | None] = mapped_column(String(40))
    """The key of their picture (`uploads`); without one, their initials are drawn."""
    created_at: Mapped[datetime]
    read_since: Mapped[datetime | None]
    """What was active before this counts as read; None: since they came. Marking all as read moves it."""
    welcomed_at: Mapped[datetime | None]
    """When they were told, once, what one can do here."""
    erased_at: Mapped[datetime | None]

    organisation = link(Organisation)

    @validates("name")
    def _name_changes(self, _attribute: str, name: str) -> str:
        self.name_key = mention_key(name)[:LONGEST_KEY]
        return name

    @validates("email_key")
    def _address_changes(self, _attribute: str, key: str | None) -> str | None:
        self.mail_stopped_at = None
        return key

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def is_confirmed(self) -> bool:
        return self.email_confirmed_at is not None

    @property
    def display_name(self) -> str:
        return self.name or self.username or ""


class Group(Model):
    """People who may see a category together, such as a beta programme. Only its members and staff know of it."""

    __tablename__ = "member_group"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")


class Membership(Model):
    """One person is in one group."""

    __tablename__ = "membership"

    group_id: Mapped[int] = mapped_column(BigInt, ForeignKey("member_group.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True, index=True)
    since: Mapped[datetime]
