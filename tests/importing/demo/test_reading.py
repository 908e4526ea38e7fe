"""The demonstration's files are read as they stand there."""

from datetime import timedelta

import pytest

from portal.importing.demo.reading import BadStoryError, cast_of, read, stories

TEXT = """=== Why?
question by=ada in=help at=-9/07:05 tags=a,b pinned
I wonder.

```python
>>> 1 + 1
--- no mark +1h
```

--- bob +35m accepted=+1h helpful=2
Because.

>>> ada +2m
Ah.

~~~ bob +1d because=a better word
Since.

!!! bob +3h close: Said it all.
=== Next
discussion by=bob in=talk at=-1/23:59
Text.
"""


def test_a_thread_is_read_with_all_that_was_done_in_it() -> None:
    first, second = read("x.md", TEXT)
    assert (first.title, first.kind, first.category, first.day, first.clock) == (
        "Why?",
        "question",
        "help",
        9,
        timedelta(hours=7, minutes=5),
    )
    assert [(part.what, part.who, part.later) for part in first.parts] == [
        ("opening", "ada", timedelta()),
        ("reply", "bob", timedelta(minutes=35)),
        ("comment", "ada", timedelta(minutes=2)),
        ("edit", "bob", timedelta(days=1)),
        ("act", "bob", timedelta(hours=3)),
    ]
    assert first.parts[0].body.endswith(">>> 1 + 1\n--- no mark +1h\n```")
    assert first.parts[1].marks == {"accepted": "+1h", "helpful": "2"}
    assert (first.parts[3].rest, first.parts[3].body) == ("because=a better word", "Since.")
    assert (second.title, second.parts[0].body) == ("Next", "Text.")


def test_what_is_done_later_may_name_its_day() -> None:
    (story,) = read(
        "x.md", "=== A\nidea by=ada in=b at=-9/07:05 as=a\nPlease.\n!!! bob @-3/08:30 planned target=+30: Yes.\n"
    )
    done = story.parts[1]
    assert (done.who, done.on, done.later) == ("bob", timedelta(days=-3, hours=8, minutes=30), timedelta())
    assert (done.rest, story.marks["as"]) == ("planned target=+30: Yes.", "a")


@pytest.mark.parametrize("text", ["Hm\n", "=== A\nquestion by=ada\n", "=== A\npoll by=ada in=b at=-1/00:00\n"])
def test_what_cannot_be_read_is_said_with_its_place(text: str) -> None:
    with pytest.raises(BadStoryError, match=r"^x\.md:[12]: "):
        list(read("x.md", text))


def test_it_is_a_community_to_look_around_in() -> None:
    """What a newcomer should find in it: the numbers that the documents promise."""
    told = list(stories())
    people = cast_of()["person"]
    assert len(people) >= 15
    assert {person.get("role", "member") for person in people} == {"admin", "moderator", "manager", "agent", "member"}
    assert len(cast_of()["organisation"]) == 4
    kinds = [story.kind for story in told]
    assert (kinds.count("idea"), kinds.count("announcement")) == (25, 6)
    seen_by = [category.get("visibility", "everyone") for category in cast_of()["category"]]
    assert (len(seen_by), seen_by.count("members"), seen_by.count("staff")) == (8, 1, 1)
    assert len(told) >= 60
    assert len({story.title for story in told}) == len(told)
    assert max(sum(part.what == "reply" for part in story.parts) for story in told) >= 60
    assert {"de", "sv"} <= {story.marks.get("language") for story in told}
    assert 110 <= max(story.day for story in told) <= 120
    assert min(story.day for story in told) <= 5
    whole = [part.body for story in told for part in story.parts if part.body]
    assert len(set(whole)) == len(whole)
    assert any("```python" in text for text in whole)
    assert any("|---|" in text for text in whole)
