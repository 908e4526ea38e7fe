"""What someone wrote in an answer: without what they answered to, without their signature, as Markdown."""

import re
from collections.abc import Sequence
from functools import cache
from html import unescape
from importlib import import_module
from itertools import islice
from typing import Any

from bs4 import BeautifulSoup

from portal.core.from_html.blocks import to_markdown
from portal.delivery.receiving.messages import Mail

LANGUAGES = ["en", "de", "sv"]
LOOKED_AT, LINE, TEXT = 2_000, 200, 200_000
"""Lines of a text that are looked at for where a quote begins, characters of each, and of all."""
WINDOW, MOST_ASKED = 6, 200
MOST_TAGS = 15_000
"""A page with more of them is taken as the words that are in it."""
MOST_OF_A_SIGNATURE, LONGEST_OF_A_SIGNATURE = 12, 90
"""Lines, and characters of each."""
WRAPPED = (60, 80)
"""Mail programs break lines somewhere between."""
_QUOTES = (
    "blockquote[type=cite], .gmail_quote, .gmail_quote_container, .gmail_attr, .gmail_signature, .moz-cite-prefix"
    ", .moz-signature, .yahoo_quoted, .protonmail_quote, .protonmail_signature_block, .tutanota_quote, #Signature"
    ", #ms-outlook-mobile-signature, #mail-editor-reference-message-container, #OLK_SRC_BODY_SECTION"
)
_FROM_HERE_ON = "#divRplyFwdMsg, #appendonsend, #x_divRplyFwdMsg, #x_appendonsend"
_SIGNED = re.compile(r"--[ \t]*")
_RULE = re.compile(
    r"[ \t]*(_{5,}|-{5,}|-{2,}[ \t]*(Original Message|Forwarded message|Urspr\u00fcngliche Nachricht"
    r"|Originalmeddelande|Ursprungligt meddelande)[ \t]*-{2,})[ \t]*",
    re.IGNORECASE,
)
_MAY_BE_HEADING = re.compile(
    r"[> \t*]*(On|From|Sent|Am|Von|Gesendet|Den|Fr\u00e5n|Skickat|m\u00e5n|tis|ons|tor|fre|l\u00f6r|s\u00f6n"
    r"|\d{1,2} +\w{3}|-{5,} ?Original)\b",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"\s*(Sent from (my |Outlook|Mail|Yahoo|Proton)|Get Outlook for|Von meinem .{2,40} gesendet|Gesendet (von|mit) "
    r"|Skickat fr\u00e5n |H\u00e4mta Outlook)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\s*((kind|best|warm|with (kind|best))? ?regards|all the best|best wishes|best|cheers|sincerely( yours)?"
    r"|(mit )?(freundlichen?|vielen?|besten?|herzlichen?|liebe) gr(ü|ue)(ß|ss)en?|(viele |liebe )?gr(ü|ue)(ß|ss)e"
    r"|mfg|vg|lg|((med )?(v\u00e4nlig(a)?|b\u00e4sta) )?h\u00e4lsning(ar|en)?|mvh)[ \t]*[,.!]?[ \t]*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\s*>")
_MEANT = re.compile(r"\s*([-*+>#|`~]|\d+[.)]\s|    )")


def words_of(mail: Mail) -> str:
    """What they wrote: of the plain text if there is one, else of the page. Empty where nothing is left."""
    plain = "\n\n".join(part.strip("\n") for part in mail.texts if part.strip())[:TEXT]
    if plain:
        lines = _lines(_flowing(plain) if mail.flowed else plain)
        return _joined(_cut(lines), wrapped=not mail.flowed)
    page = "\n".join(mail.pages)[:TEXT]
    return "\n".join(_cut(_lines(of_page(page)))).strip() if page.strip() else ""


def of_page(html: str) -> str:
    """A page of a mail program as Markdown, without what is quoted and shown in it."""
    if html.count("<") <= MOST_TAGS:
        try:
            return to_markdown(html, tidy=_tidy)
        except (RecursionError, ValueError, AssertionError):  # nested deeper than anybody writes
            pass
    return unescape(re.sub(r"<[^<>]{0,2000}>", " ", html))


def _tidy(soup: BeautifulSoup) -> None:
    for tag in soup.select(f"head, style, script, title, img, {_QUOTES}"):
        if not tag.decomposed:
            tag.decompose()
    for tag in soup.select("html, body"):
        tag.unwrap()
    for mark in soup.select(_FROM_HERE_ON):
        if mark.decomposed:
            continue
        for later in [*mark.find_next_siblings()]:
            later.decompose()
        mark.decompose()


