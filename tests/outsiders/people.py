"""The people of the community: who they are, where they belong or did belong, and what they were told."""

from datetime import timedelta
from typing import Any

from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.models import Delivery
from portal.events.actions import record
from portal.notices.actions import make_feed
from portal.notices.models import FeedKey, Notice
from portal.people.models import Group, LoginSession, Membership, Organisation, Person, Suspension
from portal.threads.models import Post
from tests.factories import make_person
from tests.outsiders.planted import WORTH, Planted, saved, secret


def people(planted: Planted) -> None:
    """Staff and members; nobody belongs to anything yet."""
    for name, role in (("boss", "admin"), ("moss", "moderator"), ("aggie", "agent")):
        planted.ids[name] = make_person(name, role=role, email=f"{secret('staffmail')}{name}@example.com").id
    long_ago = now() - timedelta(days=400)
    for name in ("asker", "insider", "exmember", "suspended", "member", "writer"):
        address = f"{secret('mail')}{name}@example.com"
        given: dict[str, Any] = {"email": address, "email_key": address, "created_at": long_ago}
        planted.ids[name] = make_person(name, rows_per_list=10, **given).id


def belonging(planted: Planted) -> None:
    """Some work for the same customer, and some are in the same group."""
    facts = {"plan": secret("plan"), "segment": secret("segment"), "note": secret("note")}
    acme = Organisation(name=secret("organisation"), yearly_value=WORTH, **facts)
    group = Group(name=secret("group"), description=secret("groupabout"))
    saved(acme, group)
    planted.organisation_id, planted.group_id = acme.id, group.id
    for name in ("asker", "insider"):
        db.session.get_one(Person, planted.ids[name]).organisation_id = acme.id
    inside = ("insider", "exmember", "suspended")
    saved(*[Membership(group_id=group.id, person_id=planted.ids[name], since=now()) for name in inside])


def shut_out(planted: Planted) -> None:
    """The ex-member leaves the group, the suspended one is suspended, and letters lie about."""
    out = planted.ids["exmember"]
    db.session.execute(db.delete(Membership).filter_by(group_id=planted.group_id, person_id=out))
    suspended, boss = planted.ids["suspended"], planted.ids["boss"]
    given: dict[str, Any] = {"kind": "confirm", "created_at": now(), "due_at": now()}
    saved(
        Suspension(person_id=suspended, by_id=boss, reason=secret("suspendedreason"), since=now()),
        Delivery(address=f"{secret('letter')}@example.com", message_id=secret("messageid"), **given),
        LoginSession(
            id=secret("session"), person_id=boss, created_at=now(), seen_at=now(), user_agent=secret("browser")
        ),
    )


def told(planted: Planted) -> None:
    """Everyone was once told of every private thing, when they could still see it, and had a feed of their inbox."""
    for name in ("exmember", "suspended"):
        write(make_feed, planted.viewer(name))
        planted.feed_keys[name] = db.session.get_one(FeedKey, planted.ids[name]).key
    people = [id_ for name, id_ in planted.ids.items() if name in ("member", "exmember", "suspended")]
    posts = db.session.execute(db.select(Post.id, Post.thread_id).where(Post.id.in_(planted.private_posts[:12])))
    for post in posts.all():
        for person_id in people:
            event = record("post.written", actor_id=planted.ids["boss"], thread_id=post.thread_id)
            notice = Notice(
                event_id=event.id, person_id=person_id, kind="corrected", reason="watcher", thread_id=post.thread_id
            )
            notice.post_id, notice.at, notice.data = post.id, now(), {"said": secret("noticedata")}
            db.session.add(notice)
            db.session.flush()
            planted.private_notices.append(notice.id)
    db.session.commit()
