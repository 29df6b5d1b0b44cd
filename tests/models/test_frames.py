"""OpenAI's dialect, byte by byte."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.models.frames import FrameReader, Garbled, ProviderFault


def frame(**delta: object) -> bytes:
    return b"data: " + orjson.dumps({"choices": [{"index": 0, "delta": delta}]}) + b"\n\n"


def read(data: bytes, cuts: list[int] | None = None) -> str:
    reader, words, at = FrameReader(), [], 0
    for cut in [*(cuts or []), len(data)]:
        words += [each.text for each in reader.feed(data[at:cut])]
        at = cut
    words += [each.text for each in reader.finish()]
    return "".join(words)


@given(st.lists(st.text(max_size=6), max_size=6), st.data())
def test_any_split_gives_the_same_words(words: list[str], data: st.DataObject) -> None:
    stream = b": hello\n\n" + b"".join(frame(content=word) for word in words) + b"data: [DONE]\n\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    assert read(stream, cuts) == "".join(words)


@pytest.mark.parametrize(
    "data",
    [
        b"data: {",
        b"data: [1]\n",
        b'data: "text"\n',
        b"data: \xff\xfe\n",
        b'data: {"choices": "no"}\n',
        b'data: {"choices": [7]}\n',
        b'data: {"choices": [{"delta": "no"}]}\n',
    ],
)
def test_what_is_not_the_dialect(data: bytes) -> None:
    with pytest.raises(Garbled):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"event: ping\n\n",
        b": OPENROUTER PROCESSING\n\n",
        b"data:\n\n",
        b"data: {}\n\n",
        b'data: {"choices": []}\n\n',
        b'data: {"choices": [{"delta": null}]}\n\n',
        b'data: {"choices": [{"delta": {"content": null, "reasoning_content": "x"}}]}\n\n',
        b'data: {"choices": [{"delta": {"reasoning": "x"}}]}\n\n',
        b"retry: 5\r\nid: 7\r\n\r\n",
    ],
)
def test_what_holds_no_words(data: bytes) -> None:
    assert read(data) == ""


def test_line_ends_of_windows_and_a_missing_last_one() -> None:
    assert read(frame(content="a").replace(b"\n", b"\r\n") + frame(content="b").rstrip()) == "ab"


def test_mistrals_blocks() -> None:
    blocks = [{"type": "thinking", "thinking": []}, {"type": "text", "text": "Hi"}]
    assert read(frame(content=blocks)) == "Hi"


def test_the_end_and_the_counts() -> None:
    end = b'data: {"choices": [{"delta": {}, "finish_reason": "length"}]}\n'
    counts = b'data: {"choices": [], "usage": {"prompt_tokens": 3}}\n'
    found = list(FrameReader().feed(end + counts))
    assert [each.finish for each in found] == ["length", None]
    assert [each.usage for each in found] == [None, {"prompt_tokens": 3}]


@pytest.mark.parametrize(
    "error,status,code",
    [
        ('{"code": 429, "message": "secret"}', 429, ""),
        ('{"code": "rate_limit_exceeded", "type": "x"}', None, "rate_limit_exceeded"),
        ('{"type": "server_error"}', None, "server_error"),
        ('"secret"', None, ""),
        ('{"code": 7}', None, ""),
    ],
)
def test_an_error_in_the_stream(error: str, status: int | None, code: str) -> None:
    with pytest.raises(ProviderFault) as caught:
        read(f'data: {{"error": {error}}}\n'.encode())
    assert (caught.value.status, caught.value.code) == (status, code)
    assert "secret" not in str(caught.value)


def test_a_line_without_an_end_is_given_up() -> None:
    reader = FrameReader()
    assert list(reader.feed(b"x" * 4 * 1024 * 1024)) == []
    with pytest.raises(Garbled):
        list(reader.feed(b"x"))


def test_half_a_character_is_read_as_it_came() -> None:
    halves = b'data: {"choices": [{"delta": {"content": "ok \\ud83d"}}]}\n'
    assert read(halves) == "ok \ud83d"
