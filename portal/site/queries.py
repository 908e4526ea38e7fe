"""What the portal is called and how it behaves: one value, and what each part of it may be."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import select

from portal.core.db import ask, db
from portal.core.errors import NotFound
from portal.core.hours import OFFICE, Hours, Week
from portal.site.models import SitePage, SiteSetting

SIGN_UP = ("everyone", "domains", "nobody")


def domain_key(domain: str) -> str:
    """The form in which domains are compared: as in the DNS. Empty for what cannot be one."""
    try:
        return domain.strip().casefold().encode("idna").decode("ascii")
    except UnicodeError:
        return ""


@dataclass(frozen=True, slots=True)
class FooterLink:
    """A page of the admin's own, with its title in each language that it is in."""

    slug: str
    titles: tuple[tuple[str, str], ...]

    def title(self, *languages: str) -> str:
        """In the first of these languages that there is, else in any."""
        found = dict(self.titles)
        return next((found[code] for code in languages if code in found), next(iter(found.values()), self.slug))


@dataclass(frozen=True, slots=True)
class Site:
    """The settings in force. The defaults are those of a portal where nobody has changed anything."""

    name: str = "Rondo"
    accent: str = "teal"
    language: str = "en"
    """For visitors whose browser names none that we speak, and for new accounts."""
    time_zone: str = "UTC"
    """For visitors and new accounts, and of the business hours."""
    week: Week = OFFICE
    """When someone on the team is there, from Monday to Sunday."""
    closed_days: tuple[str, ...] = ()
    """Days on which nobody is, such as 2026-12-25."""
    respond_days: int = 7
    """So many days after it was suggested, an idea without a response is an open loop."""
    silence_days: int = 60
    """So many days without a word, one that is planned is."""
    announce_days: int = 3
    """So many days after something shipped that is to be announced, its owner is reminded."""
    welcome: str = ""
    """Markdown: what the home page says to visitors."""
    welcome_html: str = ""
    sign_up: str = "everyone"
    """Who may make an account: everyone, those with an address at one of `sign_up_domains`, or nobody."""
    sign_up_domains: tuple[str, ...] = ()
    is_set_up: bool = False
    """Whether the steps of the first visit are done."""
    footer: tuple[FooterLink, ...] = ()
    """The links at the end of every page: kept here when a page changes, so that reading them costs nothing."""

    @property
    def hours(self) -> Hours:
        """The business hours, in which targets count."""
        return Hours(self.time_zone, self.week, frozenset(map(date.fromisoformat, self.closed_days)))

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
    if "week" in given:
        given["week"] = tuple(tuple(day) if day else None for day in given["week"])
    if "closed_days" in given:
        given["closed_days"] = tuple(given["closed_days"])
    if "footer" in given:
        given["footer"] = tuple(FooterLink(slug, tuple(titles.items())) for slug, titles in given["footer"])
    return Site(**given)


def pages() -> dict[str, list[SitePage]]:
    """All pages by their addresses, in their order, each in its languages."""
    found: dict[str, list[SitePage]] = {}
    for page in db.session.scalars(select(SitePage).order_by(SitePage.position, SitePage.slug, SitePage.language)):
        found.setdefault(page.slug, []).append(page)
    return found


def get_page(page_id: int) -> SitePage:
    """One page in one language. Raises NotFound."""
    found = db.session.get(SitePage, page_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def page_for(slug: str, *languages: str) -> SitePage:
    """A page in the first of these languages that it is in, else in any. Raises NotFound."""
    found = {
        page.language: page
        for page in db.session.scalars(select(SitePage).filter_by(slug=slug).order_by(SitePage.language))
    }
    if not found:
        raise NotFound
    return next((found[code] for code in languages if code in found), next(iter(found.values())))


def version_of(page: SitePage) -> str:
    """What an editor began from, so that the second of two hears of the first."""
    return sha256(f"{page.title}\n{page.source}".encode()).hexdigest()[:16]
