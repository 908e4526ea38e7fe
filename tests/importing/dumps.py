"""Small dumps in the form that Stack Exchange publishes, about a community that does not exist."""

import gzip
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import quoteattr

Row = dict[str, object]


def row(values: Row) -> str:
    """One row of a table."""
    attributes = " ".join(f"{name}={quoteattr(str(value), {chr(10): '&#xA;'})}" for name, value in values.items())
    return f"  <row {attributes} />"


def write_table(
    folder: Path,
    name: str,
    rows: Iterable[Row | str],
    *,
    bom: bool = True,
    end: str = "\n",
    doctype: str = "",
) -> Path:
    """A file of rows; a string among them stands in the file as it is. The name decides whether it is gzipped."""
    root = name.split(".", maxsplit=1)[0].lower()
    lines = ['<?xml version="1.0" encoding="utf-8"?>', *([doctype] if doctype else []), f"<{root}>"]
    lines += [item if isinstance(item, str) else row(item) for item in rows]
    data = (end.join([*lines, f"</{root}>"])).encode("utf-8-sig" if bom else "utf-8", "surrogateescape")
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def person(id_: int, name: str, **given: object) -> Row:
    return {"Id": id_, "Reputation": 1, "CreationDate": "2015-01-02T03:04:05.678", "DisplayName": name, **given}


def question(id_: int, title: str, body: str = "<p>How?</p>", **given: object) -> Row:
    values: Row = {"Id": id_, "PostTypeId": 1, "CreationDate": f"2015-02-03T10:{id_ % 60:02}:00.123", "Score": 3}
    values |= {"ViewCount": 40, "Body": body, "OwnerUserId": 1, "Title": title, "Tags": "<brewing><water-quality>"}
    return values | given


def answer(id_: int, parent: int, body: str = "<p>So.</p>", **given: object) -> Row:
    values: Row = {"Id": id_, "PostTypeId": 2, "ParentId": parent, "CreationDate": f"2015-02-04T10:{id_ % 60:02}:00"}
    return values | {"Score": 2, "Body": body, "OwnerUserId": 2} | given


def comment(id_: int, post: int, text: str = "Which kettle?", **given: object) -> Row:
    values: Row = {"Id": id_, "PostId": post, "Score": 1, "Text": text, "CreationDate": "2015-02-05T10:00:00.5"}
    return values | {"UserId": 2} | given


def tea(folder: Path) -> Path:
    """A community about tea: a bit of everything that a dump can hold."""
    folder = folder / "tea.stackexchange.com"
    folder.mkdir()
    write_table(
        folder,
        "Users.xml.gz",
        [
            person(-1, "Community", AboutMe="<p>Not really a person.</p>"),
            person(1, "Ada Oolong", AboutMe="<p>I drink <b>a lot</b>.</p>", WebsiteUrl=""),
            person(2, "Bob"),
            person(3, "Bob"),
            person(4, "Ψηφίο Ωλόγκ"),
        ],
        end="\r\n",
    )
    write_table(folder, "Posts.xml", _posts())
    write_table(
        folder,
        "comments.xml",
        [
            comment(
                70, 12, "@Bob see [this](https://tea.stackexchange.com/a/13) and https://tea.stackexchange.com/q/11."
            ),
            comment(71, 11, "1. is not a list", UserId="", UserDisplayName="user9", CreationDate="2015-02-03T12:00:00"),
            comment(72, 999),
        ],
        bom=False,
    )
    write_table(
        folder,
        "TAGS.XML",
        [
            {"Id": 1, "TagName": "brewing", "Count": 2, "ExcerptPostId": 30, "WikiPostId": 31},
            {"Id": 2, "TagName": "kettles", "Count": 0},
        ],
    )
    votes = [(1, 13, 1, "2015-02-06T00:00:00.000"), (2, 13, 2, "2015-02-06T00:00:00.000"), (3, 998, 2, "2015-02-06")]
    keys = ("Id", "PostId", "VoteTypeId", "CreationDate")
    write_table(folder, "Votes.xml", [dict(zip(keys, vote, strict=True)) for vote in votes])
    links = [(1, 11, 14, 3), (2, 12, 14, 1), (3, 13, 11, 1), (4, 12, 14, 1), (5, 11, 997, 1)]
    write_table(folder, "PostLinks.xml", [_link(*link) for link in links])
    write_table(folder, "PostHistory.xml", _history())
    return folder


def _posts() -> list[Row]:
    return [
        question(
            11,
            "Why is my tea bitter?",
            '<p>Like <a href="/questions/14/green-tea#comment5_14">there</a> or <a href="/tags">here</a>.</p>',
            AcceptedAnswerId=13,
            ClosedDate="2015-03-01T00:00:00.000",
            LastEditDate="2015-02-10T00:00:00",
            LastEditorUserId=3,
        ),
        answer(12, 11, CommunityOwnedDate="2015-02-09T00:00:00.000", CreationDate="2015-02-04T12:00:00.000"),
        answer(13, 11, "<p><em>Too</em> hot.</p>", OwnerUserId=4, Score=-5),
        question(
            14, "Does green tea need cold water?", OwnerUserId="", OwnerDisplayName="user23", Score=-2, Tags="|green|"
        ),
        {"Id": 30, "PostTypeId": 4, "CreationDate": "2015-02-03", "Score": 0, "Body": "About <b>making</b> tea"},
        {"Id": 31, "PostTypeId": 5, "CreationDate": "2015-02-03", "Score": 0, "Body": ""},
    ]


def _link(id_: int, post: int, related: int, kind: int) -> Row:
    return {"Id": id_, "CreationDate": "2015-02-07", "PostId": post, "RelatedPostId": related, "LinkTypeId": kind}


def _history() -> list[Row]:
    first = {"PostId": 11, "RevisionGUID": "a", "CreationDate": "2015-02-03T10:11:00.123", "UserId": 1}
    edit = {"PostId": 11, "RevisionGUID": "b", "CreationDate": "2015-02-10T00:00:00", "UserId": 3}
    rows: list[Row] = [
        first | {"PostHistoryTypeId": 2, "Text": "Like *there*\r\n\r\nor here."},
        first | {"PostHistoryTypeId": 1, "Text": "Why is tea bitter?"},
        first | {"PostHistoryTypeId": 3, "Text": "<brewing>"},
        edit | {"PostHistoryTypeId": 4, "Text": "Why is my tea bitter?", "Comment": "whose tea"},
        edit | {"PostHistoryTypeId": 6, "Text": "<brewing><water-quality>", "Comment": "whose tea"},
        {
            "PostId": 11,
            "PostHistoryTypeId": 10,
            "RevisionGUID": "c",
            "CreationDate": "2015-03-01",
            "UserId": 2,
            "Comment": "102",
        },
        {
            "PostId": 14,
            "PostHistoryTypeId": 14,
            "RevisionGUID": "d",
            "CreationDate": "2015-03-02",
            "UserId": 2,
            "Text": "{}",
        },
        {
            "PostId": 13,
            "PostHistoryTypeId": 2,
            "RevisionGUID": "f",
            "CreationDate": "2015-02-04",
            "Text": "_Too_ hot.",
        },
        {"PostId": 996, "PostHistoryTypeId": 2, "RevisionGUID": "e", "CreationDate": "2015-03-02", "Text": "gone"},
    ]
    return [{"Id": number, **values} for number, values in enumerate(rows, 1)]


@contextmanager
def silent(_label: str, _steps: int) -> Iterator[Callable[[int], None]]:
    """Progress that nobody watches."""
    yield lambda _done: None
