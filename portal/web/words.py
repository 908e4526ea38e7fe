"""The names of roles, colours and visibilities, for forms, lists and the log."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

ROLES: dict[str, LazyString] = {
    "member": _("Member"),
    "agent": _("Agent"),
    "manager": _("Product manager"),
    "moderator": _("Moderator"),
    "admin": _("Admin"),
}
COLOURS: dict[str, LazyString] = {
    "slate": _("Slate"),
    "red": _("Red"),
    "orange": _("Orange"),
    "amber": _("Amber"),
    "green": _("Green"),
    "teal": _("Teal"),
    "blue": _("Blue"),
    "indigo": _("Indigo"),
    "violet": _("Violet"),
    "pink": _("Pink"),
}
VISIBILITIES: dict[str, LazyString] = {
    "everyone": _("Everyone"),
    "members": _("Everyone who is signed in"),
    "groups": _("Some groups"),
    "staff": _("Staff only"),
}
