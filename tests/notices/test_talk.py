"""Who hears of what is said in threads."""

import pytest
from flask import Flask

from portal.announcements.actions import Written, correct, draft, publish
from portal.core.clock import now
from portal.core.db import db, write
from portal.events.actions import record
from portal.events.models import Event
from portal.ideas.models import IdeaQuestion
from portal.notices.models import PersonMute
from portal.people.actions.erasing import anonymise
from portal.questions.actions import set_accepted, set_same, set_verified
from portal.threads.actions import delete_post, edit_post, hide_post, set_hidden, watch_category
from portal.threads.models import Post, Thread
from tests.factories import make_category, make_comment, make_idea, make_person, make_reply, make_thread, viewer_of
from tests.loop.told import choose, follow, letters_to, notices_of, said_to, vote, work


def test_a_reply_reaches_who_watches_and_not_its_writer(app: Flask) -> None:
    asker, helper, follower = make_person(), make_person(), make_person()
    thread = make_thread(asker)
    follow(follower, thread.id)
    post = make_reply(thread, helper)
    work()
    assert said_to(asker) == [("reply", "watcher")]
    assert notices_of(asker)[0].post_id == post.id
    assert len(letters_to(asker)) == 1
    assert said_to(helper) == said_to(follower) == [], "who follows hears of what is decided, not of every reply"


def test_a_mention_counts_for_more_than_watching_and_a_comment_reaches_whose_post_it_is_under(app: Flask) -> None:
    asker, helper = make_person("asker"), make_person()
    thread = make_thread(asker)
    post = make_reply(thread, helper, body="As @asker says")
    make_comment(post, asker)
    work()
    assert said_to(asker) == [("mention", "mentioned")]
    assert said_to(helper) == [("reply", "wrote")]


def test_what_is_said_under_an_announcement_reaches_who_made_it_and_whom_it_mentions(app: Flask) -> None:
    manager, reader, called = make_person(role="manager"), make_person(), make_person("called")
    news = write(draft, viewer_of(manager), Written(title="Exports are here", body="Export *everything*."))
    write(publish, viewer_of(manager), news)
    post = make_reply(db.session.get_one(Thread, news), reader, body="Thank you! @called look")
    make_comment(post, manager, body="You are welcome")
    work()
    assert said_to(manager) == [("reply", "watcher")]
    assert said_to(called) == [("mention", "mentioned")]
    assert said_to(reader) == [("reply", "wrote")]


def test_whom_an_announcement_mentioned_is_not_told_again_when_its_text_is_edited(app: Flask) -> None:
    manager, called, later = make_person(role="manager"), make_person("called"), make_person("later")
    news = write(draft, viewer_of(manager), Written(title="Exports are here", body="Thanks, @called."))
    write(publish, viewer_of(manager), news)
    post = db.session.scalars(db.select(Post).filter_by(thread_id=news, number=1)).one()
    again = {"title": "Exports are here", "tags": (), "revision": post.revision}
    write(edit_post, viewer_of(manager), post.id, body="Thank you, @called.", **again)
    work()
    assert said_to(called) == [], "it can still be undone"
    undo_is_over(news)
    work()
    assert said_to(called) == [("announcement", "mentioned")]
    post = db.session.scalars(db.select(Post).filter_by(thread_id=news, number=1)).one()
    text = "Many thanks, @called and @later."
    write(edit_post, viewer_of(manager), post.id, title="Exports are here", body=text, tags=(), revision=post.revision)
    work()
    assert said_to(called) == [("announcement", "mentioned")]
    assert said_to(later) == [("mention", "mentioned")]
    forgotten, now_said = make_person("forgotten"), {"title": "Exports are here", "revision": post.revision}
    write(correct, viewer_of(manager), news, said="One was missing.", body=f"{text} And @forgotten.", **now_said)
    work()
    assert said_to(called) == [("announcement", "mentioned"), ("corrected", "mentioned")]
    assert said_to(forgotten) == [("mention", "mentioned")]


def undo_is_over(announcement_id: int) -> None:
    """Its event is due."""
    kind = {"kind": "announcement.published", "thread_id": announcement_id}
    db.session.scalars(db.select(Event).filter_by(**kind)).one().due_at = now()
    db.session.commit()


def test_muting_a_thread_or_a_person_stops_it(app: Flask) -> None:
    asker, other, helper = make_person("asker"), make_person("other"), make_person()
    thread = make_thread(asker)
    follow(other, thread.id, "mute")
    db.session.add(PersonMute(person_id=asker.id, muted_id=helper.id, at=now()))
    db.session.commit()
    make_reply(thread, helper, body="@asker @other look")
    work()
    assert said_to(asker) == said_to(other) == []
    make_reply(thread, make_person())
    work()
    assert said_to(asker) == [("reply", "watcher")]


def test_each_sort_can_be_switched_off_by_itself(app: Flask) -> None:
    asker = make_person("asker")
    choose(asker, "replies", inbox=False, mail=False)
    thread = make_thread(asker)
    make_reply(thread, body="No name")
    work()
    assert said_to(asker) == []
    make_reply(thread, body="@asker look")
    work()
    assert said_to(asker) == [("mention", "mentioned")]


@pytest.mark.parametrize("what", ["private", "gone", "left"])
def test_what_may_not_be_seen_any_more_tells_nobody(app: Flask, what: str) -> None:
    asker, watcher = make_person(), make_person()
    thread = make_thread(asker)
    follow(watcher, thread.id, "watch")
    post = make_reply(thread)
    if what == "private":
        db.session.get_one(Thread, thread.id).category_id = make_category(visibility="staff").id
        db.session.commit()
    elif what == "gone":
        write(delete_post, viewer_of(make_person(role="moderator")), post.id, reason="Spam")
    else:
        anonymise(watcher)
        db.session.commit()
    work()
    assert said_to(watcher) == []


