"""Who wants to hear nothing, or may not: it holds for what they asked for, for what that was merged into, and for the
announcement that tells of it; before they are told, and before their letter leaves."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from portal.announcements.models import AnnouncementItem
from portal.core import clock
from portal.core.clock import now
from portal.core.db import db, write
from portal.events.models import Event
from portal.ideas.models import Idea, IdeaQuestion, IdeaSilence
from portal.loop.actions.asking import ask_some
from portal.loop.models import Debt
from portal.loop.telling.settling import mark_returned, mark_told, why_none_sent
from portal.people.models import Person, Suspension
from portal.threads.actions import set_hidden
from portal.threads.models import Thread
from tests.factories import make_category, make_debt, make_idea, make_outcome, make_person, make_thread, viewer_of
from tests.loop.told import (
    announce,
    choose,
    contact,
    debt_of,
    decide,
    follow,
    letters_to,
    merge,
    notices_of,
    said_to,
    states_of,
    vote,
    withdraw,
    work,
)


def silence(person: Person, idea: Idea) -> None:
    """They do not want to hear what becomes of it."""
    db.session.add(IdeaSilence(idea_id=idea.thread_id, person_id=person.id, at=now()))
    db.session.commit()


def hide_away(place: Idea | Thread) -> None:
    """It goes where only staff look."""
    thread_id = place.thread_id if isinstance(place, Idea) else place.id
    db.session.get_one(Thread, thread_id).category_id = make_category(visibility="staff").id
    db.session.commit()


def merged_pair(*people: Person) -> tuple[Idea, Idea]:
    """The idea that they asked for, and the one that it is merged into; they have heard of the merging."""
    mine, root = make_idea(title="Mine"), make_idea(title="Theirs")
    vote(mine, *people)
    merge(mine, root)
    work()
    return mine, root


def test_silence_about_ones_own_idea_and_about_what_it_was_merged_into(app: Flask) -> None:
    people = [make_person() for _ in range(5)]
    mine, root = merged_pair(*people)
    silence(people[0], mine)
    silence(people[1], root)
    follow(people[2], mine.thread_id, "mute")
    follow(people[3], root.thread_id, "mute")
    outcome = decide(root, "shipped")
    work()
    states = states_of(outcome)
    assert [states[each.id] for each in people] == ["opted-out", "opted-out", "muted", "muted", "told"]
    assert [len(said_to(each)) for each in people] == [1, 1, 1, 1, 2]


def test_no_letter_leaves_to_who_said_so_since(app: Flask) -> None:
    people = [contact(f"{n}@example.com") for n in range(7)]
    mine, root = merged_pair(*people)
    thread = announce(make_outcome(root, "shipped", tell="with-announcement"))
    work()
    silence(people[0], mine)
    silence(people[1], root)
    for person, muted in zip(people[2:5], (mine.thread_id, root.thread_id, thread.id), strict=True):
        follow(person, muted, "mute")
    choose(people[5], "requested", mail=False)
    notices = [notices_of(each)[-1] for each in people]
    causes = why_none_sent(notices)
    said = ["opted-out", "opted-out", "muted", "muted", "muted", "opted-out", ""]
    assert [causes.get(each.id, "") for each in notices] == said
    hide_away(root)
    assert why_none_sent(notices[-1:]) == {notices[-1].id: "no-access"}


def test_an_announcement_tells_nobody_who_muted_it_or_may_not_see_the_idea(app: Flask) -> None:
    ada, ben, away = make_person(), make_person(), make_person()
    seen, hidden = make_idea(ada), make_idea(away)
    vote(seen, ben)
    outcomes = [make_outcome(each, "shipped", tell="with-announcement") for each in (seen, hidden)]
    thread = announce(*outcomes)
    follow(ben, thread.id, "mute")
    hide_away(hidden)
    work()
    assert states_of(outcomes[0]) == {ada.id: "told", ben.id: "muted"}
    assert states_of(outcomes[1]) == {away.id: "no-access"}
    assert said_to(ben) == said_to(away) == []


def test_a_letter_with_several_ideas_leaves_for_those_that_may_be_told(app: Flask) -> None:
    person, gone = contact(), contact("gone@example.com")
    first, second = make_idea(), make_idea()
    vote(first, person, gone)
    vote(second, person)
    announce(*(make_outcome(each, "shipped", tell="with-announcement") for each in (first, second)))
    work()
    silence(person, first)
    silence(gone, first)
    assert list(why_none_sent([notices_of(person)[-1], notices_of(gone)[-1]]).values()) == ["opted-out"]
    assert len(letters_to(person)) == 1


def test_who_is_told_by_letter_is_asked_as_if_told_at_once(app: Flask) -> None:
    person, asker = contact(), make_person(email="asker@example.com", email_key="asker@example.com")
    idea, question, day = make_idea(), make_thread(asker), now().date() + timedelta(days=30)
    vote(idea, person)
    choose(asker, "requested", inbox=False)
    db.session.add(IdeaQuestion(question_id=question.id, idea_id=idea.thread_id, at=now()))
    outcome = make_outcome(idea, "shipped", tell="with-announcement")
    announce(outcome)
    db.session.execute(update(AnnouncementItem).values(available_on=day))
    db.session.commit()
    work()
    for each in (person, asker):
        debt = debt_of(outcome, each)
        assert debt is not None
        assert debt.state == "pending"
        mark_told(notices_of(each)[-1].id)
        db.session.commit()
    debt, linked = debt_of(outcome, person), debt_of(outcome, asker)
    assert debt is not None
    assert linked is not None
    assert (debt.state, linked.state) == ("told", "told")
    assert debt.ask_at is not None
    assert debt.ask_at.date() == day + timedelta(days=7), "not before they can have it"
    assert linked.ask_at is None, "who only asked a question is not asked"


def test_who_waits_for_a_letter_about_it_gets_no_second_one(app: Flask) -> None:
    person, idea = contact(), make_idea()
    vote(idea, person)
    outcome = decide(idea, "shipped")
    work()
    assert states_of(outcome)[person.id] == "pending"
    announce(outcome)
    work()
    assert len(letters_to(person)) == len(notices_of(person)) == 1


def test_a_letter_that_came_back_untells_only_whom_nothing_else_told(app: Flask) -> None:
    reader, unread, seen, asked = (
        make_person(),
        contact("a@example.com"),
        contact("b@example.com"),
        contact("c@example.com"),
    )
    idea = make_idea()
    vote(idea, reader, unread, seen, asked)
    outcome = decide(idea, "shipped")
    work()
    for person in (unread, seen, asked):
        mark_told(notices_of(person)[0].id)
    for person, column in ((seen, Debt.seen_at), (asked, Debt.asked_at)):
        theirs = Debt.person_id == person.id
        db.session.execute(update(Debt).where(theirs).values({column: now()}))
    for person in (reader, unread, seen, asked):
        mark_returned(notices_of(person)[0].id)
    db.session.commit()
    states = states_of(outcome)
    assert [states[each.id] for each in (reader, unread, seen, asked)] == ["told", "bounced", "told", "told"]


def test_what_came_back_from_an_account_does_not_keep_news_out_of_its_inbox(app: Flask) -> None:
    ada = make_person()
    back, idea = make_debt(make_outcome(make_idea()), ada, state="undeliverable", cause="bounced"), make_idea(ada)
    outcome = decide(idea, "shipped")
    work()
    assert states_of(outcome)[ada.id] == "told"
    assert back.cause == "bounced"


def test_a_correction_reaches_who_switched_it_off_since_and_not_who_may_not_read_it(app: Flask) -> None:
    quiet, muted, out, away = (make_person() for _ in range(4))
    idea, category = make_idea(), make_category()
    vote(idea, quiet, muted, out, away)
    thread = announce(make_outcome(idea, "shipped", tell="with-announcement"), category=category)
    work()
    choose(quiet, "requested", inbox=False, mail=False)
    follow(muted, thread.id, "mute")
    db.session.add(Suspension(person_id=out.id, reason="Spam", since=now()))
    away.erased_at = now()
    db.session.commit()
    withdraw(thread, "announcement.corrected")
    work()
    assert [len(said_to(each)) for each in (quiet, muted, out, away)] == [2, 2, 1, 1]
    hide_away(thread)
    withdraw(thread)
    work()
    assert [len(said_to(each)) for each in (quiet, muted)] == [2, 2]


def test_a_merging_does_not_tell_what_an_announcement_can_still_take_back(app: Flask) -> None:
    ada = make_person()
    mine, theirs = make_idea(ada), make_idea()
    shipped = make_outcome(theirs, "shipped", tell="with-announcement")
    thread = announce(shipped)
    event = db.session.scalars(select(Event).filter_by(kind="announcement.published", thread_id=thread.id)).one()
    event.due_at = now() + timedelta(minutes=1)
    db.session.commit()
    merge(mine, theirs)
    work()
    assert [kind for kind, _ in said_to(ada)] == ["merged"]
    assert states_of(shipped) == {}


def test_nobody_is_asked_who_wants_to_hear_nothing_of_their_own_idea_any_more(app: Flask) -> None:
    ada, ben = make_person(), make_person()
    mine, root = merged_pair(ada, ben)
    outcome = decide(root, "shipped")
    work()
    silence(ada, mine)
    with clock.standing(now() + timedelta(days=8)):
        while write(ask_some):
            pass
    found = {each.id: debt_of(outcome, each) for each in (ada, ben)}
    assert {id_: debt.asked_at is not None for id_, debt in found.items() if debt} == {ada.id: False, ben.id: True}


def test_nobody_is_owed_word_of_what_is_hidden_by_what_was_merged_into_it(app: Flask) -> None:
    ada = make_person()
    _mine, root = merged_pair(ada)
    outcome = decide(root, "shipped")
    write(set_hidden, viewer_of(make_person(role="moderator")), root.thread_id, on=True, reason="Spam")
    work()
    assert states_of(outcome) == {}
