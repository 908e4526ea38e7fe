"""What an earlier move left of BBCode can be read, and what only looks like it stays."""

import pytest

from portal.core.from_html.blocks import to_markdown
from portal.importing.discourse.bbcode import mend

CASES = {
    '<p>[quote="ada"]Hot<br>\ntea[/quote]</p><p>Yes</p>': "> **ada**:\n>\n> Hot\\\n> tea\n\nYes",
    '<p>[quote="ada, post:3, topic:7"]Hot[/quote] Yes</p>': "> **ada**:\n>\n> Hot\n\nYes",
    "<p>[quote=“ada”]a[quote=bob]b[/quote]c[/quote]</p>": "> **ada**:\n>\n> a\n>\n> > **bob**:\n> >\n> > b\n>\n> c",
    "<p>[quote]one</p>\n<p>two[/quote]</p>": "> one\n>\n> two",
    "<p>[quote=ada]never closed</p>": "**ada**:\n\nnever closed",
    "<p>Ends[/quote]</p>": "Ends",
    "<p>Do [code]a = “b”;<br>\nif (x &lt; 1) {}</p>\n<p>y[/code] then</p>": (
        'Do\n\n```\na = "b";\nif (x < 1) {}\n\ny\n```\n\nthen'
    ),
    '<p>[code]a <img src="/e.png" alt=":)" class="emoji"> [b]no[/b][/code]</p>': "```\na :) [b]no[/b]\n```",
    "<p>[code]x</p><pre><code>y</code></pre><p>[/code]</p>": "```\nx\ny\n```",
    "<pre><code>z\n[/code]</code></pre>": "```\nz\n```",
    "<p>[b]bold[/b] [i]soft[/i] [u]line[/u] [s]gone[/s]</p>": "**bold** *soft* line ~~gone~~",
    "<p>[color=#800000][size=85]small[/size][/color] [spoiler]end[/spoiler]</p>": "small end",
    "<p>[url=https://a.example/b]there[/url]</p>": "[there](https://a.example/b)",
    "<p>[url]https://a.example/b[/url]</p>": "<https://a.example/b>",
    '<p>[url=<a href="https://a.example">https://a.example</a>]x[/url]</p>': "[x](https://a.example)",
    "<p>[img]https://a.example/b.png[/img]</p>": "![](https://a.example/b.png)",
    '<p>[img]<a href="https://a.example/b.png">https://a.example/b.png</a>[/img]</p>': "![](https://a.example/b.png)",
    '<p>[video]<a href="https://v.example/1%5B/video%5D" rel="x">https://v.example/1[/video]</a></p>': (
        "<https://v.example/1>"
    ),
    "<p>[pastebin]GjSDgmS8[/pastebin]</p>": "<https://pastebin.com/GjSDgmS8>",
    "<p>Two:<br>\n[ul]<br>\n[li]one[/li]<br>\n[li]two[/li]<br>\n[/ul]</p>": "Two:\\\n• one\\\n• two",
    "<p>[list][*]one<br>[*]two[/list]</p>": "• one\\\n• two",
    "<p>a[i] = b[i][j]; [edit] done [x]</p>": r"a[i] = b[i\][j]; [edit] done [x]",
    "<p><code>[b]x[/b]</code></p>": "`[b]x[/b]`",
    '<p><a href="https://a.example/[b]">x</a> [/b]</p>': "[x](https://a.example/[b]) [/b]",
}


@pytest.mark.parametrize("html", CASES)
def test_it_becomes_what_it_meant(html: str) -> None:
    assert to_markdown(mend(html)) == CASES[html]