@pytest.mark.parametrize("what", ["thread", "parent"])
def test_what_fell_before_it_was_told_tells_nobody_not_even_staff(app: Flask, what: str) -> None:
    moderator, agent, writer = viewer_of(make_person(role="moderator")), make_person(role="agent"), make_person()
    thread = make_thread()
    post = make_reply(thread, writer)
    work()
    follow(agent, thread.id, "watch")
    make_comment(post)
    if what == "thread":
        write(set_hidden, moderator, thread.id, on=True, reason="Spam")
    else:
        write(hide_post, moderator, post.id, on=True, reason="Spam")
    work()
    assert said_to(agent) == said_to(writer) == []


def test_who_follows_a_category_hears_what_is_begun_in_it(app: Flask) -> None:
    reader, category = make_person(), make_category()
    write(watch_category, viewer_of(reader), category.id, level="follow")
    thread = make_thread(category=category)
    make_reply(thread)
    work()
    assert [(each.kind, each.post_id) for each in notices_of(reader)] == [("reply", first_post(thread).id)]


def first_post(thread: Thread) -> Post:
    return db.session.scalars(db.select(Post).filter_by(thread_id=thread.id, number=1)).one()


def test_an_accepted_answer_reaches_its_author_and_who_has_the_question_too(app: Flask) -> None:
    asker, helper, same, agent = make_person(), make_person(), make_person(), make_person(role="agent")
    thread = make_thread(asker)
    write(set_same, viewer_of(same), thread.id, on=True)
    post = make_reply(thread, helper)
    work()
    write(set_accepted, viewer_of(asker), post.id, on=True)
    write(set_verified, viewer_of(agent), post.id, on=True)
    work()
    assert said_to(helper) == [("accepted", "wrote"), ("verified", "wrote")]
    assert said_to(same) == [("accepted", "watcher"), ("verified", "watcher")]
    assert said_to(asker) == [("reply", "watcher"), ("verified", "watcher")]


def test_taken_back_before_it_was_told_it_is_not(app: Flask) -> None:
    asker, helper = make_person(), make_person()
    post = make_reply(make_thread(asker), helper)
    work()
    write(set_accepted, viewer_of(asker), post.id, on=True)
    write(set_accepted, viewer_of(asker), post.id, on=False)
    work()
    assert said_to(helper) == []


def test_an_answer_that_is_accepted_again_is_told_of_once(app: Flask) -> None:
    asker, helper, other, same = make_person(), make_person(), make_person(), make_person()
    thread = make_thread(asker)
    one, two = make_reply(thread, helper), make_reply(thread, other)
    write(set_same, viewer_of(same), thread.id, on=True)
    for post in (one, two, one, two):
        write(set_accepted, viewer_of(asker), post.id, on=True)
        work()
    accepted = [[notice.post_id for notice in notices_of(who) if notice.kind == "accepted"] for who in (helper, same)]
    assert [sorted(filter(None, each)) for each in accepted] == [[one.id, two.id], [one.id, two.id]]


def test_an_edit_tells_only_whom_it_mentions_anew(app: Flask) -> None:
    first, second, writer = make_person("first"), make_person("second"), make_person()
    post = make_reply(make_thread(), writer, body="@first look")
    work()
    write(edit_post, viewer_of(writer), post.id, body="@first and @second look", revision=1)
    work()
    assert said_to(first) == [("mention", "mentioned")]
    assert said_to(second) == [("mention", "mentioned")]


def test_an_idea_given_to_an_owner_and_a_question_linked(app: Flask) -> None:
    manager, owner, asker, same = make_person(), make_person(role="manager"), make_person(), make_person()
    idea, question = make_idea(), make_thread(asker)
    write(set_same, viewer_of(same), question.id, on=True)
    work()
    db.session.add(IdeaQuestion(question_id=question.id, idea_id=idea.thread_id, at=now()))
    record("idea.owned", actor_id=manager.id, thread_id=idea.thread_id, person_id=owner.id, due_at=now())
    record("question.linked", actor_id=manager.id, thread_id=question.id, idea_id=idea.thread_id, due_at=now())
    db.session.commit()
    work()
    assert said_to(owner) == [("owned", "owner")]
    assert said_to(asker) == [("offered", "asked")]
    assert said_to(same) == [("offered", "same")]
    assert notices_of(same)[0].thread_id == idea.thread_id


def test_who_voted_already_is_offered_no_vote_and_who_may_not_see_the_idea_is_told_of_no_link(app: Flask) -> None:
    asker, voted, muted, deaf, other = (make_person() for _ in range(5))
    idea, question, hidden, second = make_idea(), make_thread(asker), make_idea(), make_thread(other)
    vote(idea, voted)
    for person in (voted, muted, deaf):
        write(set_same, viewer_of(person), question.id, on=True)
    follow(muted, idea.thread_id, "mute")
    follow(deaf, question.id, "mute")
    db.session.get_one(Thread, hidden.thread_id).category_id = make_category(visibility="staff").id
    for one, of in ((question, idea), (second, hidden)):
        db.session.add(IdeaQuestion(question_id=one.id, idea_id=of.thread_id, at=now()))
        record("question.linked", actor_id=None, thread_id=one.id, idea_id=of.thread_id, due_at=now())
    db.session.commit()
    work()
    assert said_to(asker) == [("offered", "asked")]
    assert said_to(voted) == said_to(muted) == said_to(deaf) == said_to(other) == []
