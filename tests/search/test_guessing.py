"""Words typed wrong or in part, titles while one types, names, and threads that are alike."""

from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.people.viewer import VISITOR
from portal.questions.actions import set_accepted
from portal.search.queries.names import people, tags
from portal.search.queries.similar import similar, similar_to
from portal.search.queries.titles import titles as typed_titles
from portal.threads import actions
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of
from tests.search.looking import counted, found, titles


def test_a_typing_error_finds_what_was_meant_and_says_so(app: Flask) -> None:
    make_thread(title="Receiving invoices", body="The postgresql backup is installed.")
    counted()
    for wrong, right in (("postgersql", "postgresql"), ("bakup", "backup"), ("recieving", "receiving")):
        seen = found(f"{wrong}")
        assert [hit.title for hit in seen.hits] == ["Receiving invoices"], wrong
        assert (seen.corrected, seen.by) == (right, "trigrams")
    assert found("postgersql invoices").corrected == "postgresql invoices"
    assert found("submarine").hits == ()
    assert found("invoices").corrected == ""


def test_a_part_of_a_word_finds_it_where_little_else_is_found(app: Flask) -> None:
    make_thread(title="One", body="Our webhooks stopped.")
    counted()
    seen = found("hooks")
    assert ([hit.title for hit in seen.hits], seen.by, seen.corrected) == (["One"], "trigrams", "")


def test_words_of_what_is_private_are_never_guessed(app: Flask) -> None:
    make_thread(title="Open", body="Nothing much here")
    secret = make_thread(make_person(role="agent"), title="Quarrel", category=make_category(visibility="staff"))
    hidden = make_thread(title="Zeppelin")
    counted()
    moderator = viewer_of(make_person(role="moderator"))
    write(actions.set_hidden, moderator, hidden.id, on=True, reason="Spam")
    assert found("quarrle").corrected == found("zepelin").corrected == ""
    assert found("quarrle", moderator).hits == ()
    assert secret.id


def test_titles_while_one_types(app: Flask) -> None:
    first = make_thread(title="Exporting the ledger", body="How?")
    make_thread(title="Another thing", body="The ledger exports.")
    make_thread(make_person(role="agent"), title="Export secrets", category=make_category(visibility="staff"))
    counted()
    for typed in ("exp", "export", "exporting", "ledger exp", "Exporting the led", 'ledger"'):
        assert [hit.thread_id for hit in typed_titles(VISITOR, typed)] == [first.id], typed
    assert typed_titles(VISITOR, "export")[0].title_html == "<mark>Exporting</mark> the ledger"
    for typed in ("", " ", "zzz", "ledger zzz", "e", '"', "*", "😀", "\0", "x" * 5_000):
        assert typed_titles(VISITOR, typed) == (), typed


def test_people_and_tags_by_name(app: Flask) -> None:
    anna = make_person("anna", name="Anna Ek")
    make_person("annagone", erased_at=now())
    make_thread(anna, tags=["billing", "bills"])
    secret = make_category(visibility="staff")
    make_thread(make_person(role="agent"), tags=["bill-secret"], category=secret)
    assert [each.username for each in people(VISITOR, "ann")] == ["anna"]
    assert [each.username for each in people(VISITOR, "@ANNA")] == ["anna"]
    assert [each.username for each in people(VISITOR, "anna ek")] == ["anna"]
    assert [each.name for each in tags(VISITOR, "about bill")] == ["bills", "billing"]
    for text in ("", "a", "%", "_", "\0", "\ud800", "x" * 5_000):
        assert people(VISITOR, text) == tags(VISITOR, text) == ()


def test_similar_threads_the_solved_one_first(app: Flask) -> None:
    asker = make_person()
    words = "The label printer stops after ten pages"
    make_thread(title="My label printer stops", body=words)
    solved = make_thread(asker, title="Label printer stops", body=words)
    answer = make_reply(solved, body="Update the **driver**. Then restart it.")
    write(set_accepted, viewer_of(asker), answer.id, on=True)
    make_thread(title="Exporting the ledger", body="Where is the button?")
    less = make_thread(asker, title="What did it print before", body="It is a long story of paper, labels and stops.")
    write(set_accepted, viewer_of(asker), make_reply(less).id, on=True)
    make_thread(make_person(role="agent"), title="Label printer stops", category=make_category(visibility="staff"))
    counted()
    seen = similar(VISITOR, title="My label printer stops", body="It worked before.")
    assert [each.is_solved for each in seen] == [True, False, True], "the second is more like it, the last hardly"
    assert seen[0].outcome_sentence == "Update the driver."
    assert [each.thread_id for each in similar_to(VISITOR, solved.id)] == [seen[1].thread_id]
    assert [each.title for each in similar(VISITOR, title="exported ledgers", kinds=["question"])] != []
    assert similar(VISITOR, title="exported ledgers", kinds=["discussion"]) == ()
    for text in ("", "?", "😀", "\0", "x" * 10_000, '"', "submarines"):
        assert similar(VISITOR, title=text, body=text * 3) == ()
    db.session.rollback()
    assert titles("label printer")
