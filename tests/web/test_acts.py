"""Every act on a thread or a post: with HTMX and without, signed out, not theirs, not to be seen, not to be taken."""

from dataclasses import dataclass, field

import pytest

from portal.core.db import db
from portal.events.models import Event
from portal.people.models import KeptAct
from portal.threads.models import Thread
from tests.factories import make_category
from tests.web.reading import root, soup
from tests.web.scene import Scene


@dataclass(frozen=True)
class Act:
    """A form: where it goes, who may send it and who may not, and the element that HTMX gets back."""

    path: str
    who: str
    not_who: str
    gives: str
    fields: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.path.rsplit("/", 1)[1] + ("-post" if self.path.startswith("/posts") else "")


ON = {"on": "1"}
WHY = {"on": "1", "reason": "It has been asked before."}
ACTS = [
    Act("/posts/{reply}/vote", "asker", "helper", "post-{reply}", ON),
    Act("/posts/{comment}/vote", "asker", "other", "post-{reply}", ON),
    Act("/posts/{reply}/accept", "asker", "other", "thread-{thread}", ON),
    Act("/posts/{reply}/verify", "agent", "asker", "thread-{thread}", ON),
    Act("/posts/{reply}/hide", "moderator", "asker", "thread-{thread}", WHY),
    Act("/posts/{reply}/delete", "helper", "asker", "thread-{thread}"),
    Act("/posts/{comment}/delete", "moderator", "asker", "thread-{thread}", WHY),
    Act("/posts/{reply}/comments", "asker", "", "post-{reply}", {"body": "Which one?"}),
    Act("/posts/{reply}/edit", "helper", "asker", "thread-{thread}", {"body": "Better.", "revision": "1"}),
    Act("/threads/{thread}/replies", "other", "", "thread-{thread}", {"body": "So do I."}),
    Act("/threads/{thread}/same", "other", "asker", "thread-{thread}", ON),
    Act("/threads/{thread}/watch", "other", "", "thread-{thread}", {"level": "watch"}),
    Act("/threads/{thread}/close", "agent", "other", "thread-{thread}", WHY),
    Act("/threads/{thread}/pin", "agent", "asker", "thread-{thread}", WHY),
    Act("/threads/{thread}/lock", "moderator", "agent", "thread-{thread}", WHY),
    Act("/threads/{thread}/hide", "moderator", "agent", "thread-{thread}", WHY),
    Act("/threads/{thread}/choice-lock", "agent", "asker", "thread-{thread}", WHY),
]
REASONED = [act for act in ACTS if "reason" in act.fields]


def events() -> int:
    """How much happened so far."""
    return db.session.scalar(db.select(db.func.count()).select_from(Event)) or 0


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_without_javascript_it_answers_303_to_the_page(scene: Scene, act: Act) -> None:
    before = events()
    answer = scene.reader(act.who).post(scene.path_of(act.path), **act.fields)
    assert answer.status_code == 303, answer.text[:2000]
    assert answer.location.startswith(scene.path)
    assert events() > before or "watch" in act.path or "vote" in act.path or "same" in act.path


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_with_htmx_it_answers_the_part_that_changed(scene: Scene, act: Act) -> None:
    reader = scene.reader(act.who)
    answer = reader.post(scene.path_of(act.path), target="x", **act.fields)
    assert answer.status_code == 200, answer.text[:2000]
    fragments = [child["id"] for child in soup(answer).find_all(recursive=False)]
    assert fragments[0] == scene.path_of(act.gives)
    assert set(fragments[1:]) <= {"reply", f"facts-{scene.thread}"}


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_the_part_is_the_same_that_the_page_shows(scene: Scene, act: Act) -> None:
    """One rendering, not two: but for what is said once."""
    reader = scene.reader(act.who)
    reader.get(scene.path)
    part = soup(reader.post(scene.path_of(act.path), target="x", **act.fields)).find(recursive=False)
    page = reader.read(scene.path)
    shown = page.find(id=part["id"])
    for each in (part, *part.find_all(attrs={"data-focus": True})):
        for once in ("data-say", "data-focus", "tabindex"):
            if each.name == "article" or each.name == "li":
                each.attrs.pop(once, None)
    assert str(part) == str(shown)


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_a_visitor_is_led_to_sign_in_and_it_is_kept(scene: Scene, act: Act) -> None:
    before = events()
    answer = scene.reader().post(scene.path_of(act.path), **act.fields)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?act=")
    kept = db.session.scalars(db.select(KeptAct)).one()
    assert kept.path == scene.path_of(act.path)
    assert dict(kept.fields) == act.fields
    assert events() == before


@pytest.mark.parametrize("act", [act for act in ACTS if act.not_who], ids=str)
def test_what_is_not_theirs_is_403(scene: Scene, act: Act) -> None:
    before = events()
    for target in ("", "x"):
        answer = scene.reader(act.not_who).post(scene.path_of(act.path), target=target, **act.fields)
        assert answer.status_code == 403, answer.text[:2000]
    assert events() == before


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_what_they_may_not_see_is_404(scene: Scene, act: Act) -> None:
    db.session.get_one(Thread, scene.thread).privacy = "staff"
    db.session.commit()
    before = events()
    for target in ("", "x"):
        answer = scene.reader("other").post(scene.path_of(act.path), target=target, **act.fields)
        assert answer.status_code == 404, answer.text[:2000]
    assert events() == before


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_what_is_not_there_is_404(scene: Scene, act: Act) -> None:
    path = act.path.format(thread=999, reply=999, comment=999)
    assert scene.reader(act.who).post(path, **act.fields).status_code == 404


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_without_the_token_of_the_form_nothing_happens(scene: Scene, act: Act) -> None:
    reader, before = scene.reader(act.who), events()
    reader.token = "forged"
    assert reader.post(scene.path_of(act.path), **act.fields).status_code == 400
    assert events() == before


