"""What an edit changed: nothing may be lost or invented, whatever the texts are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.difference import Piece, difference

WORDS = st.lists(st.sampled_from(["the ", "a ", "cat", "dog", "\n", " ", ".", "\n\n", "é"]), max_size=60).map("".join)


def test_words_that_changed_stand_beside_each_other() -> None:
    assert difference("The quick fox\njumps\n", "The slow fox\njumps high\n") == (
        Piece("same", "The "),
        Piece("out", "quick"),
        Piece("in", "slow"),
        Piece("same", " fox\njumps"),
        Piece("in", " high"),
        Piece("same", "\n"),
    )


def test_neighbouring_words_are_one_change() -> None:
    assert difference("one two three four", "one 2 3 four") == (
        Piece("same", "one "),
        Piece("out", "two three"),
        Piece("in", "2 3"),
        Piece("same", " four"),
    )


@pytest.mark.parametrize(("before", "after"), [("", ""), ("same", "same")])
def test_no_change_is_no_change(before: str, after: str) -> None:
    assert all(piece.kind == "same" for piece in difference(before, after))


@given(before=WORDS, after=WORDS)
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "in") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "out") == after
    assert all(piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n" * 32_000, "x" + "\n" * 31_000),
        ("a b " * 8_000, "b a " * 8_000),
        ("".join(f"{n * 7 % 101}\n" for n in range(2_900)), "".join(f"{n * 13 % 101}\n" for n in range(2_900))),
        ("a\nb\n" * 1_400, "b\nb\na\n" * 900),
    ],
)
def test_long_texts_are_compared_in_time(before: str, after: str) -> None:
    began = time.process_time()
    difference(before, after)
    assert time.process_time() - began < 1
