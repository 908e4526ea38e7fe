"""How a letter is drawn: one template says each sentence once, and is drawn twice, as text and as HTML.

What paragraphs, buttons and quotes are in each of the two stands in mail/_text.txt and mail/_html.html, as macros of
the same names; templates of letters know them as `m`.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from flask import current_app
from flask_babel import get_locale
from jinja2 import Environment

_GAPS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A letter in words. `html` is a whole document, its style in it."""

    subject: str
    text: str
    html: str


def drawn(template: str, values: dict[str, Any]) -> Drawn:
    """The two forms of a letter, in the language that is spoken. Needs: site, address."""
    text, html = _environments()
    page, locale = text.get_template(f"mail/{template}.txt"), get_locale()
    as_text = values | {"m": text.get_template("mail/_text.txt").module, "frame": "mail/_frame.txt"}
    subject = " ".join("".join(page.blocks["subject"](page.new_context(as_text))).split())
    as_html = values | {"m": html.get_template("mail/_html.html").module, "frame": "mail/_frame.html"}
    as_html |= {"subject": subject, "language": str(locale or "en")}
    as_html |= {"direction": locale.text_direction if locale else "ltr"}
    shown = html.get_template(f"mail/{template}.txt").render(as_html)
    return Drawn(subject, _GAPS.sub("\n\n", page.render(as_text)).strip() + "\n", _inliner().inline(shown))


def _environments() -> tuple[Environment, Environment]:
    """Of this application, for text and for HTML: the same templates, in which only the one escapes. What the web keeps
    compiled in a folder is known by its name alone: the one must not come upon what the other compiled."""
    kept = current_app.extensions.get("letters")
    if kept is None:
        ours = current_app.jinja_env
        kept = current_app.extensions["letters"] = tuple(
            ours.overlay(autoescape=escapes, bytecode_cache=None) for escapes in (False, True)
        )
    return cast(tuple[Environment, Environment], kept)


@cache
def _inliner() -> Any:
    """What puts the style beside each element, for mail programs that know no other; what they cannot be told so
    (dark colours, narrow screens) stays at the top. It fetches nothing from anywhere."""
    from css_inline import CSSInliner  # only the worker needs it

    return CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True)