@pytest.mark.parametrize("act", REASONED, ids=str)
def test_without_a_reason_the_form_comes_back(scene: Scene, act: Act) -> None:
    reader, path = scene.reader(act.who), scene.path_of(act.path)
    fields = act.fields | {"reason": " "}
    answer = reader.post(path, **fields)
    assert answer.status_code == 422
    error = soup(answer).select_one(".field.invalid .error")
    assert "Say why" in error.get_text()
    answer = reader.post(path, target="x", **fields)
    assert answer.status_code == 422
    part = root(answer)
    assert part.name == "form"
    assert answer.headers["HX-Retarget"] == f"#{part['id']}"


@pytest.mark.parametrize("act", [act for act in ACTS if act.fields.get("on")], ids=str)
def test_a_state_that_does_not_exist_is_400(scene: Scene, act: Act) -> None:
    if "delete" not in act.path:
        assert scene.reader(act.who).post(scene.path_of(act.path), **act.fields | {"on": "2"}).status_code == 400


@pytest.mark.parametrize("act", REASONED, ids=str)
def test_the_question_before_it_is_a_page_and_a_part(scene: Scene, act: Act) -> None:
    path, reader = scene.path_of(act.path), scene.reader(act.who)
    form = reader.read(path).select_one(f'main form[action="{path}"]')
    assert form.select_one('[name="reason"]')
    assert form.select_one('[name="csrf_token"]')
    part = root(reader.get(path, target="x"))
    assert part["action"] == path
    assert scene.reader(act.not_who).get(path).status_code == 403
    assert scene.reader().get(path).location.startswith("/sign-in?next=")


TWO_WAYS = [act for act in ACTS if act.fields.get("on") and "delete" not in act.path]


@pytest.mark.parametrize("act", TWO_WAYS, ids=str)
def test_it_can_be_taken_back_and_pressing_twice_changes_nothing(scene: Scene, act: Act) -> None:
    reader, path = scene.reader(act.who), scene.path_of(act.path)
    reader.get(scene.path)  # what is unread is said once
    plain = str(reader.read(scene.path).find(id=f"thread-{scene.thread}"))
    for _again in range(2):
        assert reader.post(path, **act.fields).status_code == 303
    reader.get(scene.path)  # what was said is said once
    changed = str(reader.read(scene.path).find(id=f"thread-{scene.thread}"))
    assert changed != plain
    for _again in range(2):
        assert reader.post(path, on="0").status_code == 303
    reader.get(scene.path)
    after = str(reader.read(scene.path).find(id=f"thread-{scene.thread}"))
    if "same" not in path:  # having it too also follows, and the menu says so
        assert after == plain


def test_moving_asks_where_to(scene: Scene) -> None:
    reader, path = scene.reader("moderator"), f"/threads/{scene.thread}/move"
    make_category("Takes no questions", kinds=["discussion"])
    choices = [option["value"] for option in reader.read(path).select('select[name="category"] option')]
    assert choices == [str(scene.elsewhere)]
    assert reader.post(path, category=str(scene.elsewhere), reason="").status_code == 422
    answer = reader.post(path, category="nowhere", reason="It belongs there.")
    assert answer.status_code == 422
    assert soup(answer).select_one('[name="reason"]')["value"] == "It belongs there."
    answer = reader.post(path, category=str(scene.elsewhere), reason="It belongs there.")
    assert answer.status_code == 303
    assert db.session.get_one(Thread, scene.thread).category_id == scene.elsewhere
    assert scene.reader("agent").post(path, category="1", reason="x").status_code == 403


def test_an_unknown_level_of_following_is_400(scene: Scene) -> None:
    assert scene.reader("other").post(f"/threads/{scene.thread}/watch", level="stalk").status_code == 400


def test_what_was_deleted_comes_back(scene: Scene) -> None:
    reader = scene.reader("helper")
    reader.post(f"/posts/{scene.reply}/delete")
    assert scene.reader().read(scene.path).select_one(f"#post-{scene.reply}.stub")
    answer = reader.post(f"/posts/{scene.reply}/restore")
    assert answer.status_code == 303
    assert not scene.reader().read(scene.path).select_one(".stub")
    assert scene.reader("asker").post(f"/posts/{scene.reply}/restore").status_code == 403


def test_a_deleted_question_is_its_authors_and_comes_back(scene: Scene) -> None:
    moderator = scene.reader("moderator")
    assert moderator.post(f"/posts/{scene.opening}/delete", reason="Spam").status_code == 303
    assert scene.reader().get(scene.path).status_code == 404
    page = moderator.read(scene.path)
    assert "Spam" in page.select_one("header .note.warn").get_text()
    assert page.select_one(f'[formaction="/threads/{scene.thread}/restore"]')
    assert moderator.post(f"/threads/{scene.thread}/restore").status_code == 303
    assert scene.reader().get(scene.path).status_code == 200