def _lines(text: str) -> list[str]:
    """Without the blanks at the end of lines, and without more than two empty ones in a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\xa0", " ")
    return [line.rstrip() for line in re.sub(r"\n[ \t]*(?:\n[ \t]*){2,}\n", "\n\n\n", text).split("\n")]


def _flowing(text: str) -> str:
    """Lines that end with a space go on in the next (RFC 3676), but for what stands before a signature."""
    made: list[str] = []
    goes_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        unstuffed = line.removeprefix(" ")
        if goes_on and made and not unstuffed.startswith(">") and not _SIGNED.fullmatch(unstuffed):
            made[-1] += unstuffed
        else:
            made.append(unstuffed)
        goes_on = unstuffed.endswith(" ") and unstuffed != "-- " and not unstuffed.startswith(">")
    return "\n".join(made)


def _cut(lines: list[str]) -> list[str]:
    """The lines that are their own words."""
    whole = lines[: next((at for at, line in enumerate(lines) if at and _SIGNED.fullmatch(line)), len(lines))]
    own = _without_quote_at_end(whole[: _where_quoted(whole)])
    own = _unsigned(own)
    return own if any(line.strip() for line in own) else _unsigned(_below_the_quote(whole))


def _where_quoted(lines: Sequence[str]) -> int:
    """How many of the lines stand before what is quoted, by the line that says so in one of three languages.

    The expressions that know such lines take time without end over a text made for it: so they are asked about a few
    lines at a time, and only where one begins as such lines do."""
    asked = (at for at, line in enumerate(lines[:LOOKED_AT]) if _MAY_BE_HEADING.match(line))
    for at in islice(asked, MOST_ASKED):
        if _headings().match("\n".join(line.strip()[:LINE] for line in lines[at : at + WINDOW])):
            return at
    return len(lines)


@cache
def _headings() -> Any:
    """`On …, … wrote:` and `From: … Sent: …`, as mail programs write them. The library's own way to cut takes lists for
    signatures, and forgets how lines are indented."""
    parser: Any = import_module("mailparser_reply.parser")  # only who receives needs it
    return parser.EmailMessage("", languages=[*LANGUAGES]).HEADER_REGEX


def _without_quote_at_end(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or _QUOTED.match(lines[end - 1]) or _RULE.fullmatch(lines[end - 1])):
        end -= 1
    return lines[:end]


def _unsigned(lines: list[str]) -> list[str]:
    """Without the line that a telephone adds, and without a greeting that only a few short lines follow."""
    found, below = len(lines), 0
    for at in range(len(lines) - 1, 0, -1):
        line = lines[at]
        if below > MOST_OF_A_SIGNATURE or len(line) > LONGEST_OF_A_SIGNATURE:
            break
        if _SENT_FROM.match(line) or _GREETING.fullmatch(line):
            found = at
        below += bool(line.strip())
    return _without_quote_at_end(lines[:found]) if found < len(lines) else lines


def _below_the_quote(lines: list[str]) -> list[str]:
    """Where they wrote below what they answer: what is not quoted, but for the line that says whom it quotes."""
    first = next((at for at, line in enumerate(lines) if _QUOTED.match(line)), None)
    if first is None:
        return []
    return [line for line in lines[first:] if not _QUOTED.match(line)]


def _joined(lines: list[str], *, wrapped: bool) -> str:
    """Paragraphs whose lines the mail program broke, as one line each: here, a new line is one."""
    lines = "\n".join(lines).strip("\n").split("\n")
    if not wrapped or max(map(len, lines), default=0) > WRAPPED[1]:
        return "\n".join(lines).strip()
    made: list[str] = []
    in_code = False
    for at, line in enumerate(lines):
        in_code ^= line.lstrip().startswith(("```", "~~~"))
        before = lines[at - 1] if at else ""
        goes_on = bool(made) and _was_broken(before, line) and not in_code
        if goes_on:
            made[-1] = f"{made[-1]} {line.strip()}"
        else:
            made.append(line)
    return "\n".join(made).strip()


def _was_broken(before: str, line: str) -> bool:
    """Whether a mail program broke it here: the next word would not have fitted any more."""
    first = line.strip().partition(" ")[0]
    if not first or not before.strip() or _MEANT.match(line) or before.startswith(("    ", ">", "|", "```")):
        return False
    return len(before) >= WRAPPED[0] and len(before) + 1 + len(first) > 70
