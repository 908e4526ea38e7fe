"""Texts that make parsers slow or their output grow, each filled up to a size in bytes."""

from collections.abc import Callable

Fill = Callable[[int], str]


def times(unit: str, *, before: str = "", after: str = "") -> Fill:
    """The unit again and again, up to the size."""

    def fill(size: int) -> str:
        room = size - len((before + after).encode())
        return before + unit * (room // len(unit.encode())) + after

    return fill


def both(opening: str, closing: str, inside: str = "a") -> Fill:
    """As many openings as closings, around something."""

    def fill(size: int) -> str:
        count = (size - len(inside)) // len((opening + closing).encode())
        return opening * count + inside + closing * count

    return fill


def rising(unit: str, mark: str, after: str = " ") -> Fill:
    """The mark once, twice, three times ... each behind the unit."""

    def fill(size: int) -> str:
        parts: list[str] = []
        used = count = 0
        while used < size:
            count += 1
            parts.append(unit + mark * count + after)
            used += len(parts[-1].encode())
        return "".join(parts)[:size]

    return fill


def numbered(pattern: str) -> Fill:
    """The pattern with 1, 2, 3 ... in the place of {n}."""

    def fill(size: int) -> str:
        parts: list[str] = []
        used = count = 0
        while True:
            count += 1
            part = pattern.replace("{n}", str(count))
            used += len(part.encode())
            if used > size:
                return "".join(parts)
            parts.append(part)

    return fill


def stairs(unit: str, indent: str = " ", line: str = "\n") -> Fill:
    """Lines, each indented one step more than the one before."""

    def fill(size: int) -> str:
        parts: list[str] = []
        used = depth = 0
        while used < size:
            parts.append(indent * depth + unit + line)
            used += len(parts[-1].encode())
            depth += 1
        return "".join(parts)[:size]

    return fill


def halves(first: Fill, second: Fill) -> Fill:
    """One kind and then another."""
    return lambda size: first(size // 2) + second(size - size // 2)


# fmt: off
PAIRS = [
    "a*", "*a", "*a ", "**a ", "***a", "a**b", "_a", "_a ", "a_ ", "~~a ", "~~a", "a~~", "*_", "**_ ", "*a_ ", "_*a",
    "[a", "a]", "[]", "][", "[a]", "[a][", "[a](", "![", "![a", "![a](", "[[]", "[\\]", "[`", "[<", "](", "[a](<",
    "[a](b", "[a](b ", "[](", "[](a", "[](((", "[a](b \"", "[a](b 'x", "[a](b (x", "<a", "<a ", "<a:", "<http:",
    "<a@b", "</", "<!--", "<?", "<![CDATA[", "<sub>", "<sub>a", "</sub>", "<sub></sub>", "<sub>a</sub>", "<kbd>*",
    "<sub><sup>", "<sub>[", "<sub>`", "<sub>$", "&amp;", "&#", "&#1", "&#x", "&a", "&am", "&lt;", "&#0;",
    "&#9999999;", "&CounterClockwiseContourIntegral;", "&nbsp;", "&quot;", "` ", "`a", "``a", "` `` ", "\\`", "\\\\",
    "\\a", "\\*", "\\\n", "a\\\n", "a  \n", "$a", "$ ", "$a$", "$a$ ", "$$", "$$a", "$$ ", "$\\$", "$`", "http://",
    "http://a", "http://a ", "http://a.b.c ", "www.", "www.a ", "a.b.", "a@b.c ", "<a@b.c> ", "http://a)",
    "http://a(", "(http://a", "http://a.......", "http://[", "http://%", "http://ä", "http://a/ä ", "https://xn--a ",
    "@a", "@a ", "@", "@.", "@a.", "@a-", "a@", "@ä ", "@a_", "[^", "[^a", "[^1]", "^[", "^[a", "^[a]", "[^a]:",
    "[^a]: b\n", "[ ] ", "- [ ] ", "- [x] a\n", "\u200b", "\u202e", "́", "á", "\x00", "\x01a", "\ufeff",
]
LINES = [
    ">\n", "> a\n", ">a\n\n", "-\n", "- a\n", "- a\n\n", "* a\n+ b\n", "1.\n", "1. a\n", "1) a\n2. b\n", "a\n",
    "a\n\n", "a\n=\n", "a\n-\n", "#\n", "# a\n", "###### a #\n", "---\n", "***\n\n", "    a\n", "    a\n\n", "\ta\n",
    "```\n", "```\na\n", "~~~\n", "```a\n```\n", "[a]: b\n", "[a]: b 'c'\n", "[a]:\nb\n", "[a]: <b> (c)\n", "[a\n",
    "[a]: \n", "[]: a\n", "|\n", "|a|\n", "|-|\n", "a|b\n-|-\n", "a|b\n-|-\nc|d\n", "a|b\n-|-\nc|d\n\n", "|||\n",
    ":-:|\n", "$$\n", "$$\na\n", "$$\na\n$$\n", "$$ a\nb $$\n", "[^a]: b\n", "[^a]:\n    b\n", "> - a\n", "- > a\n",
    "> # a\n", "> ```\n", "- ```\n", "1. > a\n", "-\n\n", "- \n\n  a\n", "<div>\n", "<!--\n", "<a>\n\n", " \n",
    "\u2028\n", "a\r", "\r\n", "| a\n| -\n",
]
# fmt: on

WORST: dict[str, Fill] = {
    # one character
    **{f"only {mark!r}": times(mark) for mark in "`*_~[]()<>!&$#\\-+=|:@^'\"/.{}\t\n ;%,?0aä漢"},
    **{f"pairs {pair!r}": times(pair) for pair in PAIRS},
    **{f"lines {line!r}": times(line) for line in LINES},
    # nesting
    "quotes on one line": times("> "),
    "quotes, tight": times(">"),
    "quotes then lines": lambda size: "> " * 20 + "a\n" + times(">" * 20 + " a\n")(size - 50),
    "quotes, lazy lines": lambda size: "> " * 20 + "a\n" + times("a\n")(size - 50),
    "lists on one line": times("- "),
    "lists with numbers on one line": times("1. "),
    "lists and quotes on one line": times("- > "),
    "lists in stairs": stairs("- a", "  "),
    "lists in stairs, numbered": stairs("1. a", "   "),
    "lists in stairs, up and again": times("".join("  " * n + "- a\n" for n in range(10))),
    "lists in stairs, blank lines": times("".join("  " * n + "- a\n\n" for n in range(10))),
    "quotes in stairs": rising("", ">", " a\n"),
    "quotes up and again": times("".join(">" * n + " a\n" for n in range(1, 11))),
    "list items that hold stairs": times("- - - - - - - - - a\n"),
    "list items, indented codes": times("- a\n\n      b\n"),
    "footnotes in footnotes": times("[^a]: "),
    "footnotes in stairs": stairs("[^a]: b", "    "),
    "references in quotes": times("> [a]: b\n> c\n"),
    # inline pairs
    "links in links": both("[", "](a)"),
    "images in images": both("![", "](a)"),
    "images in links": both("[![", "](a)](b)"),
    "brackets": both("[", "]"),
    "brackets, references": both("[", "][a]"),
    "brackets, then a definition": lambda size: "[a]: b\n\n" + both("[", "]")(size - 8),
    "parentheses in an address": lambda size: "[a](" + both("(", ")", "b")(size - 6) + ")",
    "emphasis in emphasis": both("*a ", " b*"),
    "strong in strong": both("**a ", " b**"),
    "emphasis and strong": both("*a **a ", " b** b*"),
    "emphasis by turns": both("*a _b ", " b_ a*"),
    "strikes in strikes": both("~~a ", " b~~"),
    "stars, then underscores": halves(times("*a "), times("_b ")),
    "openers, then closers": halves(times("*a"), times("b* ")),
    "openers of many kinds": times("*a _b **c __d ~~e "),
    "openers, then closers of many kinds": halves(times("*a **b ***c "), times("d* e** f*** ")),
    "long runs of stars": rising("a", "*"),
    "long runs of underscores": rising("a ", "_", "a"),
    "long runs of tildes": rising("a", "~"),
    "long runs of backticks": rising("a", "`"),
    "long runs of backticks, downwards": lambda size: rising("a", "`")(size)[::-1],
    "long runs of dollars": rising("a", "$"),
    "subs in subs": both("<sub>", "</sub>"),
    "subs crossed": halves(times("<sub><sup>"), times("</sub></sup>")),
    "subs with emphasis": both("<sub>*", "*</sub>"),
    "subs in links": both("[<sub>", "</sub>](a)"),
    "sub, then nothing": times("a", before="<sub>"),
    "sub across a link": times("[<sub>](a)</sub>"),
    # growth
    "a long definition used often": lambda size: f"[a]: /{'b' * (size // 2)}\n\n" + "[a]" * (size // 6),
    "a long title used often": lambda size: f"[a]: / '{'b' * (size // 2)}'\n\n" + "[a]" * (size // 6),
    "a definition used often": lambda size: "[a]: b\n\n" + "[a]" * (size // 3 - 5),
    "definitions": numbered("[{n}]: {n}\n"),
    "definitions and uses": numbered("[{n}]: {n}\n\n[{n}]\n\n"),
    "definitions with long labels": numbered("[" + "a" * 900 + "{n}]: b\n"),
    "uses of long labels": lambda size: "[a]: b\n\n" + numbered("[" + "a" * 500 + "{n}]")(size - 10),
    "definitions in one paragraph, titles open": times("[a]: b '\n"),
    "definitions, each with an open bracket": times("[a]: [\n"),
    "a footnote used often": lambda size: "[^a]: b\n\n" + "[^a]" * (size // 4 - 5),
    "footnotes": numbered("[^{n}]\n\n[^{n}]: a\n\n"),
    "footnotes, uses without an end": lambda size: "[^a]: b\n\n" + "[^a" * (size // 3 - 5),
    "footnotes with long labels": lambda size: "[^a]: b\n\n" + numbered("[^" + "a" * 400 + "{n}]")(size - 10),
    "footnotes that use themselves": times("[^a]", before="[^a]: ", after="\n\n[^a]"),
    "a table, many columns": lambda size: "|a" * (size // 4) + "|\n" + "|-" * (size // 4) + "|\n",
    "a table, square": lambda size: "|a" * 120 + "|\n" + "|-" * 120 + "|\n" + "|\n" * ((size - 500) // 2),
    "a table, 40 columns": lambda size: (
        "|a" * 40 + "|\n" + "|-" * 40 + "|\n" + ("|" * 41 + "\n") * ((size - 200) // 42)
    ),
    "a table, 40 columns, empty rows": lambda size: "|a" * 40 + "|\n" + "|-" * 40 + "|\n" + "|\n" * 73,
    "a table, 2 columns": lambda size: "a|b\n-|-\n" + "|\n" * ((size - 10) // 2),
    "a table, one column": lambda size: "|a|\n|-|\n" + "|\n" * ((size - 10) // 2),
    "tables, each cut short": times("a|b\n-|-\n> x\n"),
    "tables, each of 40 columns": times("|a" * 40 + "|\n" + "|-" * 40 + "|\n\n"),
    "a table of pipes escaped": lambda size: "|a|\n|-|\n" + "\\|" * ((size - 10) // 2),
    "almost a table": times("-|" * 100 + "\n"),
    "almost a table, colons": lambda size: "a|b\n" + ":-" * (size // 2 - 3),
    "a table in a quote in a list": times("- > a|b\n  > -|-\n  > c|d\n"),
    "quotation marks": times('"'),
    "entities of one character": times("&quot;"),
    "long entities": times("&CounterClockwiseContourIntegral;"),
    "mentions": numbered("@a{n} "),
    "one mention": times("@anna "),
    "mentions glued": times("@anna,"),
    "names without end": times("a", before="@"),
    "names of dots": times("a.", before="@"),
    "names of dashes": times("-", before="@a"),
    "addresses": numbered("http://a.de/{n} "),
    "addresses, short": times("www.a "),
    "one long address": times("a", before="http://"),
    "one long address of dots": times(".", before="http://a"),
    "one long address of brackets": times(")", before="http://a"),
    "one long address of opening brackets": times("(", before="http://a"),
    "one long address of labels": times("a.", before="http://"),
    "one long address of ports": times(":1", before="http://a"),
    "one long address of ats": times("@", before="http://a"),
    "one long address of percents": times("%", before="http://a/"),
    "one long host that is not ASCII": times("ä", before="http://"),
    "one long host of labels that are not ASCII": times("ä.", before="http://"),
    "a link to a long host that is not ASCII": lambda size: "[a](http://" + "äö漢" * (size // 8) + ")",
    "links to hosts that are not ASCII": times("[a](http://äö.de)"),
    "a link to a long path that is not ASCII": lambda size: "[a](http://b/" + "漢" * (size // 3 - 10) + ")",
    "opening brackets and an address": lambda size: "(" * (size - 10) + "http://a",
    "www and brackets": times("(www."),
    "schemes": times("a:"),
    "schemes with slashes": times("a://"),
    "mail addresses": times("<a@b.c>"),
    "mail address without end": lambda size: "<" + "a" * (size // 2) + "@" + "a." * (size // 4 - 2) + ">",
    "mail address of dashes": lambda size: "<a@" + "a-" * (size // 2 - 4) + ">",
    "headings": times("# a\n"),
    "headings, deeper and deeper": times("# a\n## a\n### a\n#### a\n##### a\n###### a\n"),
    "closing hashes": lambda size: "# a " + "#" * (size - 6) + " b",
    "setext underlines": lambda size: times("a\n")(size - 100) + "=" * 90,
    "setext, long underline": lambda size: "a\n" + "-" * (size - 4) + " b",
    "rule with spaces": times("* ", after="a"),
    "spaces": times(" ", before="a", after="b"),
    "spaces in a cell": lambda size: "a|b\n-|-\n" + " " * (size - 12) + "|",
    "tabs": times("\t", before="-", after="b"),
    "tabs in lists": times("-\t"),
    "tabs in quotes": times(">\t"),
    "line breaks": times("a\\\n"),
    "code blocks": times("```\n\n```\n"),
    "code spans": times("`a` "),
    "images": times("![a](/static/b) "),
    "images elsewhere": times("![](http://a) "),
    "links": times("[a](b)"),
    "links with titles": times('[a](b "c")'),
    "empty links": times("[](a)"),
    "dollars with spaces": times("$ a"),
    "formula without end": times("a", before="$"),
    "formula of backslashes": times("\\", before="$"),
    "formula of escaped dollars": times("\\$", before="$a"),
    "formulas": times("$a$ "),
    "formula blocks": times("$$\na\n$$\n\n"),
    "formula blocks without end": times("$$\na\n\n"),
    "formula blocks without end, tight": times("$$x\n"),
    "formula blocks in quotes": times("> $$\n"),
    "tasks": times("- [ ] a\n"),
    "tasks in one list, loose": times("- [ ] a\n\n"),
}
