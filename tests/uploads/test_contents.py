"""Files are what their content says, whatever they are called."""

import pytest
from flask import Flask

from portal.core.errors import Invalid
from portal.uploads import contents
from tests.uploads import making


@pytest.fixture(autouse=True)
def _speaking(migrated_app: Flask):
    with migrated_app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("data", "called", "media_type"),
    [
        (making.PDF, "Report.PDF", "application/pdf"),
        (making.archive(), "logs.zip", "application/zip"),
        (b"a;b\r\n1;2\r\n", "table.csv", "text/csv"),
        ("Straße".encode("latin-1"), "words.txt", "text/plain"),
        ("Straße".encode("utf-16"), "words.txt", "text/plain"),
        (b"\x1b[31mred\x1b[0m\tline\n", "server.log", "text/plain"),
        (making.HTML, "page.txt", "text/plain"),
    ],
)
def test_files_that_are_taken(data: bytes, called: str, media_type: str):
    read = contents.read(data, called)
    assert (read.kind, read.media_type, list(read.files.values())) == ("file", media_type, [data])


@pytest.mark.parametrize(
    ("data", "called", "said"),
    [
        (making.HTML, "cat.png", "Only pictures"),
        (making.SVG, "cat.svg", "SVG pictures are not taken"),
        (making.SVG, "cat.png", "SVG pictures are not taken"),
        (b"<?xml version='1.0'?>" + making.SVG, "cat.jpg", "SVG pictures are not taken"),
        (making.HTML, "page.html", "Only pictures"),
        (b"MZ\x90\0" + b"\0" * 100, "setup.exe", "Only pictures"),
        (b"MZ\x90\0" + b"\0" * 100, "notes.txt", "not what its name says"),
        (making.archive(), "notes.txt", "not what its name says"),
        (making.archive(), "notes.docx", "Only pictures"),
        (making.HTML, "report.pdf", "not what its name says"),
        (b"PK\x03\x04 and no more", "logs.zip", "not what its name says"),
        (b"II*\0\x10\0\0\0", "cat.tiff", "This kind of picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "cat.heic", "This kind of picture"),
        (b"#!/bin/sh\nrm -rf /", "run.sh", "Only pictures"),
        (b"words", "no-ending", "Only pictures"),
        (b"", "empty.txt", "is empty"),
    ],
)
def test_files_that_are_refused(data: bytes, called: str, said: str):
    with pytest.raises(Invalid, match=said) as refused:
        contents.read(data, called)
    assert str(refused.value).startswith(called)


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("My report (final).PDF", "My-report-final.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Ada\\notes.txt", "notes.txt"),
        ("Größe 2.csv", "Größe-2.csv"),
        ('"><script>.log', "script.log"),
        ("...", "file"),
        (".txt", "txt"),
        ("a\u202egnp.exe\0", "agnp.exe"),
        ("x" * 300 + ".zip", "x" * 100 + ".zip"),
    ],
)
def test_names_lead_nowhere_and_need_no_escaping(called: str, name: str):
    assert contents.file_name(called) == name
