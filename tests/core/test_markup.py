"""What Markdown becomes here that it does not become elsewhere, and what is refused."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.markup import WRITTEN, Limits, TooMuch, escape, excerpt, plain, render

REL = 'rel="nofollow ugc noopener"'


def html(source: str) -> str:
    return render(source).html.strip()


@pytest.mark.parametrize(
    "formula",
    [
        r"$a_1 * b_1 * c$", r"$\{x\}$", r"$$a_1 \\ b_1$$", r"$\langle a|b\rangle$", "$x$", r"$a\$b$", "$<b>$",
        "$a\nb$", "$@anna$", "$$\na\n+ b\n- c\n# d\n$$", "$$ a $$", r"$\text{a b}$-th",
    ],
)  # fmt: skip
def test_mathematics_stays_as_written(formula: str) -> None:
    assert html(formula) == f"<p>{formula.replace('<', '&lt;').replace('>', '&gt;')}</p>"


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("from $5 *or* $6", "<p>from $5 <em>or</em> $6</p>"),
        ("$ *a* $", "<p>$ <em>a</em> $</p>"),
        ("`$a` *b* `$`", "<p><code>$a</code> <em>b</em> <code>$</code></p>"),
        ("\\$a *b* c$", "<p>$a <em>b</em> c$</p>"),
        ("$5 [a](/b$c)", '<p>$5 <a href="/b$c">a</a></p>'),
        ("$$\n*a*\n\nb $$", "<p>$$<br>\n<em>a</em></p>\n<p>b $$</p>"),
    ],
)
def test_not_every_dollar_is_mathematics(source: str, page: str) -> None:
    assert html(source) == page


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("x<sub>1</sub>", "<p>x<sub>1</sub></p>"),
        ("x<sup>y<sup>*z*</sup></sup>", "<p>x<sup>y<sup><em>z</em></sup></sup></p>"),
        ("<kbd>Ctrl</kbd>+<kbd>C</kbd>", "<p><kbd>Ctrl</kbd>+<kbd>C</kbd></p>"),
        ("a<br>b<br/>c<br />d", "<p>a<br>\nb<br>\nc<br>\nd</p>"),
        ("<sub>a", "<p>&lt;sub&gt;a</p>"),
        ("a</sub>", "<p>a&lt;/sub&gt;</p>"),
        ("<sub onclick=a>b</sub>", "<p>&lt;sub onclick=a&gt;b&lt;/sub&gt;</p>"),
        ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"),
        ("*<sub>a*</sub>", "<p>*<sub>a*</sub></p>"),
    ],
)
def test_few_tags_work_and_the_rest_is_text(source: str, page: str) -> None:
    assert html(source) == page


def test_headings_begin_below_those_of_the_page_and_leave_out_no_level() -> None:
    assert html("# a\n### b\n###### c\n## d\n# e") == "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h4>d</h4>\n<h3>e</h3>"
    assert html("#### a") == "<h3>a</h3>"


SMALL = "/uploads/0123456789abcdef0123456789abcdef-640x480.webp"
LARGE = "/uploads/0123456789abcdef0123456789abcdef-1600x901.webp"
LAZY = 'loading="lazy" decoding="async"'
SETS = f'srcset="{LARGE.replace("1600x901", "800x450")} 800w, {LARGE} 1600w" sizes="(max-width: 50rem) 100vw, 45rem"'


WIDE = f'width="1600" height="901" {SETS}'


@pytest.mark.parametrize(
    ("source", "page"),
    [
        (f"![cat]({SMALL})", f'<img src="{SMALL}" {LAZY} width="640" height="480" alt="cat">'),
        (f"![cat]({LARGE})", f'<a href="{LARGE}"><img src="{LARGE}" {LAZY} {WIDE} alt="cat"></a>'),
        (f"![]({LARGE})", f'<img src="{LARGE}" {LAZY} {WIDE} alt="">'),
        (f"[![cat]({LARGE})](/t/1)", f'<a href="/t/1"><img src="{LARGE}" {LAZY} {WIDE} alt="cat"></a>'),
        ("![cat](/uploads/a.png)", '<a href="/uploads/a.png" class="image">cat</a>'),
        (f"![cat](/x{SMALL})", f'<a href="/x{SMALL}" class="image">cat</a>'),
        ("![](/static/a.png)", '<img src="/static/a.png" loading="lazy" decoding="async" alt="">'),
        (f"![cat](https://own.example{SMALL})", f'<img src="{SMALL}" {LAZY} width="640" height="480" alt="cat">'),
        ("![cat](https://b.example/a.png)", f'<a href="https://b.example/a.png" class="image" {REL}>cat</a>'),
        ("![](https://b.example/a.png)", f'<a href="https://b.example/a.png" class="image" {REL}>https://b.example/a.png</a>'),
        ("![cat](//b.example/uploads/a.png)", f'<a href="//b.example/uploads/a.png" class="image" {REL}>cat</a>'),
        ("![cat](/sign-out)", '<a href="/sign-out" class="image">cat</a>'),
        ("[![cat](https://b.example/a.png)](/t/1)", '<a href="/t/1"><span class="image">cat</span></a>'),
        (f"[![]({SMALL})](/t/1)", f'<a href="/t/1"><img src="{SMALL}" {LAZY} width="640" height="480" alt=""></a>'),
    ],
)  # fmt: skip
def test_only_our_own_images_are_shown(source: str, page: str) -> None:
    rendered = render(source, local=lambda address: address.startswith("https://own.example/"))
    assert rendered.html.strip() == f"<p>{page}</p>"


@pytest.mark.parametrize(
    ("source", "address", "after"),
    [
        ("https://a.example/b.", "https://a.example/b", "."),
        ("https://a.example/b_(c)", "https://a.example/b_(c)", ""),
        ("https://a.example/b?c=d&e=f!", "https://a.example/b?c=d&amp;e=f", "!"),
        ("https://a.example/?b=1&copy=2", "https://a.example/?b=1&amp;copy=2", ""),
        ("HTTP://A.example", "HTTP://A.example", ""),
    ],
)
def test_a_bare_address_is_a_link(source: str, address: str, after: str) -> None:
    assert html(source) == f'<p><a href="{address}" {REL}>{address}</a>{after}</p>'


def test_an_address_in_brackets_leaves_them_outside() -> None:
    assert html("(see www.a.example)") == f'<p>(see <a href="http://www.a.example" {REL}>www.a.example</a>)</p>'


@pytest.mark.parametrize(
    "source", ["main.rs", "README.md", "a@b.example", "ftp://a.example", "a://b", "xhttp://a.b", "`http://a.b`"]
)
def test_what_only_resembles_an_address_is_none(source: str) -> None:
    assert "<a" not in html(source)


def test_only_links_elsewhere_are_marked() -> None:
    page = render("[a](/t/1) [b](#c) https://own.example/x", local=lambda url: "own.example" in url).html
    assert page.count("<a") == 3
    assert "rel=" not in page
    assert REL in html("[a](//b.example)")


def test_footnotes_of_two_posts_do_not_meet() -> None:
    pages = [render("a[^n] b[^n]\n\n[^n]: c", post_key=key).html for key in ("p1", "p2")]
    assert 'id="fn-p1-1"' in pages[0]
    assert '<sup id="fnref-p1-1-2"><a href="#fn-p1-1">[1]</a></sup>' in pages[0]
    assert '<a href="#fnref-p1-1-2" class="footnote-back">' in pages[0]
    assert "p1" not in pages[1]
    with pytest.raises(ValueError, match="post_key"):
        render("a", post_key='p"1')


def test_each_cap_has_a_message_to_act_on() -> None:
    caps = {
        "too long": "a" * 33_000,
        "nested too deeply": "> " * 20 + "a",
        "too much formatting": "*a* " * 5_000,
        "too many columns": "|a" * 50 + "|\n" + "|-" * 50 + "|\n",
        "table is too large": "|a" * 40 + "|\n" + "|-" * 40 + "|\n" + "|\n" * 200,
        "too many footnotes": "[^a]" * 300 + "\n\n[^a]: b",
        "too large a page": f"[a]: /{'b' * 9_000}\n\n" + "[a] " * 100,
        "too many people": " ".join(f"@a{n}" for n in range(200)),
    }
    for message, source in caps.items():
        with pytest.raises(TooMuch, match=message):
            render(source, people=lambda names: {name: name for name in names})


def test_a_message_speaks_the_readers_language_when_it_is_read() -> None:
    app = Flask(__name__)
    Babel(app)
    with pytest.raises(TooMuch) as refused:
        render("a" * 33_000)
    with app.app_context(), force_locale("de"):
        assert str(refused.value.args[0])


def test_caps_can_be_others() -> None:
    assert render("a" * 40_000, limits=Limits(source=50_000)).text == "a" * 40_000


def test_the_text_is_what_is_read() -> None:
    source = "# A\n\n*b* [c](/d) `e` &amp; x<sub>2</sub>[^1]\n\n- f\n- [x] g\n\n|h|i|\n|-|-|\n|j|k|\n\n[^1]: l"
    assert plain(source).split("\n") == ["A", "b c e & x2", "f", "☑ g", "", "h\ti\t", "j\tk\t", "", "l"]


def test_an_excerpt_ends_at_a_word() -> None:
    assert excerpt("one two\nthree four", 12) == "one two…"
    assert excerpt("one two", 12) == "one two"
    assert excerpt("a" * 50, 10) == "a" * 9 + "…"
    assert len(excerpt("word " * 100, 80)) <= 80


def test_control_characters_are_shown_and_turned_text_is_not_turned() -> None:
    assert html("a\x00b\x07c\ud800d") == "<p>a\ufffdb\ufffdc\ufffdd</p>"
    assert html("a\u202eb&#8238;c") == "<p>abc</p>"
    assert html("א\u200fב\u2067c\u2069") == "<p>א\u200fב\u2067c\u2069</p>"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("see http\\://example.com/a and www\\.example.com", "see http://example.com/a and www.example.com"),
        ("dear \\@ada", "dear @ada"),
        ("- \\[ ] later", "[ ] later"),
    ],
)
def test_what_is_escaped_is_text(source: str, shown: str) -> None:
    rendered = render(source, people=lambda names: {name: name for name in names})
    assert rendered.text == shown
    assert rendered.mentions == ()
    assert "<a" not in rendered.html
    assert "class" not in rendered.html


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" *_`[]()<>!#$&\\|-+=:@^.1a"), max_size=60)
)
def test_escaped_text_is_read_to_the_letter(text: str) -> None:
    rendered = render(escape(text), people=lambda names: {name: name for name in names})
    assert rendered.text == " ".join(text.split())
    assert not rendered.mentions


def test_many_threads_may_render_at_once() -> None:
    sources = [
        f"# {n}\n\n*a* x<sub>{n}</sub> `{n}`[^{n}]\n\n```python\nprint({n})\n```\n\n[^{n}]: b" for n in range(40)
    ]
    alone = [render(source) for source in sources]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(render, sources)) == alone


def test_what_people_write_every_day_takes_no_time_to_speak_of() -> None:
    source = (
        "Some *words* about `code`, and a [link](https://a.example).\n\n- one\n- two\n\n```python\nprint(1)\n```\n\n"
    )
    assert len(render(source * 100).html) < WRITTEN.output


def test_code_is_not_turned() -> None:
    assert html("`a\u2066b\u2069`") == "<p><code>ab</code></p>"
    assert "\u2067" not in html("```python\n# \u2067a\n```")
