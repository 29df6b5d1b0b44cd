"""Characters that a provider cut in two are whole again, however they were cut."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.models.frames import FrameReader
from amity.models.halves import Halves
from amity.testing.fake_model import Answer, FakeModel
from tests.models.asking import ask, entry, section
from tests.models.conftest import MakeModels

HALVES = ["\ud83d", "\ude00", "\ud83d\ude00", "a", "я", "\U0001f600", " ", "\udfff", "\ud800"]
texts = st.lists(st.sampled_from(HALVES), max_size=8).map("".join)


def joined(chunks: list[str]) -> str:
    halves = Halves()
    return "".join([*(halves.feed(chunk) for chunk in chunks), halves.finish()])


def frame(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


@given(texts, st.data())
def test_the_cut_makes_no_difference(text: str, data: st.DataObject) -> None:
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert joined(chunks) == whole
    assert joined(list(text)) == whole
    reader = FrameReader()
    stream = b"".join(frame(chunk) for chunk in chunks)
    assert joined([each.text for each in reader.feed(stream)]) == whole


@given(st.lists(st.text(max_size=6), max_size=6))
def test_whole_characters_are_not_touched(chunks: list[str]) -> None:
    assert joined(chunks) == "".join(chunks)


@pytest.mark.parametrize(
    "words,text",
    [
        (("ok \ud83d", "\ude00 fine."), "ok \U0001f600 fine."),
        (("bad \ud83d here.",), "bad \ufffd here."),
        (("bad \ud83d", " here."), "bad \ufffd here."),
        (("at the end \ud83d",), "at the end \ufffd"),
        (
            (
                "Hello",
                " \ude00",
            ),
            "Hello \ufffd",
        ),
    ],
)
@pytest.mark.parametrize("model", ["openai/gpt-fake", "hosted_vllm/fake"])
async def test_no_reply_is_lost_for_half_a_character(
    fake: FakeModel, make: MakeModels, words: tuple[str, ...], text: str, model: str
) -> None:
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    body = b"".join(frame(each) for each in words)
    body += b"data: " + json.dumps(end).encode() + b"\n\ndata: [DONE]\n\n"
    fake.always(Answer(raw=body))
    said = await ask(make(section(entry("main", fake.url, model))))
    assert said.error is None
    assert said.text == text
    said.text.encode()


async def test_nor_where_it_is_not_streamed(fake: FakeModel, make: MakeModels) -> None:
    message = {"role": "assistant", "content": "bad \ud83d here, \ud83d\ude00"}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m"}
    fake.always(Answer(raw=json.dumps({**body, "choices": [choice]}).encode()))
    said = await ask(make(section(entry("main", fake.url, stream=False))))
    assert said.text == "bad \ufffd here, \U0001f600"
