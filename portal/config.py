"""Settings from the environment or a `.env` file: typed, checked at the start, with a clear word on what is wrong."""

import contextlib
import ipaddress
import os
import re
import secrets
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from flask import current_app
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

STORES = ("file", "s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss", "http", "https", "memory")
"""The places for uploads that obstore knows."""
UNREADABLE = "cannot be read: a port is a number, and in a password @ : / ? # % are written as %40 %3A %2F %3F %23 %25"


class BadSetting(SystemExit):
    """A setting is missing or wrong; its text is one line that names it. Exit code 1."""

    def __init__(self, line: str) -> None:
        self.line = line
        super().__init__(line)


class Settings(BaseSettings):
    """Everything an operator can set. Names are those of the environment, in lower case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    rondo_env: Literal["local", "production"] = "local"
    data_dir: Path = Path("data")
    database_url: str = ""
    secret_key: str = ""
    public_url: str = ""
    redis_url: str = ""
    mail_url: str = ""
    mail_from: str = ""
    mail_replies: str = ""
    """Where replies and what comes back arrive, if a way in is set up: with something after a plus before the @."""
    imap_url: str = ""
    """A mailbox from which the worker fetches what comes to MAIL_REPLIES."""
    uploads_url: str = ""
    hook_networks: str = ""
    """Networks that hooks may call besides the public Internet, parted by commas: 10.1.2.0/24, fd00::/8."""
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    web_workers: int = Field(default=2, ge=1, le=64)
    web_threads: int = Field(default=8, ge=1, le=128)
    demo: bool = True
    """Whether `make run` loads the demonstration into an empty database."""
    page_cache_seconds: float = Field(default=3, ge=0, le=3)
    undo_seconds: int = Field(default=120, ge=0, le=3600)
    """How long an outcome or an announcement can be undone before anyone is told of it."""
    metrics_public: bool = False
    log_format: Literal["text", "json"] = "text"

    @field_validator("public_url", "mail_url", "imap_url", "redis_url")
    @classmethod
    def _readable(cls, value: str) -> str:
        try:
            _ = urlsplit(value).port
        except ValueError:
            raise ValueError(UNREADABLE) from None
        return value

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        value = value.rstrip("/")
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("must be an address such as https://community.example.com")
        if parts.path or parts.query or parts.fragment:
            raise ValueError("a portal has a host to itself: nothing may follow, as in https://community.example.com")
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]):
            raise ValueError("must be an address such as community@example.com")
        return value

    @field_validator("host")
    @classmethod
    def _host(cls, value: str) -> str:
        if not re.fullmatch(r"[\w.:%-]+", value) or value.count(":") == 1:
            raise ValueError("must be a name or an address such as 127.0.0.1, without a port: that is PORT")
        return value

    @field_validator("mail_url")
    @classmethod
    def _mail_address(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in ("smtp", "smtps") or not urlsplit(value).hostname):
            raise ValueError("must be an address such as smtp://user:password@host:587")
        return value

    @field_validator("mail_replies")
    @classmethod
    def _way_in(cls, value: str) -> str:
        if value and not re.fullmatch(r"[a-z0-9_.-]{1,24}@[a-z0-9-]+(\.[a-z0-9-]+)*", value.lower()):
            raise ValueError("must be an address such as reply@example.com, with at most 24 characters before the @")
        return value.lower()

    @field_validator("imap_url")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in ("imap", "imaps") or not urlsplit(value).hostname):
            raise ValueError("must be an address such as imaps://user:password@host/INBOX")
        if value and not urlsplit(value).username:
            raise ValueError("names nobody to sign in as: imaps://user:password@host/INBOX")
        return value

    @field_validator("uploads_url")
    @classmethod
    def _place_of_files(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in STORES or not value.partition("://")[2]):
            raise ValueError(f"must be an address such as s3://bucket/folder, of one of: {', '.join(STORES)}")
        return value

    @field_validator("hook_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        for each in filter(None, map(str.strip, value.split(","))):
            try:
                ipaddress.ip_network(each)
            except ValueError:
                raise ValueError(f"{each} is no network such as 10.1.2.0/24") from None
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
            raise ValueError("must be an address such as redis://host:6379/0")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_address(cls, value: str) -> str:
        value = value.replace("postgres://", "postgresql://", 1)
        if value.startswith("postgresql://"):
            value = value.replace("postgresql://", "postgresql+psycopg://", 1)
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        try:
            odd = bool(value) and "@" in (make_url(value).host or "")
        except (ValueError, ArgumentError):
            odd = True
        if odd:
            raise ValueError(UNREADABLE)
        return value

    @model_validator(mode="after")
    def _fetched_for_somebody(self) -> "Settings":
        if self.imap_url and not self.mail_replies:
            raise ValueError("IMAP_URL needs MAIL_REPLIES: the address whose mailbox it is")
        return self

    @model_validator(mode="after")
    def _production_needs(self) -> "Settings":
        if self.rondo_env == "production":
            for name in ("secret_key", "public_url"):
                if not getattr(self, name):
                    raise ValueError(f"{name.upper()} is needed in production")
            if len(self.secret_key) < 32:
                raise ValueError("SECRET_KEY needs at least 32 characters")
        return self

    @property
    def database(self) -> str:
        """The address of the database for SQLAlchemy."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'rondo.db').resolve()}"

    @property
    def address(self) -> str:
        """Where people find this portal; links in letters come from here and nowhere else."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def sender(self) -> str:
        """From: of every letter."""
        return self.mail_from or f"noreply@{urlsplit(self.address).hostname}"

    @property
    def uploads_folder(self) -> Path:
        """Where uploads lie as long as `uploads_url` names no other place."""
        return self.data_dir.resolve() / "uploads"

    @property
    def called_networks(self) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """What hooks may call besides the public Internet."""
        return [ipaddress.ip_network(each) for each in filter(None, map(str.strip, self.hook_networks.split(",")))]

    @property
    def is_production(self) -> bool:
        return self.rondo_env == "production"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def load(**given: object) -> Settings:
    """The settings in force; `given` wins over the environment. Raises BadSetting with one line."""
    try:
        settings = Settings(**given)  # pyright: ignore[reportArgumentType]
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        said = first["msg"].removeprefix("Value error, ")
        raise BadSetting(f"{name}: {said}" if name else said) from None
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"DATA_DIR: cannot use {settings.data_dir}: {error.strerror}") from None
    if not settings.secret_key:
        settings.secret_key = _local_key(settings.data_dir / "secret_key")
    return settings


def in_force() -> Settings:
    """The settings of the application whose context we are in."""
    return cast(Settings, current_app.config["RONDO"])


def _local_key(path: Path) -> str:
    """The key of a local run: made once, readable by its owner alone, never seen half written."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
