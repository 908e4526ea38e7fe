"""The first steps of a portal."""

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.core.errors import Invalid
from portal.people.viewer import Viewer
from portal.site.actions import change_site
from portal.threads.actions.categories import Shape, create_category


def set_up(viewer: Viewer, shapes: Mapping[str, Shape]) -> int:
    """Make the first categories, and say that the portal is ready. Returns how many.

    The keys are the places of the shapes in a form: what is wrong with one comes back as `<field>_<key>`.
    """
    if not shapes:
        raise Invalid(_("Give at least one category a name."))
    wrong: dict[str, object] = {}
    for key, shape in shapes.items():
        try:
            create_category(viewer, shape)
        except Invalid as trouble:
            wrong |= {f"{field}_{key}": words for field, words in trouble.fields.items()}
    if wrong:
        raise Invalid(fields=wrong)
    change_site(viewer, is_set_up=True)
    return len(shapes)
