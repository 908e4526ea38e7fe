"""The community. Every private text has MARK in it, with the name of its place behind it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.models import Delivery
from portal.events.actions import record
from portal.importing.models import ExternalId
from portal.notices.actions import make_feed
from portal.notices.models import FeedKey, Notice
from portal.people.models import Group, LoginSession, Membership, Organisation, Person, Suspension
from portal.people.viewer import Viewer
from portal.questions import actions as questions
from portal.questions.actions.caring import assign, snooze
from portal.questions.actions.targets import set_targets
from portal.questions.actions.views import save_view
from portal.site.models import SitePage
from portal.threads import actions
from portal.threads.models import CategoryGroup, Draft, Post, PostRevision, Tag, Thread, ThreadLink
from portal.uploads import contents
from tests.factories import make_category, make_person, viewer_of
from tests.uploads import making

MARK = "zyxwv"
MEMBERS = "members"
"""The word behind the mark of what members may know, but visitors and suspended people not."""
WORTH = 987654321


def secret(place: str) -> str:
    """A text that nobody outside may find."""
    return f"{MARK}{place}"


@dataclass
class Planted:
    """What there is, by id and by name."""

    ids: dict[str, int] = field(default_factory=dict)
    public_threads: list[int] = field(default_factory=list)
    private_threads: list[int] = field(default_factory=list)
    for_members: list[int] = field(default_factory=list)
    public_posts: list[int] = field(default_factory=list)
    private_posts: list[int] = field(default_factory=list)
    gone_posts: list[int] = field(default_factory=list)
    public_categories: list[str] = field(default_factory=list)
    private_categories: list[str] = field(default_factory=list)
    category_ids: dict[str, int] = field(default_factory=dict)
    public_tag_ids: tuple[int, ...] = ()
    private_tag_ids: tuple[int, ...] = ()
    group_id: int = 0
    organisation_id: int = 0
    page_id: int = 0
    view_id: int = 0
    links: list[str] = field(default_factory=list)
    """Of letters, to act without signing in: the part behind /answer/, /unsubscribe/ and /not-me/."""
    debt_ids: tuple[int, ...] = (0,)
    announced: int = 0
    """The announcement for everyone."""
    private_notices: list[int] = field(default_factory=list)
    feed_keys: dict[str, str] = field(default_factory=dict)
    """Of the feeds of someone's inbox, by name."""
    public_keys: list[str] = field(default_factory=list)
    """Of uploads; a file that is called notes.txt holds a secret, a picture is 60 by 40."""
    private_keys: list[str] = field(default_factory=list)

    def viewer(self, name: str) -> Viewer:
        return viewer_of(db.session.get_one(Person, self.ids[name]))


def saved(*rows: Any) -> None:
    db.session.add_all(rows)
    db.session.commit()


def plant() -> Planted:
    """Make it all, by the ways in which it is made in life wherever there is one."""
    planted = Planted()
    people(planted)
    public(planted)
    belonging(planted)
    private_places(planted)
    for_members(planted)
    brought(planted)
    gone(planted)
    shut_out(planted)
    came_in(planted)
    began_to_write(planted)
    seen_to(planted)
    told(planted)
    return planted


def seen_to(planted: Planted) -> None:
    """Staff see to questions that everyone may read, with notes, a promise, and a view of their inbox."""
    boss, aggie = planted.viewer("boss"), planted.viewer("aggie")
    write(set_targets, boss, planted.category_ids["Public"], first_reply=7, waiting=7)
    for thread_id in planted.public_threads:
        if db.session.get_one(Thread, thread_id).kind == "question":
            write(assign, boss, thread_id, to=aggie.id, note=secret("assignednote"))
            write(snooze, aggie, thread_id, until=now() + timedelta(days=9), note=secret("snoozednote"))
    planted.view_id = write(save_view, boss, name=secret("view"), chosen={"who": "me"}, shared=True)


def began_to_write(planted: Planted) -> None:
    """Drafts: of staff, and of those who could see a thread when they began to answer in it."""
    for name in ("boss", "exmember", "suspended"):
        for thread_id in planted.private_threads:
            fields = {"body": secret("draft")}
            saved(Draft(person_id=planted.ids[name], place=f"reply:{thread_id}", fields=fields, at=now()))


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


