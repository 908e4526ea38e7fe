"""The faces for browsers: each only translates between HTTP and the rooms."""

from collections.abc import Callable
from functools import cache

from flask import Blueprint, Flask
from werkzeug.routing import IntegerConverter, Rule

from portal.config import Settings
from portal.core.assets import Assets
from portal.web import (
    accounts,
    admin,
    announcements,
    announcing,
    answers,
    attaching,
    caching,
    caring,
    clocks,
    counting,
    deciding,
    deliveries,
    drafts,
    drawing,
    editing,
    errors,
    faces,
    feeds,
    following,
    formats,
    health,
    htmx,
    idea_acts,
    idea_desk,
    idea_links,
    ideas,
    imported,
    inbox,
    joining,
    keeping,
    language,
    lists,
    locale,
    logged,
    loop_acts,
    loop_figures,
    loop_words,
    loops,
    notices,
    own_feed,
    pages,
    people,
    posts,
    previewing,
    publishing,
    reading,
    recovering,
    search,
    search_engines,
    searches,
    security,
    settings,
    setup,
    staff,
    statuses,
    suggesting,
    tending,
    texts,
    threads,
    unsubscribing,
    uploads,
    viewing,
    watching,
    wishes,
    writing,
)

__all__ = ["locale", "mount"]

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts.bp,
    admin.bp,
    announcements.bp,
    announcing.bp,
    answers.bp,
    caring.bp,
    deciding.bp,
    drafts.bp,
    editing.bp,
    following.bp,
    faces.bp,
    feeds.bp,
    health.bp,
    idea_acts.bp,
    idea_desk.bp,
    idea_links.bp,
    ideas.bp,
    imported.bp,
    inbox.bp,
    joining.bp,
    language.bp,
    lists.bp,
    loop_acts.bp,
    loop_figures.bp,
    notices.bp,
    loops.bp,
    own_feed.bp,
    pages.bp,
    people.bp,
    posts.bp,
    previewing.bp,
    publishing.bp,
    reading.bp,
    recovering.bp,
    search.bp,
    search_engines.bp,
    searches.bp,
    deliveries.bp,
    settings.bp,
    setup.bp,
    staff.bp,
    suggesting.bp,
    tending.bp,
    threads.bp,
    unsubscribing.bp,
    uploads.bp,
    wishes.bp,
    writing.bp,
)


class Number(IntegerConverter):
    """The ids that a database can hold; a longer number leads nowhere."""

    regex = r"[0-9]{1,18}"


class Route(Rule):
    """A rule whose way to make addresses is compiled when the first is made. There are hundreds of rules with two ways
    each, most of which a process never takes; compiling them all was a tenth of the time to start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(super()._compile_builder)

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            return compiled(append_unknown)(rule, **values)

        return build


def mount(app: Flask, in_force: Settings, built: Assets) -> None:
    """Add every page to the application."""
    app.url_rule_class = Route
    app.url_map.converters["int"] = Number
    app.url_map.strict_slashes = False  # people type one at the end; each page says which address is its own
    htmx.mount(app)
    viewing.mount(app, in_force)
    reading.mount(app)
    notices.mount(app)
    counting.mount(app, in_force)
    formats.mount(app)
    clocks.mount(app)
    loop_words.mount(app)
    texts.mount(app)
    statuses.mount(app)
    drawing.mount(app, built)
    keeping.mount(app)
    logged.mount(app)
    attaching.mount(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    errors.mount(app)
    caching.mount(app, in_force)
    watching.mount(app, in_force)
    security.mount(app, in_force)
