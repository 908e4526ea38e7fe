"""What a letter may say is asked when it is written: what was hidden, left or taken back since is not in it."""

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.letters import NotAnyMore
from portal.ideas.models import IdeaSilence
from portal.threads.actions import edit_post, hide_post
from tests.delivery.letters.scene import notices, written
from tests.factories import make_category, make_idea, make_outcome, make_person, make_reply, make_thread, viewer_of
from tests.letters import text
from tests.loop.told import announce, choose, decide, follow


class TestWhatMayBeSaid:
    """Asked when the letter is written, whatever was so when its notice was."""

    def test_an_edited_reply_is_quoted_as_it_reads_now(self, app: Flask) -> None:
        reader, writer = make_person(), make_person()
        post = make_reply(make_thread(reader), writer, body="My password is hunter2.")
        [notice] = notices(reader)
        write(edit_post, viewer_of(writer), post.id, body="Never mind.", revision=post.revision)
        letter = written(reader, notice)
        assert "Never mind." in text(letter)
        assert "hunter2" not in letter.as_string()

    @pytest.mark.parametrize("role", ["member", "agent"])
    def test_a_reply_that_was_hidden_is_quoted_to_nobody(self, app: Flask, role: str) -> None:
        reader, moderator = make_person(role=role), make_person(role="moderator")
        question = make_thread(reader)
        hidden, stands = make_reply(question, body="A secret."), make_reply(question, body="An answer.")
        one, two = notices(reader)
        write(hide_post, viewer_of(moderator), hidden.id, on=True, reason="Private.")
        with pytest.raises(NotAnyMore):
            written(reader, one)
        letter = written(reader, one, two)
        assert "An answer." in text(letter)
        assert "A secret." not in letter.as_string()
        assert stands.id

    def test_who_lost_access_gets_nothing(self, app: Flask) -> None:
        group = make_category("Beta", visibility="groups")
        reader = make_person(role="agent")
        question = make_thread(reader, category=group, title="Top secret")
        make_reply(question, make_person(role="agent"))
        [notice] = notices(reader)
        reader.role = "member"
        db.session.commit()
        with pytest.raises(NotAnyMore, match="no-access"):
            written(reader, notice)

    @pytest.mark.parametrize("what", ["mail", "mute", "erased"])
    def test_who_wants_no_more_gets_no_more(self, app: Flask, what: str) -> None:
        reader = make_person()
        question = make_thread(reader)
        make_reply(question)
        [notice] = notices(reader)
        if what == "mail":
            choose(reader, "replies", mail=False)
        elif what == "mute":
            follow(reader, question.id, "mute")
        else:
            reader.erased_at = now()
            db.session.commit()
        with pytest.raises(NotAnyMore):
            written(reader, notice)

    def test_an_announcement_names_no_idea_that_its_reader_may_not_see(self, app: Flask) -> None:
        reader, staff = make_person(), make_category("Staff", visibility="staff")
        mine, theirs = make_idea(reader), make_idea(make_person(role="agent"), category=staff, title="Top secret")
        announce(*(make_outcome(each, "shipped", tell="with-announcement") for each in (mine, theirs)))
        [notice] = notices(reader)
        letter = written(reader, notice)
        assert letter["Subject"] == "You asked for “Print labels in colour”: Shipped"
        assert "You suggested “Print labels in colour”" in text(letter)
        assert "secret" not in letter.as_string()

    @pytest.mark.parametrize("what", ["silent", "mute", "ended"])
    def test_of_my_ideas_the_one_that_is_not_to_be_told_any_more_is_not_named(self, app: Flask, what: str) -> None:
        reader = make_person()
        one, two = make_idea(reader, title="The one"), make_idea(reader, title="The other")
        outcomes = [make_outcome(each, "shipped", tell="with-announcement") for each in (one, two)]
        announce(*outcomes)
        [notice] = notices(reader)
        if what == "silent":
            db.session.add(IdeaSilence(idea_id=one.thread_id, person_id=reader.id, at=now()))
        elif what == "mute":
            follow(reader, one.thread_id, "mute")
        else:
            outcomes[0].ended_event_id = notice.event_id
        db.session.commit()
        letter = written(reader, notice)
        assert letter["Subject"] == "You asked for “The other”: Shipped"
        assert "suggested “The one”" not in text(letter)

    def test_what_was_taken_back_is_not_told(self, app: Flask) -> None:
        follower, idea = make_person(), make_idea()
        follow(follower, idea.thread_id)
        outcome = decide(idea, "planned")
        [notice] = notices(follower)
        outcome.ended_event_id = outcome.event_id
        db.session.commit()
        with pytest.raises(NotAnyMore, match="withdrawn"):
            written(follower, notice)
