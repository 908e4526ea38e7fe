"""Merged ideas: everyone is told in terms of what they asked for, and told again only where that was taken back."""

from flask import Flask

from portal.core.db import db
from tests.factories import make_idea, make_outcome, make_person
from tests.loop.told import contact, debt_of, decide, follow, merge, notices_of, said_to, states_of, unmerge, vote, work


def test_those_of_a_duplicate_are_told_where_it_went_and_what_became_of_that(app: Flask) -> None:
    ada, ben, both = make_person(), make_person(), make_person()
    mine, theirs = make_idea(ada, title="Print in blue"), make_idea(title="Print in colour")
    vote(mine, both)
    vote(theirs, ben, both)
    shipped = decide(theirs, "shipped")
    work()
    duplicate = merge(mine, theirs)
    work()
    assert said_to(ada) == [("merged", "author")]
    notice = notices_of(ada)[0]
    assert notice.thread_id == theirs.thread_id
    first, second = debt_of(duplicate, ada), debt_of(shipped, ada)
    assert first is not None
    assert second is not None
    assert first.notice_id == second.notice_id == notice.id, "one notice pays both"
    assert (second.reason, second.asked_idea_id, second.idea_id) == ("merged", mine.thread_id, theirs.thread_id)
    assert [kind for kind, _reason in said_to(both)] == ["outcome", "merged"], "of the outcome they had been told"
    assert [kind for kind, _reason in said_to(ben)] == ["outcome"], "what they asked for has not changed"


def test_later_outcomes_reach_those_of_all_that_was_merged_and_their_followers(app: Flask) -> None:
    ada, fan = make_person(), make_person()
    a, b, c = make_idea(ada), make_idea(), make_idea()
    follow(fan, a.thread_id)
    merge(a, b)
    merge(b, c)
    a.root_id = c.thread_id
    db.session.commit()
    work()
    outcome = decide(c, "shipped")
    work()
    assert said_to(ada)[-1] == ("outcome", "merged")
    assert said_to(fan)[-1] == ("outcome", "follower"), "merging does not lose who follows"
    debt = debt_of(outcome, ada)
    assert debt is not None
    assert debt.asked_idea_id == a.thread_id


def test_what_can_still_be_undone_is_not_told_by_a_merging(app: Flask) -> None:
    ada = make_person()
    mine, theirs = make_idea(ada), make_idea()
    planned = make_outcome(theirs, "planned")
    duplicate = merge(mine, theirs)
    work()
    assert states_of(planned) == {}
    assert states_of(duplicate)[ada.id] == "told"
    assert said_to(ada) == [("merged", "author")]


def test_taking_a_merging_back_corrects_exactly_those_who_had_been_told(app: Flask) -> None:
    ada, entered = make_person(), contact()
    mine, theirs = make_idea(ada), make_idea()
    vote(mine, entered)
    duplicate = merge(mine, theirs)
    work()
    assert states_of(duplicate)[entered.id] == "pending"
    unmerge(mine, duplicate)
    work()
    assert said_to(ada) == [("merged", "author"), ("unmerged", "author")]
    assert said_to(entered) == [("merged", "voter")], "whose letter had not left yet is not corrected"
    assert states_of(duplicate)[entered.id] == "withdrawn"


def test_merged_and_taken_back_at_once_tells_nobody(app: Flask) -> None:
    ada = make_person()
    mine, theirs = make_idea(ada), make_idea()
    unmerge(mine, merge(mine, theirs))
    work()
    assert said_to(ada) == []
