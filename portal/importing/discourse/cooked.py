"""The HTML of Discourse's posts as HTML that says the same without its scripts and styles.

Quotes become quotes with their source, previews of links become links with what they told, videos and attachments
become links, emoji become characters. What was text stays.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from portal.core.from_html.blocks import to_markdown
from portal.importing.discourse.bbcode import mend
from portal.importing.discourse.emoji import emoji

LANGUAGES_OF_NOTHING = {"lang-auto", "lang-nohighlight"}
CLASSES = {"bbcode-b": "strong", "bbcode-i": "em", "bbcode-s": "s"}
NOISE = ".quote-controls, .meta, svg, a.anchor, .poll-info, .onebox-metadata, .site-icon, .inline-onebox-loading > img"
_NAME_ENDS = re.compile(r"\[[a-z]+=.*|[\s\"'“”]+", re.IGNORECASE)
"""What moves from other systems left around names, or in the place of them."""
YOUTUBE = "https://www.youtube.com/watch?v="


@dataclass(frozen=True, slots=True)
class Links:
    """How addresses and quotes of the old forum lead to what came in from it."""

    local: Callable[[str], str]
    """The address to use for one in a post."""
    quoted: Callable[[str, str], str]
    """The address of a post by its topic and number as a quote has them, or ''."""


def markdown_of(cooked: str, links: Links) -> str:
    """The Markdown source of a post."""
    return to_markdown(mend(cooked), links.local, lambda soup: _tidy(soup, links))


def _tidy(soup: BeautifulSoup, links: Links) -> None:
    for picture in soup.find_all("img", class_="emoji"):
        picture.replace_with(emoji(str(picture.get("title") or picture.get("alt") or "")))
    for quote in soup.select("aside.quote"):
        _quote(soup, quote, links)
    for noise in soup.select(NOISE):
        noise.decompose()
    for selector, mend_one in MENDED.items():
        for found in soup.select(selector):
            mend_one(soup, found)


def _wrapped(soup: BeautifulSoup, name: str, text: str, *, clear: Tag | None = None) -> Tag:
    if clear is not None:
        clear.clear()
    tag = soup.new_tag(name)
    tag.string = text
    return tag


def _link(soup: BeautifulSoup, address: str, text: str) -> Tag:
    tag = _wrapped(soup, "a", text or address)
    tag["href"] = address
    return tag


def source_of(soup: BeautifulSoup, name: str, address: str) -> Tag:
    """The first paragraph of a quote: whom it is from, with a link to what it quotes if that is known."""
    first = soup.new_tag("p")
    first.append(_link(soup, address, name) if address else _wrapped(soup, "strong", name))
    first.append(":")
    return first


def _quote(soup: BeautifulSoup, aside: Tag, links: Links) -> None:
    body = aside.find("blockquote")
    if not isinstance(body, Tag):
        return
    title = aside.find(class_="title")
    name = _NAME_ENDS.sub("", str(aside.get("data-username") or ""))
    address = links.quoted(str(aside.get("data-topic") or ""), str(aside.get("data-post") or ""))
    if name:
        body.insert(0, source_of(soup, name, address))
    if isinstance(title, Tag):
        title.decompose()
    aside.unwrap()


def _preview(soup: BeautifulSoup, aside: Tag) -> None:
    link = next((a for a in aside.select("h3 a[href], h4 a[href], header a[href], a[href]")), None)
    quote = soup.new_tag("blockquote")
    if link is not None:
        first = soup.new_tag("p")
        heading = aside.select_one("h3, h4")
        text = (heading or link).get_text(" ", strip=True)
        first.append(_link(soup, str(link["href"]), text))
        quote.append(first)
    for part in aside.select("article p, article pre"):
        if part.name == "pre":
            quote.append(_code(soup, part))
        elif words := part.get_text(" ", strip=True):
            quote.append(_wrapped(soup, "p", words))
    aside.replace_with(quote)


def _code(soup: BeautifulSoup, block: Tag) -> Tag:
    """Code of another site, without the list of lines that it was shown as."""
    lines = [line.get_text().rstrip("\n") for line in block.find_all("li")]
    pre = soup.new_tag("pre")
    code = _wrapped(soup, "code", "\n".join(lines) if lines else block.get_text())
    marked = block.find("code")
    if isinstance(marked, Tag) and marked.get("class"):
        code["class"] = marked["class"]
    pre.append(code)
    return pre


def _video(soup: BeautifulSoup, box: Tag) -> None:
    link = box.find("a", href=True)
    id_ = str(box.get("data-youtube-id") or box.get("data-video-id") or "")
    address = YOUTUBE + id_ if id_ else str(link["href"]) if isinstance(link, Tag) else ""
    title = str(box.get("data-youtube-title") or box.get("data-video-title") or "")
    box.replace_with(_paragraph(soup, _link(soup, address, title)) if address else box.get_text(" ", strip=True))


def _player(soup: BeautifulSoup, player: Tag) -> None:
    found = player.find(["source", "a"])
    source = player.get("src") or (found.get("src") or found.get("href") if isinstance(found, Tag) else "")
    player.replace_with(_paragraph(soup, _link(soup, str(source), "")) if source else player.get_text())


def _paragraph(soup: BeautifulSoup, *parts: Tag) -> Tag:
    paragraph = soup.new_tag("p")
    paragraph.extend(parts)
    return paragraph


def _lightbox(_soup: BeautifulSoup, box: Tag) -> None:
    """A picture that opened a larger one: only that one."""
    small = box.find("img")
    if isinstance(small, Tag):
        small["src"] = str(box.get("href") or small.get("src") or "")
        small.attrs.pop("title", None)
        box.replace_with(small)


def _picture(_soup: BeautifulSoup, picture: Tag) -> None:
    source = str(picture.get("src") or picture.get("data-orig-src") or "")
    if "avatar" in str(picture.get("class") or ""):
        picture.decompose()
    elif source:
        picture["src"] = source
    else:
        picture.replace_with(str(picture.get("alt") or ""))


def _text(_soup: BeautifulSoup, tag: Tag) -> None:
    tag.replace_with(tag.get_text())


def _summary(soup: BeautifulSoup, summary: Tag) -> None:
    summary.append(_wrapped(soup, "strong", summary.get_text(" ", strip=True), clear=summary))


def _marked(_soup: BeautifulSoup, tag: Tag) -> None:
    tag.name = next(name for class_, name in CLASSES.items() if class_ in str(tag["class"]))


def _lines(soup: BeautifulSoup, code: Tag) -> None:
    """Code of several lines is a block, wherever it stands."""
    if LANGUAGES_OF_NOTHING & set(code.get("class") or ()):
        del code["class"]
    if "\n" in code.get_text().strip() and code.find_parent("pre") is None:
        code.wrap(soup.new_tag("pre"))


MENDED = {
    "aside.onebox": _preview,
    "div.lazyYT, div.youtube-onebox, div.lazy-video-container": _video,
    "video, audio, iframe": _player,
    "a.lightbox": _lightbox,
    "a.mention, span.mention, a.mention-group, a.hashtag, a.hashtag-cooked, a.badge-wrapper": _text,
    "summary": _summary,
    ", ".join(f"span.{class_}" for class_ in CLASSES): _marked,
    "code": _lines,
    "img": _picture,
}
"""What is found by which selector, in this order."""
