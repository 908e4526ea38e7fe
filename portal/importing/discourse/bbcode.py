"""What an earlier move left of BBCode in the HTML of posts, as HTML.

Older forums came to Discourse by scripts, which left tags that were not closed, nested in each other or that they did
not know: they stand as text in paragraphs, cut by line breaks and whatever else was made of them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape, unescape

_TAGS = (
    "quote|code|b|i|u|s|url|img|list|ul|ol|li|color|size|font|center|left|right|spoiler|video|media|youtube|gist|pastebin"
    "|flash|attachment"
)
_TOKEN = re.compile(
    rf"<pre.*?</pre>|<code.*?</code>|<[^>]*>|\[(?P<close>/?)(?P<tag>{_TAGS}|\*)(?P<extra>(?:=|:)[^\]\n<>]{{0,300}})?\]",
    re.DOTALL | re.IGNORECASE,
)
_SWALLOWED = re.compile(r'<a href="([^"]*?)(?:%5B|\[)/\w+(?:%5D|\])"([^>]*)>([^<]*?)\[/(\w+)\]</a>', re.IGNORECASE)
"""A bare address was made a link together with the tag that closed it."""
_SWALLOWED_ATTRIBUTE = re.compile(r'\[url=<a [^>]*?href="([^"]*?)(?:%5D[^"]*)?"[^>]*>[^<]*</a>\]', re.IGNORECASE)
_IN_CODE = re.compile(r"\s*\[/code\](</code></pre>)", re.IGNORECASE)
"""Indented lines became a block of code together with the tag that closed it."""
_BULLETS = re.compile(r"(?:<br ?/?>\s*)+•\s*(?:<br ?/?>\s*)*")
_BREAK = re.compile(r"<br ?/?>\n?")
_PARAGRAPHS = re.compile(r"</p>\s*<p>")
_PICTURE = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*>')
_HREF = re.compile(r'href="([^"]*)"')
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "--"})
_SIGN = re.compile(
    r"\[/?(?:quote|code|url|img|b|i|u|s|li|ul|ol|list|color|size|spoiler|video|gist|pastebin|youtube)\b", re.IGNORECASE
)

DROPPED_ALONE = {"quote", "code", "color", "size", "font", "spoiler"}
"""What nobody would write by itself and mean."""
INLINE = {"b": "strong", "i": "em", "s": "s"}
LISTS = {"ul", "ol", "list"}
HOSTS = {
    "youtube": "https://www.youtube.com/watch?v=",
    "pastebin": "https://pastebin.com/",
    "gist": "https://gist.github.com/",
}


@dataclass(slots=True)
class _Piece:
    """A stretch of HTML, or a tag of BBCode; `mate` is where the tag that it belongs to stands."""

    text: str
    tag: str = ""
    closes: bool = False
    extra: str = ""
    mate: int = -1


def mend(html: str) -> str:
    """The HTML with what is left of BBCode in it made HTML, and otherwise as it was."""
    if not _SIGN.search(html):
        return html
    html = _IN_CODE.sub(r"\1", html)
    html = _SWALLOWED.sub(r'<a href="\1"\2>\3</a>[/\4]', html)
    html = _SWALLOWED_ATTRIBUTE.sub(r"[url=\1]", html)
    pieces = list(_pieces(html))
    _pair(pieces)
    return _BULLETS.sub("<br>• ", _html(pieces, 0, len(pieces)))


def _pieces(html: str) -> Iterator[_Piece]:
    done = 0
    for found in _TOKEN.finditer(html):
        if not found["tag"]:
            continue
        yield _Piece(html[done : found.start()])
        extra = (found["extra"] or "")[1:].strip() if (found["extra"] or "").startswith("=") else ""
        yield _Piece(found[0], found["tag"].lower(), bool(found["close"]), extra)
        done = found.end()
    yield _Piece(html[done:])


def _pair(pieces: list[_Piece]) -> None:
    """Each closing tag belongs to the last open one of its name; nothing in code is a tag."""
    open_: list[int] = []
    code = -1
    for at, piece in enumerate(pieces):
        if not piece.tag or (code >= 0 and not (piece.tag == "code" and piece.closes)):
            continue
        if piece.tag == "code" and not piece.closes and _closes_later(pieces, at):
            code = at
        elif piece.tag == "code" and piece.closes and code >= 0:
            pieces[code].mate, piece.mate, code = at, code, -1
        elif not piece.closes:
            open_.append(at)
        else:
            mates = [other for other in open_ if pieces[other].tag == piece.tag]
            if mates:
                pieces[mates[-1]].mate, piece.mate = at, mates[-1]
                # What was opened within and not closed stays alone.
                del open_[open_.index(mates[-1]) :]


def _closes_later(pieces: list[_Piece], at: int) -> bool:
    return any(piece.tag == "code" and piece.closes for piece in pieces[at + 1 :])


def _html(pieces: list[_Piece], first: int, last: int) -> str:
    out: list[str] = []
    at = first
    while at < last:
        piece = pieces[at]
        make = _WHOLE.get(piece.tag) if piece.mate > at and not piece.closes else None
        if make and piece.mate < last:
            inside = "".join(each.text for each in pieces[at + 1 : piece.mate])
            out.append(make(piece, inside))
            at = piece.mate
        elif piece.tag:
            out.append(_mark(piece))
        else:
            out.append(piece.text)
        at += 1
    return "".join(out)


def _mark(piece: _Piece) -> str:
    """What one tag becomes."""
    if piece.tag in ("*", "li"):
        return "" if piece.closes else "<br>• "
    if piece.tag in LISTS or piece.tag in DROPPED_ALONE - {"quote"}:
        return ""
    if piece.mate < 0:
        return _named(piece) if piece.tag == "quote" else piece.text
    if piece.tag == "quote":
        return "</p></blockquote><p>" if piece.closes else f"</p><blockquote><p>{_named(piece)}"
    name = INLINE.get(piece.tag)
    return (f"</{name}>" if piece.closes else f"<{name}>") if name else ""


def _named(piece: _Piece) -> str:
    """Who is quoted: `"ada, post:3, topic:7"` or the name alone."""
    name = unescape(piece.extra).strip(" \"'“”").partition(",")[0].strip(" \"'“”")
    return f"<strong>{escape(name)}</strong>:</p><p>" if name and not piece.closes else ""


def _code(_piece: _Piece, inside: str) -> str:
    text = _PICTURE.sub(r"\1", _PARAGRAPHS.sub("\n\n", _BREAK.sub("\n", inside)))
    text = text.replace("<pre", "\n<pre")
    text = re.sub(r"</?[a-z][^>]*>", "", text, flags=re.IGNORECASE).translate(_STRAIGHT).strip("\n")
    return f"</p><pre><code>{text}</code></pre><p>"


def _url(piece: _Piece, inside: str) -> str:
    if "<a " in inside:
        return inside
    address = piece.extra.strip("\"'“” ") or inside.strip()
    return f'<a href="{escape(unescape(address))}">{inside}</a>' if address.startswith(("http", "/")) else inside


def _image(_piece: _Piece, inside: str) -> str:
    linked = _HREF.search(inside)
    address = linked[1] if linked else re.sub(r"<[^>]*>", "", inside).strip()
    return f'<img src="{address}">' if address.startswith(("http", "//")) else inside


def _hosted(piece: _Piece, inside: str) -> str:
    """A thing elsewhere that is named by its id."""
    if not re.fullmatch(r"\s*[\w-]{4,60}\s*", inside):
        return inside
    address = HOSTS[piece.tag] + inside.strip()
    return f'<a href="{address}">{address}</a>'


_WHOLE: dict[str, Callable[[_Piece, str], str]] = {
    "code": _code,
    "url": _url,
    "img": _image,
    **dict.fromkeys(HOSTS, _hosted),
}
