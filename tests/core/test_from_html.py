"""HTML of other systems comes back the same from our renderer."""

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.from_html.blocks import to_markdown
from portal.core.markup import IMPORTED, render


def _back(html: str) -> str:
    """What it becomes, without what our renderer adds to every page."""
    page = render(to_markdown(html), limits=IMPORTED).html
    page = re.sub(r' (?:rel="[^"]*"|tabindex="0"|class="(?:image|table)")', "", page)
    return re.sub(r"(?<=>)\n(?=<)|\n$|\n(?=</code>)", "", page)


@pytest.mark.parametrize(
    "html",
    [
        "<p>Plain words.</p>",
        "<p>a <em>b</em> <strong>c</strong> <s>d</s> <code>e</code></p>",
        "<p><em>a <strong>b</strong></em>, <em><strong>c</strong></em> and in<em>si</em>de</p>",
        "<p>H<sub>2</sub>O, x<sup>y<sup>2</sup></sup>, <kbd>Ctrl</kbd></p>",
        "<p>one<br>two<br><br>three</p>",
        "<ul><li>a</li><li>b</li></ul>",
        '<ol start="3"><li>a</li><li>b</li></ol>',
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
        "<ul><li>a</li></ul><ul><li>b</li></ul><ol><li>c</li></ol><ol><li>d</li></ol>",
        "<ul><li><p>a</p><pre><code>b\n\n  c</code></pre><p>d</p></li></ul>",
        "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote><blockquote><p>c</p></blockquote>",
        "<blockquote><ul><li>a</li></ul></blockquote>",
        "<pre><code>```\n`a` *b*\n\n\n    c &lt;d&gt;</code></pre>",
        "<h3>a</h3><h4>b # c #</h4><hr><p>d</p>",
        '<p><a href="https://example.com/a_(b)?c=1&amp;d=2" title="a &quot;b&quot;">c [d] e</a></p>',
        '<p><a href="https://example.com/x_y_z">https://example.com/x_y_z</a></p>',
        "<table><thead><tr><th>a</th><th>b | c</th></tr></thead><tbody><tr><td>d</td><td></td></tr></tbody></table>",
        "<p><code>``</code> <code>`a`</code> <code> b </code></p>",
    ],
)
def test_what_we_have_a_form_for_comes_back(html: str) -> None:
    assert re.sub(r"</?div>|(?<=<br>)\n|\n(?=<ul>)", "", _back(html)) == html


