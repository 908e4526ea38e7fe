"""What stays of an answer: their own words, whatever their mail program wrote around them."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.delivery.receiving.machines import returned, why_ignored
from portal.delivery.receiving.messages import LARGEST, read
from portal.delivery.receiving.texts import words_of

MAILS = sorted((Path(__file__).parent / "mails").glob("*.eml"))
HEAD = b"From: a@example.com\nTo: b@example.com\nMIME-Version: 1.0\n"


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_their_own_words_stay(path: Path) -> None:
    mail = read(path.read_bytes())
    assert words_of(mail) == path.with_suffix(".txt").read_text(encoding="utf-8").rstrip("\n")
    assert why_ignored(mail) == ""


def test_files_are_counted_and_seals_and_logos_are_not() -> None:
    def part(head: str, body: str = "iVBORw0KGgo=") -> str:
        return f"--b\n{head}\nContent-Transfer-Encoding: base64\n\n{body}\n"

    page = "--b\nContent-Type: text/html\n\n<p>Hello <img src='cid:logo@x'> <img src='cid:shot@x'></p>\n"
    text = HEAD.decode() + "Content-Type: multipart/related; boundary=b\n\n" + page
    text += part("Content-Type: image/png\nContent-ID: <logo@x>\nContent-Disposition: inline; filename=logo.png")
    text += part("Content-Type: application/pgp-signature; name=signature.asc")
    assert read(f"{text}--b--\n".encode()).attachments == 0
    text += part("Content-Type: image/png; name=s.png\nContent-ID: <shot@x>", "A" * 60_000)
    text += part("Content-Type: application/pdf\nContent-Disposition: attachment")
    text += "--b\nContent-Type: message/rfc822\n\nSubject: Inside\n\nWords of someone else\n"
    mail = read(f"{text}--b--\n".encode())
    assert mail.attachments == 3
    assert words_of(mail) == "Hello"


HOSTILE = {
    "nothing": b"",
    "no headers": b"\n\n\x00\xff\xfe",
    "deep": HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)),
    "wide": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000,
    "charset": HEAD + b'Content-Type: text/plain; charset="idna"\n\n' + b"xn--" * 20_000,
    "charset of bytes": HEAD + b"Content-Type: text/plain; charset=zlib\n\nWords",
    "charset of nulls": HEAD + b'Content-Type: text/plain; charset="utf-8\x00"\n\nWords',
    "encoded word": b"Subject: =?utf-8?b?" + b"!" * 5000 + b"?=\nTo: =?x?q?=00?= <a@b>\n\nWords",
    "addresses": b"To: " + b"<" * 50_000 + b"\nCc: " + b"a@b," * 50_000 + b"\n\nWords",
    "brackets": HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 30_000 + b"deep" + b"</div>" * 30_000,
    "tags": HEAD + b"Content-Type: text/html\n\n" + b"<" * 100_000,
    "on on": HEAD + b"\n" + b"On " * 60_000 + b"wrote",
    "on lines": HEAD + b"\n" + b"On a wrote\n" * 20_000,
    "from lines": HEAD + b"\n" + b"From: x\n  \n" * 20_000,
    "blanks": HEAD + b"\n" + b" \n" * 100_000 + b"x" + b"\n \n" * 20_000,
    "spaces": HEAD + b"\n" + b" " * 200_000,
    "status": HEAD
    + b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
    + b"Action: failed\nStatus: 5.\xff\n\n" * 2000,
    "uu": HEAD + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n\xff\xff\n",
    "large": HEAD + b"\nWords\n\n" + b"> quoted quoted quoted quoted\n" * 350_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_comes_in_raises_or_takes_long(name: str) -> None:
    began = time.process_time()
    mail = read(HOSTILE[name])
    words_of(mail)
    returned(mail, known=True)
    why_ignored(mail)
    assert time.process_time() - began < 5, "a second of work is long, and five too much on any machine"


def test_what_is_too_large_is_read_as_far_as_it_goes() -> None:
    text = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nWords\n--b\nContent-Type: video/mp4\n\n"
    mail = read(text + b"x" * (LARGEST + 10))
    assert (words_of(mail), mail.attachments) == ("Words", 1)


_LINES = rb"""Content-Type: multipart/mixed; boundary=b
Content-Type: multipart/report; report-type=delivery-status; boundary=b
Content-Type: text/plain; charset=utf-16
Content-Type: text/html
Content-Type: message/rfc822
Content-Type: message/delivery-status
Content-Transfer-Encoding: base64
Content-Transfer-Encoding: quoted-printable
Content-Disposition: attachment; filename*=x''%ff
Subject: =?utf-8?q?=ff?=
To: <<a@b>
Action: failed
Status: 5.1.1
Message-ID: <x
--b
--b--

<p>Hi<blockquote>
On 1 Nov, Bob wrote:
> quoted
--
Von: x
An: y
=ZZ
Words"""
_lines = st.sampled_from(_LINES.split(b"\n"))


@settings(max_examples=150, deadline=None)
@given(raw=st.one_of(st.binary(max_size=600), st.lists(_lines, max_size=25).map(b"\n".join)))
def test_no_bytes_raise(raw: bytes) -> None:
    mail = read(raw)
    words_of(mail)
    returned(mail, known=True)
    returned(mail, known=False)
    why_ignored(mail)
    assert len(mail.key) == 64