def thread(planted: Planted, by: str, category: str, title: str, **given: Any) -> int:
    """Begin one, with a reply and a comment by others who may."""
    values: dict[str, Any] = {"kind": "question", "body": f"The body of {title}.", "tags": ["common"]}
    category_id = planted.category_ids[category]
    return write(actions.start_thread, planted.viewer(by), category_id=category_id, title=title, **(values | given))


def opening(thread_id: int) -> int:
    return db.session.scalars(db.select(Post.id).filter_by(thread_id=thread_id, number=1)).one()


def talk(planted: Planted, thread_id: int, words: str, *names: str) -> list[int]:
    """A reply by each, a comment under each reply, and a helpful vote on it."""
    posts = [opening(thread_id)]
    for name in names:
        reply = write(actions.reply, planted.viewer(name), thread_id, body=f"A reply by {name}: {words}.")
        other = planted.viewer("boss" if name != "boss" else "moss")
        comment = write(actions.comment, other, reply, body=f"A comment: {words}.")
        write(actions.set_helpful, other, reply, on=True)
        posts += [reply, comment]
    return posts


def public(planted: Planted) -> None:
    for name in ("Public", "Quiet"):
        category = make_category(name, description="For everyone.")
        planted.category_ids[name], planted.public_categories = category.id, [*planted.public_categories, category.slug]
    for number in range(3):
        question = thread(planted, "asker", "Public", f"Open question {number}")
        planted.public_threads.append(question)
        planted.public_posts += talk(planted, question, "plain words", "writer", "exmember", "member")
    talked = thread(planted, "writer", "Quiet", "Open discussion", kind="discussion")
    planted.public_threads.append(talked)
    planted.public_posts += talk(planted, talked, "plain words", "insider", "suspended")
    planted.public_threads.append(thread(planted, "insider", "Public", "Nobody answered this"))
    page = SitePage(slug="imprint", language="en", title="Imprint", source="Us", html="<p>Us</p>", renderer=1)
    saved(page)
    planted.page_id = page.id


def private_places(planted: Planted) -> None:
    """Categories and questions that not everyone may see, each with as much in it as a public one."""
    for place in ("staff", "groups"):
        private_category(planted, place)
    saved(CategoryGroup(category_id=planted.category_ids["groups"], group_id=planted.group_id))
    begin_private(planted, "aggie", "staff", "staff", "boss", "moss")
    begin_private(planted, "insider", "groups", "groups", "exmember", "suspended")
    begin_private(planted, "exmember", "groups", "groupsown", "insider", "suspended")
    begin_private(planted, "suspended", "groups", "groupstheirs", "insider", "exmember")
    begin_private(planted, "asker", "Public", "mestaff", "aggie", privacy="staff")
    begin_private(planted, "asker", "Public", "ours", "insider", privacy="organisation")


def for_members(planted: Planted) -> None:
    """What visitors and suspended people may not see, and everyone else may."""
    private_category(planted, MEMBERS)
    inside = thread(planted, "writer", MEMBERS, secret(f"{MEMBERS}title"), body=secret(f"{MEMBERS}body"))
    planted.for_members.append(inside)
    talk(planted, inside, secret(f"{MEMBERS}talk"), "member", "exmember")


def private_category(planted: Planted, place: str) -> None:
    category = make_category(secret(f"{place}category"), description=secret(f"{place}about"), visibility=place)
    planted.category_ids[place] = category.id
    planted.private_categories.append(category.slug)


def begin_private(planted: Planted, by: str, category: str, place: str, *others: str, privacy: str = "none") -> None:
    """A thread with a secret in its title, its text, its tag, its talk, and in how it was before an edit."""
    words = {
        "title": secret(f"{place}title"),
        "body": secret(f"{place}body"),
        "tags": [secret(f"{place}tag"), "common"],
    }
    made = thread(planted, by, category, **words, privacy=privacy)
    planted.private_threads.append(made)
    posts = talk(planted, made, secret(f"{place}talk"), *others)
    planted.private_posts += posts[:3]
    for other in others:
        write(questions.set_same, planted.viewer(other), made, on=True)
    write(questions.set_accepted, planted.viewer("boss"), posts[-2], on=True)
    keep_history(planted, opening(made), place)
    link(planted, planted.public_threads[0], made)


