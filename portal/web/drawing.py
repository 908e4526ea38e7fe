"""Small things that a page draws a hundred times: icons and the pictures of people. Drawn once, and kept."""

from functools import lru_cache, partial

from flask import Flask, redirect
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.core.assets import Assets
from portal.web.formats import avatar_colour, initials

SPRITE, MARK = "vendor/lucide/icons.svg", "img/rondo.svg"
A_DAY = 86_400


def mount(app: Flask, assets: Assets) -> None:
    """Give templates `icon('lock', _('Closed'))` and `avatar('Ada Lovelace', 'big')`; and the mark of the portal to who
    asks for it without having read a page: feed readers, and browsers that show a file."""
    sprite = assets.address(SPRITE)
    app.add_url_rule("/favicon.ico", "favicon", partial(_kept_for_a_day, assets.address(MARK)))

    @lru_cache(maxsize=1024)
    def icon(name: str, label: str = "") -> Markup:
        """One of docs/look.md. Without a label it is drawn beside words, and hidden from screen readers."""
        if label:
            start = Markup('<svg role="img" aria-label="{0}"><title>{0}</title>').format(label)
        else:
            start = Markup('<svg aria-hidden="true">')
        return start + Markup('<use href="{}#{}"></use></svg>').format(sprite, name)

    app.add_template_global(icon, "icon")
    app.add_template_global(avatar, "avatar")


WIDE = {"tiny": 20, "big": 36, "huge": 72}
"""Pixels, as in avatar.css: the place is kept while the picture loads."""
LAZILY = Markup(' loading="lazy"')


@lru_cache(maxsize=4096)
def avatar(name: str, size: str = "", key: str = "") -> Markup:
    """The picture of a person, else initials on a colour that the name decides. The name itself stands beside it, so
    the initials are drawn by avatar.css: they are no words of the page, nor of what the picture stands in."""
    if key:
        file, wide = f"{key}-{256 if size == 'huge' else 96}.webp", WIDE.get(size, 28)
        sized = Markup('<img class="avatar {}" src="/avatars/{}" width="{}" height="{}" alt="" decoding="async"{}>')
        return sized.format(size, file, wide, wide, LAZILY if size in ("big", "tiny") else "")
    classes = " ".join(part for part in ("avatar", size, f"a{avatar_colour(name)}") if part)
    return Markup('<span class="{}" data-initials="{}" aria-hidden="true"></span>').format(classes, initials(name))


def _kept_for_a_day(address: str) -> Response:
    """The way to a static file, from an address that does not change with it."""
    answer = redirect(address)
    answer.cache_control.public, answer.cache_control.max_age = True, A_DAY
    return answer
