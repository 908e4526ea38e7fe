"""Lists of people, and someone new."""

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import EmailField, SearchField, StringField

from portal.core.db import write
from portal.moderation.queries.people import WHICH, people
from portal.people.actions.administering import add_person
from portal.web.admin.frame import asked, bp, gone_to, listed, shown
from portal.web.forms import Form
from portal.web.viewing import this_site, viewer
from portal.web.words import ROLES


class SearchForm(Form):
    q = SearchField(lazy_gettext("Name, username or address"))


class NewPersonForm(Form):
    email = EmailField(lazy_gettext("E-mail address"))
    username = StringField(lazy_gettext("Username"))
    name = StringField(lazy_gettext("Name"))

    def add(self) -> int:
        """Make the account."""
        return write(
            add_person,
            viewer(),
            email=self.email.data or "",
            username=self.username.data or "",
            name=self.name.data or "",
            site=this_site(),
        )


@bp.get("/people")
def list_people() -> Response:
    """Everyone, or those who are looked for."""
    words, which = asked("q"), asked("which")
    which = which if which in WHICH else ""
    found = people(viewer(), words=words, which=which, cursor=asked("at"))
    context = listed(found, "/admin/people", q=words, which=which)
    return shown("admin/people.html", SearchForm(request.args), here="people", which=which, roles=ROLES, **context)


@bp.route("/people/new", methods=["GET", "POST"])
def new_person() -> Response:
    """Make an account for someone, who chooses a password by letter."""
    form = NewPersonForm()
    if request.method == "POST" and (person_id := form.take(form.add)):
        return gone_to(f"/admin/people/{person_id}", _("The account is made, and a letter with a link is on its way."))
    return shown("admin/new_person.html", form, here="people")
