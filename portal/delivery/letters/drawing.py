"""How a letter is drawn: one template says each sentence once, and is drawn twice, as text and as HTML.

What paragraphs, buttons and quotes are in each of the two stands in mail/_text.txt and mail/_html.html, as macros of
the same names; templates of letters know them as `m`.
"""

import pickle
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cachetools import LRUCache
from flask import current_app
from flask_babel import get_locale
from jinja2 import Environment
from markupsafe import escape

MOST_KEPT = 32
"""Letters that are kept as they were drawn: what many are told of is drawn once for all whose letters say the same."""
_OURS = secrets.token_hex(8)
"""Nobody who has something quoted in a letter can guess it, and so write what becomes another's link."""
_GAPS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A letter in words. `html` is a whole document, its style in it."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """Of an application: how text and HTML are drawn, and what was drawn last, by all that it was drawn from."""

    text: Environment
    html: Environment
    letters: LRUCache[bytes, Drawn] = field(default_factory=lambda: LRUCache[bytes, Drawn](MOST_KEPT))


def own(name: str) -> str:
    """Stands in the values of a letter for what is another for each reader: a link that is theirs alone."""
    return f"{name}-{_OURS}"


def drawn(
    template: str, values: dict[str, Any], theirs: Mapping[str, str] | None = None, *, keep: bool = True
) -> Drawn:
    """The two forms of a letter, in the language that is spoken. Needs: site, address. `theirs`: what stands for each
    `own(name)` among the values. `keep`: another may be the same; not what opens an account."""
    kept = _kept()
    if not keep:
        return _filled(_drawn(kept, template, values), theirs or {})
    # Everything that was given, in full: letters that differ in anything are never taken for each other.
    key = pickle.dumps((template, str(get_locale()), values))
    said = kept.letters.get(key)
    if said is None:
        said = kept.letters[key] = _drawn(kept, template, values)
    return _filled(said, theirs or {})


def _filled(said: Drawn, theirs: Mapping[str, str]) -> Drawn:
    text, html = said.text, said.html
    for name, words in theirs.items():
        text, html = text.replace(own(name), words), html.replace(own(name), escape(words))
    return Drawn(said.subject, text, html)


def _drawn(kept: _Kept, template: str, values: dict[str, Any]) -> Drawn:
    text, html = kept.text, kept.html
    page, locale = text.get_template(f"mail/{template}.txt"), get_locale()
    as_text = values | {"m": text.get_template("mail/_text.txt").module, "frame": "mail/_frame.txt"}
    subject = " ".join("".join(page.blocks["subject"](page.new_context(as_text))).split())
    as_html = values | {"m": html.get_template("mail/_html.html").module, "frame": "mail/_frame.html"}
    as_html |= {"subject": subject, "language": str(locale or "en")}
    as_html |= {"direction": locale.text_direction if locale else "ltr"}
    shown = html.get_template(f"mail/{template}.txt").render(as_html)
    return Drawn(subject, _GAPS.sub("\n\n", page.render(as_text)).strip() + "\n", _inliner().inline(shown))


def _kept() -> _Kept:
    """Of this application, for text and for HTML: the same templates, in which only the one escapes. What the web keeps
    compiled in a folder is known by its name alone: the one must not come upon what the other compiled."""
    kept = current_app.extensions.get("letters")
    if kept is None:
        ours = current_app.jinja_env
        text, html = (ours.overlay(autoescape=escapes, bytecode_cache=None) for escapes in (False, True))
        kept = current_app.extensions["letters"] = _Kept(text, html)
    return kept


@cache
def _inliner() -> Any:
    """What puts the style beside each element, for mail programs that know no other; what they cannot be told so
    (dark colours, narrow screens) stays at the top. It fetches nothing from anywhere."""
    from css_inline import CSSInliner  # only the worker needs it

    return CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True)