def keep_history(planted: Planted, post_id: int, place: str) -> None:
    was = PostRevision(
        post_id=post_id,
        revision=0,
        title=secret(f"{place}oldtitle"),
        tags=secret(f"{place}oldtag"),
        source=secret(f"{place}oldbody"),
        by_id=planted.ids["boss"],
        at=now(),
        reason=secret(f"{place}editreason"),
    )
    saved(was)


def link(planted: Planted, public_id: int, private_id: int) -> None:
    """The public one refers to the private one, and the other way round."""
    saved(
        ThreadLink(from_id=public_id, to_id=private_id, kind="linked", at=now()),
        ThreadLink(from_id=private_id, to_id=public_id, kind="duplicate", at=now()),
    )


def brought(planted: Planted) -> None:
    """A picture and a file in a public thread and in every private one; and some that nobody posted yet."""
    for thread_id, letter in zip((planted.public_threads[0], *planted.private_threads), " abcdefghijklm", strict=False):
        author = db.session.get_one(Thread, thread_id).author_id
        keys = upload(author, f"upload{letter}" if letter.strip() else "")
        (planted.private_keys if letter.strip() else planted.public_keys).extend(keys)
        words = f"![](/uploads/{keys[0]}-60x40.webp) [notes](/uploads/{keys[1]}/notes.txt)"
        write(actions.reply, viewer_of(db.session.get_one(Person, author)), thread_id, body=words)
    planted.private_keys += upload(planted.ids["writer"], "uploadunused")


def upload(person_id: int | None, place: str) -> list[str]:
    """A picture and a file of this person; returns their keys."""
    text = secret(place).encode() if place else b"For everyone."
    read = [contents.read(making.picture(), "cat.png"), contents.read(text, "notes.txt")]
    return making.kept(viewer_of(db.session.get_one(Person, person_id)), read)


def gone(planted: Planted) -> None:
    """In public threads: what staff hid, and what was deleted."""
    boss = planted.viewer("boss")
    for place, act in (("hidden", hide), ("deleted", delete)):
        words = secret(f"{place}reply")
        inside = planted.public_threads[0]
        reply = write(actions.reply, planted.viewer("writer"), inside, body=words)
        comment = write(actions.comment, planted.viewer("asker"), reply, body=secret(f"{place}under"))
        single = write(actions.comment, planted.viewer("asker"), opening(inside), body=secret(f"{place}comment"))
        keep_history(planted, reply, place)
        act(boss, reply)
        act(boss, single)
        planted.gone_posts += [reply, comment, single]
        tag = secret(f"{place}tag")
        whole = thread(planted, "writer", "Public", secret(f"{place}title"), body=secret(f"{place}body"), tags=[tag])
        planted.private_posts += talk(planted, whole, secret(f"{place}talk"), "asker")
        planted.private_threads.append(whole)
        act(boss, opening(whole))
    # What was accepted and then hidden is no answer any more, and the last to write is not who was hidden.
    thanked = write(actions.reply, planted.viewer("aggie"), planted.public_threads[1], body=secret("hiddenanswer"))
    write(questions.set_accepted, planted.viewer("asker"), thanked, on=True)
    hide(boss, thanked)
    planted.gone_posts.append(thanked)


def hide(boss: Viewer, post_id: int) -> None:
    write(actions.hide_post, boss, post_id, on=True, reason=secret("hiddenreason"))


def delete(boss: Viewer, post_id: int) -> None:
    write(actions.delete_post, boss, post_id, reason=secret("deletedreason"))


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


def came_in(planted: Planted) -> None:
    """Every post can be found by the id that it would have had elsewhere, which here is its own."""
    posts = (*planted.public_posts, *planted.private_posts)
    saved(*[ExternalId(source="elsewhere", kind="post", external=str(id_), local_id=id_) for id_ in posts])
    tags = {tag.name: tag.id for tag in db.session.scalars(db.select(Tag))}
    planted.public_tag_ids = (tags["common"],)
    planted.private_tag_ids = tuple(id_ for name, id_ in tags.items() if name.startswith(MARK))[:2]


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