@pytest.mark.parametrize(
    "text",
    [
        *("1. no list", "1) no list", "- no list", "+ no list", "* no list", "# no heading", "> no quote"),
        *("=== ---", "---", "=", "a * b * c", "*stars*", "**", "_under_ snake_case __init__ a_", "~~no~~ ~ a~b"),
        *("`code`", "\\ \\* \\\\", "a \\", "[a](b)", "[a]: b", "[^1]", "![a](b)", "![", "!", "^[note]"),
        *("[ ] no task", "[x] no task", "| a | b |", ":--|--:", "<sub>no</sub>", "&amp; &#42; &nope & AT&T"),
        *("<b>no</b> a<b <!-- no --> <https://no.example>", "~~~", "```", "costs $5 or $6", "$a_1$ * $b$", "$x"),
        *("$$\\sum_{i=0}^{n} x_i * y$$", "\\(a_1\\) and \\[b\\]", "$\\frac{a}{b}$ $ 5", "\\$5 $ 6", "a$b_c$d_e$"),
        *(
            "100#",
            "C# and F#",
            "@ nobody",
            "a\u00a0b",
            "emoji 👩‍👩‍👧 and ½",
            "x^2^",
            "https://no.example/a_b www.no.example",
        ),
    ],
)
@pytest.mark.parametrize("frame", ["p", "li", "h3", "td", "em", "a"])
def test_text_stays_text(text: str, frame: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    html = {
        "p": f"<p>{escaped}</p>",
        "li": f"<ul><li>{escaped}</li></ul>",
        "h3": f"<h3>{escaped}</h3>",
        "td": f"<table><tr><th>{escaped}</th></tr><tr><td>{escaped}</td></tr></table>",
        "em": f"<p>a <em>{escaped}</em> b</p>",
        "a": f'<p><a href="https://example.com/">{escaped}</a></p>',
    }[frame]
    page = BeautifulSoup(render(to_markdown(html)).html, "html.parser")
    original = BeautifulSoup(html, "html.parser")
    assert " ".join(page.get_text(" ").split()) == " ".join(original.get_text(" ").split())
    assert len(page.find_all(["sub", "code", "img", "s", "input"])) == 0
    assert len(page.find_all("a")) == (frame == "a")


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["*", "_", "`", "$", "\\", "[", "]", "(", ")", "<", "&", "!", "~", "#", "-", "1.", "a", " ", "\n"]
        )
    )
)
def test_no_text_means_anything(parts: list[str]) -> None:
    text = "".join(parts)
    html = f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>"
    page = BeautifulSoup(render(to_markdown(html)).html, "html.parser")
    assert " ".join(page.get_text().split()) == " ".join(text.split())
    assert {tag.name for tag in page.find_all(True)} <= {"p"}


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["em", "strong", "s", "code", "span", "sup"]), st.sampled_from("a *_.$(`")),
        max_size=8,
    )
)
def test_the_text_of_neighbours_survives(parts: list[tuple[str, str]]) -> None:
    html = "<p>" + "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts) + "</p>"
    page = BeautifulSoup(render(to_markdown(html)).html, "html.parser")
    assert page.get_text().split() == BeautifulSoup(html, "html.parser").get_text().split()


def test_images_elsewhere_become_links_to_them() -> None:
    source = to_markdown(
        '<p><a href="https://example.com/big"><img src="https://example.com/a b.png" alt="a [kettle]"></a></p>'
    )
    assert source == "[![a \\[kettle\\]](https://example.com/a%20b.png)](https://example.com/big)"
    assert ">a [kettle]</span></a>" in render(source).html


def test_emphasis_that_could_not_be_read_as_such_is_dropped_and_its_text_kept() -> None:
    assert _back("<p>a<em>(b)</em>c</p>") == "<p>a(b)c</p>"


def test_columns_keep_their_sides() -> None:
    row = '<tr><td style="text-align: right;">1</td><td align="center">2</td><td>3</td></tr>'
    assert to_markdown(f"<table><tr><th>a</th></tr>{row}</table>") == "| a |  |  |\n| --: | :-: | --- |\n| 1 | 2 | 3 |"


def test_what_has_no_form_here_keeps_its_text() -> None:
    html = (
        '<div><font color="red">a</font> <u>b</u><!-- c --></div><dl><dt>d</dt><dd>e</dd></dl><p><a name="x">f</a></p>'
    )
    assert to_markdown(html) == "a b\n\nd\n\ne\n\nf"
    assert to_markdown("") == to_markdown("<p> \n</p>") == ""


def test_a_link_that_we_do_not_allow_is_readable_text() -> None:
    assert to_markdown('<a href="ftp://example.com/a">here</a>') == "here (ftp://example.com/a)"
    assert "<a" not in render(to_markdown('<a href="javascript:alert(1)">here</a>')).html


def test_the_language_of_code_is_kept() -> None:
    assert to_markdown('<pre class="lang-py prettyprint"><code>x = 1\n</code></pre>') == "```py\nx = 1\n```"


def test_addresses_are_rewritten_in_links_and_images() -> None:
    source = to_markdown(
        '<a href="/q/1">a</a> <img src="/i.png" alt="b">', lambda address: f"https://x.example{address}"
    )
    assert source == "[a](https://x.example/q/1) ![b](https://x.example/i.png)"


def test_a_picture_that_nobody_described_is_named_by_its_address():
    source = to_markdown('<p><img src="https://i.example/a.png" alt="enter image description here"></p>')
    assert ">https://i.example/a.png</a>" in render(source, limits=IMPORTED).html
