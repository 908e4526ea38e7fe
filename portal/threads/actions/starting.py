"""Begin a thread."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from flask_babel import gettext as _
from sqlalchemy import exists, select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden, Invalid
from portal.core.places import LANGUAGE_CODE
from portal.core.text import one_line, slug_of
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.actions.bodies import read_body
from portal.threads.actions.drafts import discard_draft
from portal.threads.actions.posting import add_post, post_key
from portal.threads.actions.sent_forms import digest_of, made_by, one_at_a_time, remember
from portal.threads.actions.tagging import put_tags, read_tags
from portal.threads.actions.watching import watch_because
from portal.threads.models import ASKED_PRIVACIES, Category, FormPlace, Post, Thread
from portal.threads.policy import can_start, categories
from portal.threads.queries.doors import get_visible

KINDS = ("question", "discussion", "idea")
"""Those that are begun here; an announcement has more to it."""
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form says."""

    kind: str
    category_id: int
    title: str
    body: str
    tags: tuple[str, ...]
    language: str
    privacy: str


def start_thread(
    viewer: Viewer,
    *,
    kind: str,
    category_id: int,
    title: str,
    body: str,
    tags: Sequence[str] = (),
    language: str = "",
    privacy: str = "none",
    form_key: str = "",
) -> int:
    """Begin a thread; returns its id. Raises Invalid with every field that cannot be taken, Forbidden, Conflict."""
    if viewer.id is None or kind not in KINDS:
        raise Forbidden
    draft = Draft(kind, category_id, title, body, tuple(tags), language or viewer.language or "en", privacy)
    one_at_a_time(viewer)
    digest = digest_of("start", *astuple(draft))
    old = made_by(viewer, form_key, digest, typed={"title": title, "body": body})
    if old is not None:
        return db.session.scalars(select(Post.thread_id).where(Post.id == old)).one()
    _check_may_start(viewer, kind)
    names = _check_fields(viewer, draft)
    thread = _new_thread(viewer, draft)
    put_tags(thread, names)
    text = read_body(viewer, body, post_key=post_key(thread.id, 1))
    post = add_post(viewer, thread, text, thread.created_at, number=1)
    watch_because(viewer.id, thread, "started")
    for hook in hooks.thread_started:
        hook(viewer, thread)
    remember(viewer, form_key, digest, post.id)
    discard_draft(viewer, FormPlace(kind))
    return thread.id


def check_title(typed: str) -> str:
    """The title as it is stored. Raises Invalid."""
    title = one_line(typed)
    if not any(char.isalnum() for char in title):
        raise Invalid(fields={"title": _("Give it a title.")})
    if len(title) > LONGEST_TITLE:
        raise Invalid(fields={"title": _("A title has at most %(count)s characters.", count=LONGEST_TITLE)})
    return title


def _check_may_start(viewer: Viewer, kind: str) -> None:
    said = _(
        "Confirm your address first: until then you can ask one question. Settings, Address sends the letter again."
    )
    if not can_start(viewer, kind):
        raise Forbidden(said)
    if not (viewer.is_confirmed or viewer.is_staff):
        began = exists().where(Thread.author_id == viewer.id)
        if db.session.scalar(select(began)):
            raise Forbidden(said)


def _check_fields(viewer: Viewer, draft: Draft) -> tuple[str, ...]:
    """The tags. Every field is looked at, so that a form shows all that is wrong with it at once."""
    names: tuple[str, ...] = ()
    fields: dict[str, object] = {}
    try:
        check_title(draft.title)
    except Invalid as error:
        fields |= error.fields
    try:
        names = read_tags(viewer, draft.tags)
    except Invalid as error:
        fields |= error.fields
    category = db.session.scalar(select(Category).where(Category.id == draft.category_id, categories(viewer)))
    if category is None or draft.kind not in category.kinds:
        fields["category"] = _("Choose a category.")
    # What is asked for privately is a question: an idea is there to be voted for.
    allowed = ("none",) if draft.kind == "idea" else ASKED_PRIVACIES
    if draft.privacy not in allowed or (draft.privacy == "organisation" and viewer.organisation_id is None):
        fields["privacy"] = _("Choose who may read it.")
    if not LANGUAGE_CODE.fullmatch(draft.language):
        fields["language"] = _("Choose a language.")
    if fields:
        try:
            read_body(viewer, draft.body, post_key="p")
        except Invalid as error:
            fields |= error.fields
        raise Invalid(fields=fields)
    return names


def _new_thread(viewer: Viewer, draft: Draft) -> Thread:
    at, title = clock.now(), one_line(draft.title)
    thread = Thread(
        kind=draft.kind,
        category_id=draft.category_id,
        author_id=viewer.id,
        title=title,
        slug=slug_of(title, otherwise=draft.kind),
        language=draft.language,
        privacy=draft.privacy,
        organisation_id=viewer.organisation_id if draft.privacy == "organisation" else None,
        created_at=at,
        last_activity_at=at,
        last_poster_id=viewer.id,
    )
    db.session.add(thread)
    db.session.flush()
    return get_visible(viewer, thread.id)
