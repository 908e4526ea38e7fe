"""Markdown to safe HTML: the only door from what people write to HTML.

CommonMark with tables, strikethrough, task lists, footnotes and bare addresses (markdown-it-py); cleaned and linked
(bleach); read once more by a parser of another make that drops whatever is not on its list (nh3). Code gets its colours
as classes (Pygments). What is our own:

- `$…$` and `$$…$$` stay as written; `<sub>`, `<sup>` and `<kbd>` work, exactly in this form and with their end tag,
  and so does `<br>`; any other HTML is text.
- A new line in the source is a space, as in CommonMark; two spaces or a backslash before it make a line break.
- Headings begin at h3 and leave out no level, so a post cannot break the outline of the page it is on.
- Images are shown if they are ours (an upload, whose address tells its size, or below /static/) and are links
  otherwise: no reader is given away. A large one with words of its own is a link to itself.
- A quote whose first paragraph is `[Name](/posts/7):` says whom it quotes; `quote()` writes it.
- `@name` becomes a link where the caller knows such a person.
- A backslash keeps an address, a name or a box from being one.
"""

import re
from dataclasses import dataclass
from functools import partial

from .addresses import ours
from .building import Builder, Local
from .cleaning import clean, readable
from .finishing import last_word, serialise
from .limits import IMPORTED, WRITTEN, Limits, TooMuch, too_big, too_long
from .mentions import Mentions, People, mention_key
from .parsing import INLINE_TAGS, MATH, address, parse
from .pieces import counted
from .quoting import escape, excerpt, quote
from .reaching import reaching

__all__ = [
    "IMPORTED",
    "INLINE_TAGS",
    "MATH",
    "RENDERER",
    "WRITTEN",
    "Limits",
    "Rendered",
    "TooMuch",
    "escape",
    "excerpt",
    "mention_key",
    "plain",
    "quote",
    "reaching",
    "render",
]

RENDERER = 3
"""The version stored with each post. Raise it when the same source gives other HTML: `flask render` finds it."""


_KEY = re.compile(r"[a-z0-9-]{1,30}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one source became."""

    html: str
    """Safe HTML."""
    mentions: tuple[str, ...]
    """The people mentioned that the caller knew: their names as compared (see mention_key), in order, each once."""
    text: str
    """The words alone, for excerpts and search. Not HTML: it is escaped like any other text."""


def render(
    source: str,
    *,
    post_key: str = "p",
    people: People | None = None,
    local: Local = ours,
    max_mentions: int | None = None,
    limits: Limits = WRITTEN,
) -> Rendered:
    """Render what somebody wrote. Raises TooMuch and nothing else, whatever the source is.

    `post_key` (a-z, 0-9, -) makes the ids of footnotes differ between the posts of a page. `people` gets the distinct
    names after an @ (as mention_key gives them) in one call and returns the username for each that exists; over
    `max_mentions` of them the text is refused. `local` says which addresses lead to this portal; links elsewhere are
    marked as not vouched for.
    """
    if not _KEY.fullmatch(post_key):
        raise ValueError(f"{post_key!r} is no post_key")
    if len(source) > limits.source or len(source.encode("utf-8", "surrogatepass")) > limits.source:
        raise too_long(limits)
    tokens = parse(readable(source.replace("\r\n", "\n").replace("\r", "\n")), limits)
    own = partial(_own, local)
    pieces = counted(Builder(tokens, limits=limits, post_key=post_key, local=own).pieces(), limits)
    mentions = Mentions(people, limits=limits, most=max_mentions)
    page, text = serialise(mentions(clean(pieces, address=partial(address, limits), local=own)))
    if len(page) > limits.output:
        raise too_big(limits)
    page = last_word(page)
    if len(page.encode()) > limits.output:
        raise too_big(limits)
    return Rendered(html=page, mentions=tuple(mentions.found), text=text)


def _own(local: Local, url: str) -> bool:
    return ours(url) or local(url)


def plain(source: str, *, limits: Limits = WRITTEN) -> str:
    """The words of a Markdown text alone. Raises TooMuch."""
    return render(source, limits=limits).text
