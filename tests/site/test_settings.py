"""What an admin changes while the portal runs."""

import pytest
from flask import Flask

from portal.core.db import db, write
from portal.core.errors import Invalid, NotFound
from portal.events.models import Event
from portal.people.viewer import VISITOR
from portal.site.actions import change_site
from portal.site.queries import Site, site
from tests.factories import make_person, viewer_of


@pytest.fixture
def admin(app: Flask):
    return viewer_of(make_person("ada", role="admin"))


def test_a_new_portal_has_defaults(app: Flask):
    assert site() == Site()
    assert site().lets_sign_up("anyone@example.com")


def test_asking_costs_one_statement(admin, statements):
    write(change_site, admin, name="Hagen Community", accent="violet")
    statements.clear()
    site()
    assert len(statements) == 1


def test_what_is_given_changes_and_the_rest_stays(admin):
    write(change_site, admin, name="  Hagen \n Community ", accent="violet")
    after = write(change_site, admin, language="sv", time_zone="Europe/Stockholm")
    assert after == site()
    assert (after.name, after.accent, after.language, after.time_zone) == (
        "Hagen Community",
        "violet",
        "sv",
        "Europe/Stockholm",
    )


def test_a_change_is_in_the_log_with_before_and_after(admin):
    write(change_site, admin, name="Hagen", welcome="Hello *you*")
    write(change_site, admin, name="Hagen")
    events = db.session.scalars(db.select(Event).filter_by(kind="site.changed")).all()
    assert [(e.actor_id, e.logged, e.data["values"]) for e in events] == [
        (admin.id, True, {"name": ["Rondo", "Hagen"]})
    ]
    assert events[0].data["changed"] == ["name", "welcome", "welcome_html"]


@pytest.mark.parametrize("role", ["member", "agent", "manager", "moderator"])
def test_only_admins(app: Flask, role: str):
    with pytest.raises(NotFound):
        write(change_site, viewer_of(make_person(role=role)), name="Mine")
    with pytest.raises(NotFound):
        write(change_site, VISITOR, name="Mine")
    assert site().name == "Rondo"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "Ron\u202edo"}, "name"),
        ({"accent": "#ff0000"}, "accent"),
        ({"accent": "red; background: url(x)"}, "accent"),
        ({"language": "xx"}, "language"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"sign_up": "some"}, "sign_up"),
        ({"sign_up": "domains"}, "sign_up_domains"),
        ({"sign_up": "domains", "sign_up_domains": ["not a domain"]}, "sign_up_domains"),
        ({"sign_up": "domains", "sign_up_domains": ["example"]}, "sign_up_domains"),
        ({"welcome": "x" * 33_000}, "welcome"),
    ],
)
def test_what_cannot_be_taken_says_which_field_and_changes_nothing(admin, given, field):
    with pytest.raises(Invalid) as refused:
        write(change_site, admin, **({"language": "de"} | given))
    assert list(refused.value.fields) == [field]
    assert refused.value.fields[field]
    assert site() == Site()


def test_the_welcome_is_markdown_made_safe(admin):
    html = write(change_site, admin, welcome="Hello **you** <script>alert(1)</script>").welcome_html
    assert "<strong>you</strong>" in html
    assert "<script" not in html
    assert write(change_site, admin, welcome="").welcome_html == ""


def test_sign_up_can_be_kept_to_some_domains(admin):
    after = write(change_site, admin, sign_up="domains", sign_up_domains=["@Example.com", "bücher.de", "example.com"])
    assert after.sign_up_domains == ("example.com", "xn--bcher-kva.de")
    assert after.open_to_sign_up
    assert after.lets_sign_up("Kim@EXAMPLE.com")
    assert not after.lets_sign_up("kim@sub.example.com")
    assert not after.lets_sign_up("kim@evilexample.com")
    assert after.lets_sign_up("kim@Bücher.de")


def test_nobody_may_sign_up(admin):
    after = write(change_site, admin, sign_up="nobody")
    assert not after.open_to_sign_up
    assert not after.lets_sign_up("kim@example.com")


def test_a_setting_that_is_no_longer_known_is_passed_over(app: Flask):
    from portal.site.models import SiteSetting

    db.session.add(SiteSetting(name="gone", value=1))
    db.session.commit()
    assert site() == Site()
