"""The forms in which people write."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField

from portal.core.errors import Conflict
from portal.core.places import LANGUAGES
from portal.people.viewer import Viewer
from portal.threads.actions import split_tags
from portal.threads.queries import CategoryRow
from portal.web.attaching import AttachingForm
from portal.web.forms import Form, Needed, choices
from portal.web.lists import LANGUAGE_NAMES

T = TypeVar("T")
needed = Needed()


class WrittenForm(AttachingForm):
    """A form that makes a post. Its key makes one of it, however often it is sent."""

    key = HiddenField(default=lambda: secrets.token_urlsafe(16))

    def take(self, act: Callable[[], T]) -> T | None:
        """As any form; one that was sent before with another text gets a new key, so that it can be sent after all."""
        made = super().take(act)
        if isinstance(self.trouble, Conflict):
            self.key.data = secrets.token_urlsafe(16)
        return made


class ReplyForm(WrittenForm):
    body = TextAreaField(lazy_gettext("Text"), [needed])

    def given(self) -> dict[str, Any]:
        return {"body": self.body.data or "", "form_key": self.key.data or ""}


class CommentForm(ReplyForm):
    body = TextAreaField(lazy_gettext("Your comment"), [needed])

    def of(self, number: int) -> Self:
        """Its ids are other ones than those of the form that changes the same post."""
        for field in self:
            field.id = f"{field.id}-on-{number}"
        return self


class ThreadForm(WrittenForm):
    title = StringField(lazy_gettext("Title"), [needed])
    body = TextAreaField(lazy_gettext("Text"), [needed])
    category = SelectField(lazy_gettext("Category"), [needed], validate_choice=False)
    tags = StringField(lazy_gettext("Tags"))
    privacy = RadioField(lazy_gettext("Who may read it"), default="none", validate_choice=False)
    language = SelectField(lazy_gettext("Language"), choices=choices(LANGUAGE_NAMES), validate_choice=False)
    suggested = HiddenField(default="")
    """What became of the similar threads that were shown beside the form."""
    searched = HiddenField(default="")
    """What they had searched for before they came to ask."""

    def offer(self, categories: Sequence[CategoryRow], seen: Viewer) -> None:
        """Put in what this viewer may choose from."""
        offered = [(str(each.id), each.name) for each in categories]
        self.category.choices = choices(offered if len(offered) == 1 else [("", _("Choose one")), *offered])
        ways = [("none", _("Everyone who can see the category")), ("staff", _("Only me and staff"))]
        if seen.organisation_id is not None:
            ways.append(("organisation", _("My organisation and staff")))
        self.privacy.choices = choices(ways)

    def given(self) -> dict[str, Any]:
        language = self.language.data or ""
        return {
            "title": self.title.data or "",
            "body": self.body.data or "",
            "category_id": number(self.category.data),
            "tags": split_tags(self.tags.data or ""),
            "privacy": self.privacy.data or "none",
            "language": language if language in LANGUAGES else "",
            "form_key": self.key.data or "",
        }


class EditForm(AttachingForm):
    """`revision` is what the editor began from."""

    title = StringField(lazy_gettext("Title"))
    body = TextAreaField(lazy_gettext("Text"), [needed])
    tags = StringField(lazy_gettext("Tags"))
    reason = StringField(lazy_gettext("What you changed, and why"))
    revision = IntegerField()

    def given(self, *, opening: bool) -> dict[str, Any]:
        about = {"title": self.title.data or "", "tags": split_tags(self.tags.data or "")} if opening else {}
        reason, revision = self.reason.data or "", self.revision.data or 0
        return about | {"body": self.body.data or "", "reason": reason, "revision": revision}


class ReasonForm(Form):
    """Why staff do what they do; and where to, when a thread is moved."""

    category = SelectField(lazy_gettext("Move it to"), validate_choice=False)
    reason = StringField(lazy_gettext("Reason"))

    def offer(self, categories: Sequence[CategoryRow]) -> None:
        """Put in where the thread may go."""
        self.category.choices = choices((str(each.id), each.name) for each in categories)


def number(typed: str | None) -> int:
    """An id out of a form; 0, which nothing has, for anything else."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
