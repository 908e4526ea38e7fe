"""Three letters in a row: how words are found that were typed wrong, or in part."""

SHORTEST, LONGEST = 3, 24
BEGIN, END = "^", "$"


def worth_grams(word: str) -> bool:
    """Whether anybody would mistype it: not a number, and neither a letter or two nor a string of signs."""
    return SHORTEST <= len(word) <= LONGEST and any(char.isalpha() for char in word)


def grams(word: str) -> set[str]:
    """Those of a whole word, its beginning and its end marked."""
    marked = f"{BEGIN}{word}{END}"
    return {marked[at : at + 3] for at in range(len(marked) - 2)}


def inner(part: str) -> set[str]:
    """Those of a part of a word."""
    return {part[at : at + 3] for at in range(len(part) - 2)}


def swaps(word: str) -> set[str]:
    """The word with two neighbours swapped: of a short one that leaves hardly three letters in a row."""
    return {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}


def distance(one: str, other: str, most: int) -> int:
    """How many letters were left out, put in, mistaken or swapped with their neighbour; more than `most` is not
    counted out (optimal string alignment)."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, mine in enumerate(one, 1):
        here = [row]
        for place, theirs in enumerate(other, 1):
            cost = min(above[place] + 1, here[-1] + 1, above[place - 1] + (mine != theirs))
            if row > 1 and place > 1 and mine == other[place - 2] and one[row - 2] == theirs:
                cost = min(cost, before[place - 2] + 1)
            here.append(cost)
        if min(here) > most:
            return most + 1
        before, above = above, here
    return above[-1]
