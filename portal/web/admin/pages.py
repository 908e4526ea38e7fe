"""Pages of the portal's own, such as the imprint, in every language in which they are needed."""

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from portal.core.db import write
from portal.site.actions import pages as acts
from portal.site.models import SitePage
from portal.site.queries import get_page, pages, version_of
from portal.web.admin.frame import asked, bp, gone_to, shown
from portal.web.formats import LANGUAGE_NAMES
from portal.web.forms import Form, choices
from portal.web.locale import chosen
from portal.web.viewing import this_site, viewer


class PageForm(Form):
    title = StringField(lazy_gettext("Title"))
    body = TextAreaField(lazy_gettext("Text"))
    language = SelectField(
        lazy_gettext("Language"), choices=choices(LANGUAGE_NAMES.items()), validate_choice=False, default="en"
    )
    slug = StringField(lazy_gettext("Address"))
    version = HiddenField()

    def add(self) -> int:
        """Write it."""
        words = {"title": self.title.data or "", "body": self.body.data or ""}
        return write(acts.add_page, viewer(), slug=self.slug.data or "", language=self.language.data or "", **words)

    def change(self, page_id: int) -> int:
        """Put it in the place of what was there."""
        words = {"title": self.title.data or "", "body": self.body.data or ""}
        return write(acts.change_page, viewer(), page_id, version=self.version.data or "", **words)


class DeleteForm(Form):
    """Only a button."""


@bp.get("/pages")
def list_pages() -> Response:
    """All pages in the order of the footer."""
    site = this_site()
    titles = {link.slug: link.title(chosen().language, site.language) for link in site.footer}
    return shown("admin/pages.html", here="pages", pages=pages(), titles=titles, languages=LANGUAGE_NAMES)


@bp.route("/pages/new", methods=["GET", "POST"])
def new_page() -> Response:
    """Write a page, or another language of one."""
    form = PageForm(data={"slug": asked("slug"), "language": asked("language") or this_site().language})
    if request.method == "POST" and form.take(form.add):
        return gone_to("/admin/pages", _("Saved. The page is linked at the end of every page."))
    return shown("admin/new_page.html", form, here="pages", others=pages().get(form.slug.data or "", []))


@bp.route("/pages/<int:page_id>", methods=["GET", "POST"])
def page(page_id: int) -> Response:
    """Change a page in one language."""
    found = get_page(page_id)
    form = PageForm(data={"title": found.title, "body": found.source, "version": version_of(found)})
    if request.method == "POST" and form.take(lambda: form.change(page_id)):
        return gone_to("/admin/pages", _("Saved."))
    return _page(found, form)


@bp.post("/pages/<int:page_id>/delete")
def delete_page(page_id: int) -> Response:
    """Delete a page in one language."""
    form = DeleteForm()
    if form.done(lambda: write(acts.delete_page, viewer(), page_id)):
        return gone_to("/admin/pages", _("The page is deleted."))
    return _page(get_page(page_id), PageForm(None))


@bp.post("/pages/<page>/move")
def move_page(page: str) -> Response:
    """One place up or down among the links of the footer."""
    write(acts.move_page, viewer(), page, up=request.form.get("to") == "up")
    return gone_to("/admin/pages")


def _page(found: SitePage, form: PageForm) -> Response:
    """The form, which from now on begins from what there is."""
    found = get_page(found.id)
    if form.trouble is not None:
        form.version.data = version_of(found)
    return shown("admin/page.html", form, here="pages", page=found, languages=LANGUAGE_NAMES)
