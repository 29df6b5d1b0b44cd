"""Reasoning never reaches the chat, however its tags are split."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.models.reasoning import ReasoningFilter

TAGS = [
    "<think>",
    "</think>",
    "<THINK>",
    "</Thinking>",
    "<thinking>",
    "<reasoning>",
    "</reasoning>",
]
PIECES = [
    *TAGS,
    "<",
    "</",
    "<th",
    "`",
    "`<think>`",
    "a<b>c",
    " ",
    "\n",
    "Hello",
    "думаю",
    "<b>",
    "İ",
    "\u212a",
]

texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def shown(chunks: list[str], *, held: bool = False) -> str:
    """Return what somebody sees in the end, what was taken back left out."""
    rule = ReasoningFilter(held=held)
    seen = ""
    for chunk in chunks:
        words = rule.feed(chunk)
        if rule.takes_back():
            assert not held
            seen = ""
        seen += words
    return seen + rule.finish()


def reference(text: str) -> str:
    """Say the same over the whole text at once, in another way."""
    names = "think|thinking|thought|reasoning"
    out, at, opened = [], 0, ""
    tag = re.compile(rf"(?<!`)<(/?)({names})>", re.IGNORECASE | re.ASCII)
    first = tag.search(text)
    if first is not None and first[1]:
        at = first.end()
    while at <= len(text):
        if opened:
            found = re.compile(f"</{opened}>", re.IGNORECASE | re.ASCII).search(text, at)
            if found is None:
                break
            at, opened = found.end(), ""
            continue
        found = tag.search(text, at)
        out.append(text[at : found.start() if found else len(text)])
        if found is None:
            break
        at, opened = found.end(), "" if found[1] else found[2]
    return "".join(out).lstrip()


@given(texts, st.data())
def test_the_split_makes_no_difference(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert shown(chunks) == reference(text)
    assert shown(list(text)) == reference(text)
    assert shown(chunks, held=True) == reference(text)
    assert shown(list(text), held=True) == reference(text)


@given(st.text().filter(lambda text: "<" not in text), st.data())
def test_text_without_tags_comes_through(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    assert shown([text[:cut], text[cut:]]) == text.lstrip()


@given(st.text(alphabet="secr<>/think"))
def test_nothing_between_the_tags_comes_through(secret: str) -> None:
    inside = secret.replace("</think>", "")
    if "</think>" in inside:
        return
    assert shown(["<think>", *inside, "</think>", "Hello"]) == "Hello"
    assert shown(["<think>", *inside]) == ""


@pytest.mark.parametrize(
    "text,expected",
    [
        ("<think>plan</think>\n\nHello.", "Hello."),
        ("Hello. <thinking>hm</thinking>Bye.", "Hello. Bye."),
        ("Hello. <think>never closed", "Hello. "),
        ("Write `<think>` before it.", "Write `<think>` before it."),
        ("<think>a</think>stray</think> tag", "stray tag"),
        ("<think>İİİİ</think>Hello there", "Hello there"),
        ("<thin\u212a>is no tag", "<thin\u212a>is no tag"),
        ("secret</think>\n\nHi", "Hi"),
        ("secret, `</think>` ends it</think>Hi</think>!", "Hi!"),
        ("secret, <think> it is</think>Hi", "secret, Hi"),
        ("secret</think>", ""),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<thinker> is no tag", "<thinker> is no tag"),
        ("<think>about <think> itself</think>Hello", "Hello"),
        ("ends with <thi", "ends with <thi"),
    ],
)
def test_examples(text: str, expected: str) -> None:
    assert shown([text]) == expected
    assert shown(list(text)) == expected


def test_words_are_not_held_back_longer_than_a_tag_may_need() -> None:
    rule = ReasoningFilter()
    assert rule.feed("Hello ") == "Hello "
    assert rule.feed("<th") == ""
    assert rule.feed("ere") == "<there"


def test_what_was_held_is_shown_at_the_end_unless_it_was_cut() -> None:
    rule = ReasoningFilter(held=True)
    assert rule.feed("Hello, a < b") == ""
    assert rule.finish() == "Hello, a < b"
    rule = ReasoningFilter(held=True)
    assert rule.feed("Let me see, the person") == ""
    assert rule.finish(cut=True) == ""
    rule = ReasoningFilter()
    assert rule.feed("Hello <th") == "Hello "
    assert rule.finish(cut=True) == "<th"
