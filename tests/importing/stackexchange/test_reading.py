"""Tables as they are found: every form that a dump takes, and what is wrong with some of their rows."""

import gzip
from pathlib import Path

import pytest

from portal.importing.problems import NotADumpError
from portal.importing.stackexchange import reading
from portal.importing.stackexchange.reading import Dump
from tests.importing.dumps import person, question, write_table


def _dump(folder: Path) -> Dump:
    if not any(path.name.lower().startswith("posts") for path in folder.iterdir()):
        write_table(folder, "Posts.xml", [])
    return Dump(folder)


def _ids(dump: Dump, table: str = "Users") -> list[str]:
    return [row.values["Id"] for row in dump.rows(table)]


@pytest.mark.parametrize("name", ["Users.xml", "users.xml", "USERS.XML.GZ", "Users.xml.gz"])
@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_form_of_a_file_reads_the_same(tmp_path: Path, name: str, bom: bool, end: str) -> None:
    rows = [person(1, "Zoë <b>"), person(2, "", AboutMe="<p>a\nb</p>")]
    path = write_table(tmp_path, name, rows, bom=bom, end=end)
    if name.endswith("GZ"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    dump = _dump(tmp_path)
    found = list(dump.rows("Users"))
    assert [row.text("DisplayName") for row in found] == ["Zoë <b>", None]
    assert found[1].text("AboutMe") == "<p>a\nb</p>"
    assert [row.line for row in found] == [3, 4]
    assert dump.problems == []


def test_a_doctype_without_entities_is_fine_and_is_not_fetched(tmp_path: Path) -> None:
    write_table(
        tmp_path, "Users.xml", [person(1, "Ada")], doctype="<!DOCTYPE users SYSTEM 'http://192.0.2.1/users.dtd'>"
    )
    assert _ids(_dump(tmp_path)) == ["1"]


@pytest.mark.parametrize("padding", [0, 200_000])
def test_entities_are_refused(tmp_path: Path, padding: int) -> None:
    bomb = '<!DOCTYPE users [<!ENTITY a "ha">' + " " * padding + '<!ENTITY b "&a;&a;">]>'
    write_table(tmp_path, "Users.xml", [person(1, "Ada"), '<row Id="2" DisplayName="&b;" />'], doctype=bomb)
    with pytest.raises(NotADumpError, match=r"Users\.xml declares XML entities"):
        _ids(_dump(tmp_path))


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"<!doctype html><html><p>Moved</p></html>", gzip.compress(b"PK", mtime=0)]
)
def test_a_file_that_is_no_table_is_named(tmp_path: Path, content: bytes) -> None:
    write_table(tmp_path, "Posts.xml", [])
    (tmp_path / "Comments.xml").write_bytes(content)
    with pytest.raises(NotADumpError, match=r"^Comments\.xml is no table of a dump"):
        _dump(tmp_path)


def test_bad_rows_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    bad = [
        '  <row Id="2" DisplayName="no end',
        '  <row Id="3" DisplayName="<b>raw</b>" />',
        '  <row Id="4" DisplayName="&undefined;" />',
        '  <row Id="5" DisplayName="\udcff\udcfe" />',
    ]
    write_table(tmp_path, "Users.xml", [person(1, "Ada"), *bad, person(6, "Bo")])
    dump = _dump(tmp_path)
    assert _ids(dump) == ["1", "6"]
    assert [(problem.file, problem.line) for problem in dump.problems] == [("Users.xml", line) for line in (4, 5, 6, 7)]
    assert "not UTF-8" in str(dump.problems[3])


def test_rows_may_span_lines_share_lines_and_be_closed_apart(tmp_path: Path) -> None:
    write_table(tmp_path, "Users.xml", ['<row Id="1"\n  DisplayName="a > /> b"\n/><row Id="2"/>', '<row Id="3"></row>'])
    dump = _dump(tmp_path)
    assert [(row.values["Id"], row.line) for row in dump.rows("Users")] == [("1", 3), ("2", 5), ("3", 6)]
    assert dump.problems == []


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 50])
def test_where_the_file_is_cut_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(reading, "CHUNK", chunk)
    write_table(tmp_path, "Users.xml", [person(id_, f"Person\n{id_}") for id_ in range(20)], end="\r\n")
    assert [(row.values["Id"], row.line) for row in _dump(tmp_path).rows("Users")] == [
        (str(i), 3 + i) for i in range(20)
    ]


def test_a_row_without_end_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHUNK", 1000)
    monkeypatch.setattr(reading, "LONGEST_ROW", 5000)
    write_table(tmp_path, "Users.xml", [person(1, "Ada"), person(2, "x" * 40_000), "\n" * 30_000, person(3, "Bo")])
    dump = _dump(tmp_path)
    assert [(row.values["Id"], row.line) for row in dump.rows("Users")] == [("1", 3), ("3", 30_006)]
    assert "longer than" in dump.problems[0].message


def test_a_gzip_that_was_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    path = write_table(tmp_path, "Users.xml.gz", [person(id_, f"Person {id_ * 7919 % 1000}") for id_ in range(3000)])
    path.write_bytes(path.read_bytes()[:-500])
    dump = _dump(tmp_path)
    assert len(_ids(dump)) > 1000
    assert "cannot be read further" in dump.problems[0].message


def test_references_to_control_characters_do_not_cost_the_row(tmp_path: Path) -> None:
    write_table(tmp_path, "Users.xml", ['<row Id="1" DisplayName="a&#x1;b&#0;c&#xA;d" />'])
    assert [row.text("DisplayName") for row in _dump(tmp_path).rows("Users")] == ["a\ufffdb\ufffdc\nd"]


def test_a_table_that_is_missing_has_no_rows(tmp_path: Path) -> None:
    assert list(_dump(tmp_path).rows("PostHistory")) == []


def test_a_folder_without_posts_is_no_dump(tmp_path: Path) -> None:
    with pytest.raises(NotADumpError, match="is not a folder"):
        Dump(tmp_path / "nowhere")
    with pytest.raises(NotADumpError, match=r"has no Posts\.xml"):
        Dump(tmp_path)
    (tmp_path / "tea.stackexchange.com.7z").touch()
    with pytest.raises(NotADumpError, match=r"unpack the \.7z"):
        Dump(tmp_path)


def test_values_say_what_is_wrong_with_them(tmp_path: Path) -> None:
    write_table(tmp_path, "Posts.xml", [question(1, "A", Score="many", ViewCount=2**40, ClosedDate="yesterday")])
    row = next(Dump(tmp_path).rows("Posts"))
    for name in ("Score", "ViewCount"):
        with pytest.raises(reading.RowError, match=name):
            row.number(name)
    with pytest.raises(reading.RowError, match="ClosedDate is not a time: 'yesterday'"):
        row.time("ClosedDate")
    with pytest.raises(reading.RowError, match="ParentId is missing"):
        row.needed_number("ParentId")
