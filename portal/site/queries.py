"""What the portal is called and how it behaves: one value, and what each part of it may be."""

from dataclasses import dataclass

from sqlalchemy import select

from portal.core.db import ask
from portal.site.models import SiteSetting

SIGN_UP = ("everyone", "domains", "nobody")


def domain_key(domain: str) -> str:
    """The form in which domains are compared: as in the DNS. Empty for what cannot be one."""
    try:
        return domain.strip().casefold().encode("idna").decode("ascii")
    except UnicodeError:
        return ""


@dataclass(frozen=True, slots=True)
class Site:
    """The settings in force. The defaults are those of a portal where nobody has changed anything."""

    name: str = "Rondo"
    accent: str = "teal"
    language: str = "en"
    """For visitors whose browser names none that we speak, and for new accounts."""
    time_zone: str = "UTC"
    """For visitors and new accounts."""
    welcome: str = ""
    """Markdown: what the home page says to visitors."""
    welcome_html: str = ""
    sign_up: str = "everyone"
    """Who may make an account: everyone, those with an address at one of `sign_up_domains`, or nobody."""
    sign_up_domains: tuple[str, ...] = ()
    is_set_up: bool = False
    """Whether the steps of the first visit are done."""

    @property
    def open_to_sign_up(self) -> bool:
        """Whether anyone at all may make an account: otherwise nothing offers it."""
        return self.sign_up != "nobody"

    def lets_sign_up(self, email: str) -> bool:
        """Whether someone with this address may make an account."""
        if self.sign_up == "domains":
            return domain_key(email.rpartition("@")[2]) in self.sign_up_domains
        return self.open_to_sign_up


NAMES = frozenset(Site.__slots__)
_SETTINGS = select(SiteSetting.name, SiteSetting.value)


def site() -> Site:
    """The settings in force, in one statement. Ask once a request and hand the value on."""
    given = {name: value for name, value in ask(_SETTINGS) if name in NAMES}
    if "sign_up_domains" in given:
        given["sign_up_domains"] = tuple(given["sign_up_domains"])
    return Site(**given)
