"""The community. Every private text has MARK in it, with the name of its place behind it."""

from datetime import timedelta
from typing import Any

from portal.core.clock import now
from portal.core.db import db, write
from portal.importing.models import ExternalId
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.questions import actions as questions
from portal.questions.actions.caring import assign, snooze
from portal.questions.actions.targets import set_targets
from portal.questions.actions.views import save_view
from portal.site.models import SitePage
from portal.threads import actions
from portal.threads.models import CategoryGroup, Draft, Post, PostRevision, Tag, Thread, ThreadLink
from portal.uploads import contents
from tests.factories import make_category, viewer_of
from tests.outsiders.people import belonging, people, shut_out, told
from tests.outsiders.planted import MARK, MEMBERS, Planted, saved, secret
from tests.uploads import making


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


def came_in(planted: Planted) -> None:
    """Every post can be found by the id that it would have had elsewhere, which here is its own."""
    posts = (*planted.public_posts, *planted.private_posts)
    saved(*[ExternalId(source="elsewhere", kind="post", external=str(id_), local_id=id_) for id_ in posts])
    tags = {tag.name: tag.id for tag in db.session.scalars(db.select(Tag))}
    planted.public_tag_ids = (tags["common"],)
    planted.private_tag_ids = tuple(id_ for name, id_ in tags.items() if name.startswith(MARK))[:2]
