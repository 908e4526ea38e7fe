"""What the entries of feeds say: of threads and posts, announcements, decisions, and lines of an inbox."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from portal.announcements.queries import Entry
from portal.config import in_force
from portal.core.markup import reaching
from portal.ideas.queries.feeding import OutcomeTold
from portal.loop.queries.told import Asked
from portal.notices.queries import InboxRow
from portal.threads.queries.feeding import PostTold
from portal.web.atom import FeedEntry, drawn, identity
from portal.web.notice_words import said
from portal.web.statuses import status_words


def changed(post: PostTold) -> datetime:
    """When it was last changed."""
    return max(post.created_at, post.edited_at or post.created_at)


def of_threads(posts: Sequence[PostTold]) -> list[FeedEntry]:
    """Threads, by the posts that open them."""
    return [_of_post(post, post.title, post.path) for post in posts]


def of_thread(posts: Sequence[PostTold], outcomes: Sequence[OutcomeTold]) -> list[FeedEntry]:
    """What was written in one thread, and decided there, the newest first."""
    written = [_of_post(post, _heading(post), f"/posts/{post.id}") for post in posts]
    decided = [_of_outcome(outcome, status_words(outcome.status, outcome.status_name)) for outcome in outcomes]
    return sorted([*written, *decided], key=lambda entry: entry.published, reverse=True)


def of_announcements(found: Sequence[Entry]) -> list[FeedEntry]:
    """Announcements whole, with what they say of ideas."""
    return [_of_announcement(each) for each in found]


def of_outcomes(outcomes: Sequence[OutcomeTold]) -> list[FeedEntry]:
    """Ideas by what was decided on them."""
    titled = ((each, f"{status_words(each.status, each.status_name)}: {each.title}") for each in outcomes)
    return [_of_outcome(each, title) for each, title in titled]


def of_notices(told: Sequence[tuple[InboxRow, Sequence[Asked]]]) -> list[FeedEntry]:
    """Lines of an inbox. What was written is read where it stands: an address that is secret once may not stay so."""
    return [_of_notice(row, asked) for row, asked in told]


def _of_post(post: PostTold, title: str, path: str) -> FeedEntry:
    address = in_force().address
    return FeedEntry(
        id=identity(f"post/{post.id}"),
        title=title,
        address=address + path,
        html=reaching(post.html, address=address, here=f"/posts/{post.id}"),
        published=post.created_at,
        updated=changed(post),
        author=post.author_name or _("someone who left"),
        author_address=f"{address}/people/{post.author_username}" if post.author_username else "",
        language=post.language,
        category=post.category,
    )


def _heading(post: PostTold) -> str:
    if post.number == 1:
        return post.title
    name = post.author_name or _("someone who left")
    return _("%(name)s replied", name=name) if post.number else _("%(name)s commented", name=name)


def _of_announcement(entry: Entry) -> FeedEntry:
    address = in_force().address
    html = drawn("_announcement.html", entry=entry)
    return FeedEntry(
        id=identity(f"announcement/{entry.id}"),
        title=entry.title,
        address=address + entry.path,
        html=reaching(html, address=address, here=entry.path),
        published=entry.published_at,
        updated=max(entry.published_at, entry.edited_at or entry.published_at),
        author=entry.author_name or _("someone who left"),
        author_address=f"{address}/people/{entry.author_username}" if entry.author_username else "",
        language=entry.language,
    )


def _of_outcome(outcome: OutcomeTold, title: str) -> FeedEntry:
    address = in_force().address
    html = drawn("_outcome.html", outcome=outcome)
    return FeedEntry(
        id=identity(f"outcome/{outcome.id}"),
        title=title,
        address=address + outcome.path,
        html=reaching(html, address=address, here=outcome.path),
        published=outcome.first_at,
        updated=outcome.at,
        language=outcome.language,
        category=outcome.category,
    )


def _of_notice(row: InboxRow, asked: Sequence[Asked]) -> FeedEntry:
    line, address = said(row, asked), in_force().address
    html = drawn("_notice.html", line=line)
    return FeedEntry(
        id=identity(f"notice/{row.id}"),
        title=f"{line.sentence} – {row.title}",
        address=address + line.place,
        html=reaching(html, address=address, here=line.place),
        published=row.at,
        updated=row.at,
        author=row.actor,
        author_address=f"{address}/people/{row.username}" if row.username else "",
    )
