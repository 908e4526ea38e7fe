"""What Discourse makes of a post becomes Markdown that says the same."""

import pytest

from portal.importing.discourse.cooked import Links, markdown_of
from portal.importing.discourse.emoji import emoji, readable
from tests.importing.forums import quote_of

LINKS = Links(
    lambda address: address.replace("old", "new") if address.startswith("/t/old/") else address,
    lambda topic, number: f"/t/x/posts/{topic}{number}" if number.isdigit() else "",
)
ONEBOX = (
    '<aside class="onebox githubblob"><header class="source"><img class="site-icon" src="i.png">'
    '<a href="https://code.example/f.c">code.example</a></header><article class="onebox-body">'
    '<h4><a href="https://code.example/f.c">f.c</a></h4><pre class="onebox"><code class="lang-cpp">'
    '<ol class="start lines"><li>int a;\n</li><li>int b;\n</li></ol></code></pre></article>'
    '<div class="onebox-metadata">Noise</div></aside>'
)
CASES = {
    quote_of(4, 2) + "<p>No.</p>": "> [ada](/t/x/posts/42):\n>\n> Hot?\n\nNo.",
    '<aside class="quote" data-username="[url=https://x"><blockquote><p>Hm</p></blockquote></aside>': "> Hm",
    '<p>Ha <img src="/images/emoji/wink.png" title=":wink:" class="emoji" alt=":wink:"></p>': "Ha 😉",
    '<p><img src="/e/b.png" title=":nobody_knows:" class="emoji"></p>': ":nobody_knows:",
    '<p>So <a class="mention" href="/u/ada">@ada</a> and <span class="mention">@eve</span></p>': "So @ada and @eve",
    ONEBOX: "> [f.c](https://code.example/f.c)\n>\n> ```cpp\n> int a;\n> int b;\n> ```",
    '<div class="lazyYT" data-youtube-id="q1" data-youtube-title="A film"></div>': (
        "[A film](https://www.youtube.com/watch?v=q1)"
    ),
    '<video controls><source src="https://v.example/a.mp4"><a href="https://v.example/a.mp4">x</a></video>': (
        "<https://v.example/a.mp4>"
    ),
    '<iframe src="https://v.example/w"></iframe>': "<https://v.example/w>",
    '<div class="lightbox-wrapper"><a class="lightbox" href="https://c.example/large.png" title="cat"><img '
    'src="https://c.example/small.png" alt="cat"><div class="meta"><svg><use href="#x"></use></svg><span '
    'class="informations">9 kB</span></div></a></div>': "![cat](https://c.example/large.png)",
    '<p><a class="attachment" href="https://c.example/f.zip">f.zip</a> (3 KB)</p>': (
        "[f.zip](https://c.example/f.zip) (3 KB)"
    ),
    '<p><span class="bbcode-b">b</span> <i>i</i> <span class="bbcode-u">u</span></p>': "**b** *i* u",
    '<pre><code class="lang-auto">x\n</code></pre>': "```\nx\n```",
    "<p>Log: <code>one\ntwo</code></p>": "Log:\n\n```\none\ntwo\n```",
    "<details><summary>\nMore</summary><p>Here.</p></details>": "**More**\n\nHere.",
    '<h3><a class="anchor" href="#x"></a>Title</h3>': "### Title",
    '<p><span class="hashtag">#1</span> <img src="" alt="gone"></p>': r"#1 gone",
    '<div class="poll"><ul><li>Tea</li></ul><div class="poll-info">0 voters</div></div>': "- Tea",
    '<p><a href="/t/old/5">x</a></p>': "[x](/t/new/5)",
}


@pytest.mark.parametrize("html", CASES)
def test_it_says_the_same(html: str) -> None:
    assert markdown_of(html, LINKS) == CASES[html]


def test_emoji_are_characters_where_their_name_is_known() -> None:
    assert (emoji(":+1:"), emoji("rocket"), emoji(":wave:t3:"), emoji(":what:")) == ("👍", "🚀", "👋", ":what:")
    assert readable("10:30:15 is :what: std::max :smile:") == "10:30:15 is :what: std::max 😄"
