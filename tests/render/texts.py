"""Texts to try the render room with: hostile Markdown, and whatever Unicode holds."""

from hypothesis import strategies as st

__all__ = ["CLUSTERS", "WORDS", "documents", "scraps", "texts"]

# What people take for one character each.
CLUSTERS = (
    "👩‍👩‍👧‍👦",
    "🏳️‍🌈",
    "👍🏽",
    "🇩🇪",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "1️⃣",
    "é",
    "ä̈",
    "각",
    "நி",
    "क्षि",
    "ก็",
    "ש\u05c1",
    "👁️‍🗨️",
)
WORDS = (
    "a",
    "word",
    "Donaudampfschifffahrt",
    "слово",
    "שלום",
    "مرحبا",
    "你好，世界。",
    "ありがとう",
    "x_y",
    "2*3",
    "C:\\x",
    "<b>",
    "<@123>",
    "&amp;",
    "&",
    "#1",
    "1.",
    "-",
    "+",
    ">",
    "=",
    "|",
    ":",
    "!",
    "~",
    "`",
    "*",
    "**",
    "_",
    "__",
    "~~",
    "||",
    "[",
    "]",
    "(",
    "\\",
    "https://example.org/a_b_(c)?d=*e*&f=g",
    "me@example.org",
    "http://",
    "Really?",
    "“Yes.”",
    "…",
    *CLUSTERS,
)
SCRAPS = (
    *"*_~`[]()<>!#>-+|\\\n\t: .1\"'&=;",
    "**",
    "__",
    "~~",
    "***",
    "```",
    "````\n",
    "~~~",
    "\n\n",
    "\n- ",
    "\n  - ",
    "\n    ",
    "\n* ",
    "\n1. ",
    "\n7) ",
    "\n> ",
    "\n>",
    "\n# ",
    "\n---\n",
    "\n===\n",
    "  \n",
    "\\\n",
    "\n| a | b |\n|---|:-:|\n| ",
    "\n|x|\n|-|\n",
    "https://example.org/x_(y)",
    "<https://example.org/>",
    "](",
    "](/x)",
    "](<a b> 't')",
    "![",
    "[r]: /u\n",
    "<script>",
    "&#32;",
    "&#10;",
    "&nbsp;",
    "&copy;",
    "\u00a0",
    "\u2028",
    "\u200b",
    "\u0301",
    "\0",
    "\r",
    "\x85",
    "word",
    "слово",
    "שלום",
    "，",
    "。",
    "“",
    *CLUSTERS,
)

scraps = st.lists(st.sampled_from(SCRAPS), max_size=40).map("".join)


def _wrapped(marks: tuple[str, str]) -> "st.SearchStrategy[str]":
    return _spans.map(lambda inner: f"{marks[0]}{inner}{marks[1]}")


_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
_spans: st.SearchStrategy[str] = st.deferred(
    lambda: st.one_of(
        _words,
        st.sampled_from(CLUSTERS).map(lambda cluster: cluster * 9),
        st.integers(1, 300).map(lambda count: "x" * count),
        st.lists(_spans, min_size=1, max_size=4).map(" ".join),
        st.lists(_spans, min_size=2, max_size=3).map("".join),
        st.sampled_from(
            [
                ("**", "**"),
                ("*", "*"),
                ("_", "_"),
                ("~~", "~~"),
                ("`", "`"),
                ("``", "``"),
                ("***", "***"),
            ]
        ).flatmap(_wrapped),
        st.sampled_from(
            [
                "](https://example.org/(a)b)",
                "](/x)",
                "](<a b>)",
                "](mailto:me@example.org)",
                '](x "t")',
            ]
        ).flatmap(lambda end: _wrapped(("[", end))),
        _wrapped(("![", "](https://example.org/p.png)")),
        _wrapped(("**", "")),
        _wrapped(("[", "](")),
    )
)
_lines = st.lists(_spans, min_size=1, max_size=3).map("\n".join)


def _indented(text: str, first: str, rest: str) -> str:
    return first + text.replace("\n", "\n" + rest)


@st.composite
def _lists(draw: st.DrawFn) -> str:
    items = draw(st.lists(_blocks, min_size=1, max_size=4))
    start = draw(st.sampled_from([None, 0, 1, 9, 999999997]))
    gap = draw(st.sampled_from(["\n", "\n\n"]))
    marks = [
        draw(st.sampled_from("-*+")) + " " if start is None else f"{start + n}. "
        for n in range(len(items))
    ]
    return gap.join(
        _indented(item, mark, " " * len(mark)) for mark, item in zip(marks, items, strict=True)
    )


@st.composite
def _tables(draw: st.DrawFn) -> str:
    columns = draw(st.integers(1, 4))
    cell = _spans.map(lambda text: text.replace("\n", " ").replace("|", "\\|"))
    cells = st.lists(cell, min_size=columns, max_size=columns + 1)
    rows = draw(st.lists(cells, min_size=1, max_size=5))
    marks = draw(
        st.lists(st.sampled_from(["---", ":--", ":-:", "-:"]), min_size=columns, max_size=columns)
    )
    head, *body = [row[:columns] if not n else row for n, row in enumerate(rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *body))


@st.composite
def _fences(draw: st.DrawFn) -> str:
    fence = draw(st.sampled_from(["```", "~~~", "`````"]))
    info = draw(st.sampled_from(["", "python", "c++ x=1", "a&b", "~"]))
    line = st.one_of(
        st.sampled_from(
            ["", "    x = 1", "\tgo", "``", "```", "~~~~", "# no", "> no", "- no", "|"]
        ),
        _words,
        st.integers(1, 200).map(lambda count: "y" * count),
    )
    lines = draw(st.lists(line, max_size=8))
    close = draw(st.sampled_from([fence, fence, ""]))
    return "\n".join([f"{fence}{info}", *lines, close])


_block: st.SearchStrategy[str] = st.deferred(
    lambda: st.one_of(
        _lines,
        _lines,
        st.tuples(st.sampled_from(["# ", "## ", "###### "]), _spans).map("".join),
        _lists(),
        _tables(),
        _fences(),
        _blocks.map(lambda text: _indented(text, "> ", "> ")),
        _words.map(lambda text: f"    {text}"),
        st.sampled_from(
            ["---", "***", "", "[r]: https://example.org/r", "see [r]", "<div>\nx\n</div>"]
        ),
    )
)
_blocks: st.SearchStrategy[str] = st.lists(_block, min_size=1, max_size=3).flatmap(
    lambda blocks: st.sampled_from(["\n\n", "\n"]).map(lambda gap: gap.join(blocks))
)

documents = st.lists(_block, max_size=6).map("\n\n".join)
texts = st.one_of(st.text(max_size=200), scraps, documents)
