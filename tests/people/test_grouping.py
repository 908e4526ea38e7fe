"""What admins do with groups and organisations."""

import pytest

from portal.core.db import db, write
from portal.core.errors import Invalid, NotFound
from portal.people.actions import administering as acts
from portal.people.actions import groups, organisations
from portal.people.actions.organisations import Facts
from portal.people.models import Membership, Organisation, Person
from portal.people.viewer import Viewer
from tests.factories import make_person, viewer_of
from tests.people.logged import log


def test_groups_have_names_of_their_own(admin: Viewer):
    beta = write(groups.create_group, admin, name="Beta")
    for name in ("Beta", " ", "x" * 81):
        with pytest.raises(Invalid) as refused:
            write(groups.create_group, admin, name=name)
        assert "name" in refused.value.fields
    other = write(groups.create_group, admin, name="Gamma")
    with pytest.raises(Invalid):
        write(groups.change_group, admin, other, name="Beta", description="")
    write(groups.change_group, admin, beta, name="Alpha", description="d")
    assert [event.data["name"] for event in log("group.changed")] == ["Alpha"]


def test_members_come_and_go(admin: Viewer, member: Person):
    make_person("Nora")
    beta = write(groups.create_group, admin, name="Beta")
    assert write(groups.add_members, admin, beta, usernames=["@MIA", "nora", "mia", ""]) == 2
    assert write(groups.add_members, admin, beta, usernames=["mia"]) == 0
    with pytest.raises(Invalid) as refused:
        write(groups.add_members, admin, beta, usernames=["mia", "ghost"])
    assert "ghost" in str(refused.value.fields["usernames"])
    with pytest.raises(Invalid):
        write(groups.add_members, admin, beta, usernames=[" "])
    write(groups.remove_member, admin, beta, person_id=member.id)
    write(groups.remove_member, admin, beta, person_id=member.id)
    assert viewer_of(member).group_ids == frozenset()
    assert len(log("person.groups_changed")) == 3


def test_a_group_goes_with_its_memberships(admin: Viewer, member: Person):
    beta = write(groups.create_group, admin, name="Beta")
    write(groups.add_members, admin, beta, usernames=["mia"])
    write(groups.delete_group, admin, beta)
    assert not db.session.scalars(db.select(Membership)).all()
    assert log("group.deleted")[0].data["name"] == "Beta"
    with pytest.raises(NotFound):
        write(groups.delete_group, admin, beta)


def test_facts_of_an_organisation_are_kept_and_their_values_not_logged(admin: Viewer):
    acme = write(organisations.create_organisation, admin, Facts(name="Acme", plan="Pro", yearly_value=12_000))
    write(
        organisations.change_organisation,
        admin,
        acme,
        Facts(name="Acme", plan="Pro", yearly_value=98_765, note="Secret"),
    )
    kept = db.session.get_one(Organisation, acme)
    assert (kept.plan, kept.yearly_value, kept.note) == ("Pro", 98_765, "Secret")
    (event,) = log("organisation.changed")
    assert event.data["changed"] == ["yearly_value", "note"]
    assert "98765" not in str(event.data)
    assert "Secret" not in str(event.data)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Taken"}, "name"),
        ({"plan": "x" * 61}, "plan"),
        ({"yearly_value": -1}, "yearly_value"),
        ({"yearly_value": 10**16}, "yearly_value"),
        ({"note": "x" * 10_001}, "note"),
    ],
)
def test_facts_that_cannot_be(admin: Viewer, given: dict[str, object], field: str):
    write(organisations.create_organisation, admin, Facts(name="Taken"))
    with pytest.raises(Invalid) as refused:
        write(organisations.create_organisation, admin, Facts(**({"name": "Acme"} | given)))  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]


def test_an_organisation_goes_and_its_people_stay(admin: Viewer, member: Person):
    acme = write(organisations.create_organisation, admin, Facts(name="Acme"))
    write(acts.set_organisation, admin, member.id, organisation_id=acme)
    write(organisations.delete_organisation, admin, acme)
    assert db.session.get_one(Person, member.id).organisation_id is None
    assert db.session.get(Organisation, acme) is None
