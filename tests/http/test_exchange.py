"""Values of the contract cross a line and come back the same."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson
import pytest

from amity import adapter, errors, message
from amity.errors import AmityError, OperatorError, StoreUnavailable
from amity.http.exchange import Exchange
from amity.http.wire import decode, encode
from amity.message import Address, Inbound, Outbound, Outcome, Receipt, Sender, Text
from amity.sealed import SealedText

VALUES = [
    None,
    True,
    3,
    2.5,
    "x",
    b"\x00\xff",
    [1, "a"],
    (1, 2),
    frozenset({"a"}),
    {"a": [1], "b": None},
    SealedText("words"),
    message.Event.EDITED,
    Inbound(
        address=Address(channel="c", chat="1", thread="t"),
        sender=Sender(id="s", locale="en"),
        id="m",
        time=5,
        parts=(
            Text(SealedText("hello")),
            message.Image(media=message.MediaRef(key="k"), caption=SealedText("look")),
            message.Buttons(((message.Button(label="l", command="c"),),)),
            message.Location(),
            message.Choice(command="agree"),
        ),
        reaction=message.Reaction(emoji="x", message_id="1"),
    ),
    Outbound(id="o", reply="r", parts=(Text(SealedText("hi")),), in_reply_to=("m",), cut=True),
    adapter.Draft(reply="r", text=SealedText("h")),
    adapter.Acceptance(status=adapter.Accepted.ACCEPTED, id="1", chat="c"),
    adapter.Profile(
        state="active",
        chat="c",
        language="en",
        scopes=frozenset({"service"}),
        settings=adapter.Settings(call_name=SealedText("Sam")),
    ),
    adapter.JournalEntry(position="p", persona="mia", time=1, inbound=(Text(SealedText("x")),)),
    [adapter.KeyInfo(id="1", label="l", created_at=1)],
    Receipt(outcome=Outcome.SENT, message_ids=("1", "2")),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_comes_back(value: Any) -> None:
    assert decode(orjson.loads(orjson.dumps(encode(value)))) == value


@pytest.mark.parametrize(
    "error",
    [errors.RetryAfter(2.5), errors.Forbidden("f"), errors.Gone("g"), errors.Refused("r")],
    ids=lambda error: type(error).__name__,
)
def test_an_error_of_delivery_comes_back(error: errors.DeliveryError) -> None:
    receipt = decode(encode(Receipt(outcome=Outcome.FAILED, error=error)))
    assert type(receipt.error) is type(error)
    assert str(receipt.error) == str(error)


def test_what_is_the_platforms_own_stays_behind() -> None:
    inbound = Inbound(
        address=Address(channel="c", chat="1"), sender=Sender(id="s"), id="m", time=1, raw=object()
    )
    assert decode(encode(inbound)).raw is None


@pytest.mark.parametrize("value", [object(), {1, "a", object()}, asyncio.Event])
def test_other_things_do_not_cross(value: Any) -> None:
    with pytest.raises(TypeError):
        encode(value)


@pytest.mark.parametrize(
    "value",
    [
        {"is": "Popen", "with": {}},
        {"is": "Inbound", "with": {"nothing": 1}},
        {"enum": "Event", "value": "x"},
        {"error": "OSError", "text": ""},
        {"sealed": 1},
        {"a": 1},
        [1],
        {"list": {}},
    ],
)
def test_what_is_no_value_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="not a value of the contract"):
        decode(value)


Answer = Callable[[str, Sequence[Any]], Awaitable[Any]]


class Pair:
    """Two exchanges with a line between them."""

    def __init__(self, left: Answer, right: Answer) -> None:
        self.to_left: asyncio.Queue[Mapping[str, Any] | None] = asyncio.Queue()
        self.to_right: asyncio.Queue[Mapping[str, Any] | None] = asyncio.Queue()
        self.left = Exchange(self.to_right.put, self.to_left.get, left)
        self.right = Exchange(self.to_left.put, self.to_right.get, right)
        self.tasks = [asyncio.create_task(side.run()) for side in (self.left, self.right)]

    async def end(self) -> None:
        for line in (self.to_left, self.to_right):
            await line.put(None)
        await asyncio.gather(*self.tasks)


async def _nothing(name: str, values: Sequence[Any]) -> Any:
    raise AssertionError


async def test_calls_cross_in_both_directions_at_once() -> None:
    async def left(name: str, values: Sequence[Any]) -> Any:
        return [name, *values]

    async def right(name: str, values: Sequence[Any]) -> Any:
        # Asks back before it answers.
        return await pair.right.call("back", *values)

    pair = Pair(left, right)
    answers = await asyncio.gather(*(pair.left.call("there", n) for n in range(5)))
    assert answers == [["back", n] for n in range(5)]
    await pair.end()


@pytest.mark.parametrize(
    "raised, kind",
    [
        (OperatorError("set it"), OperatorError),
        (StoreUnavailable("away"), StoreUnavailable),
        (errors.Conflict("twice"), AmityError),
    ],
)
async def test_errors_cross(raised: AmityError, kind: type[AmityError]) -> None:
    async def right(name: str, values: Sequence[Any]) -> Any:
        raise raised

    pair = Pair(_nothing, right)
    with pytest.raises(kind, match=str(raised)):
        await pair.left.call("x")
    await pair.end()


async def test_a_foreign_errors_words_do_not_cross(capsys: pytest.CaptureFixture[str]) -> None:
    async def right(name: str, values: Sequence[Any]) -> Any:
        raise ValueError("canary")

    pair = Pair(_nothing, right)
    with pytest.raises(AmityError, match="something went wrong") as caught:
        await pair.left.call("x")
    assert "canary" not in str(caught.value)
    await pair.end()
    capsys.readouterr()


async def test_who_waits_is_told_when_the_other_goes() -> None:
    async def right(name: str, values: Sequence[Any]) -> Any:
        await asyncio.Event().wait()

    pair = Pair(_nothing, right)
    waiting = asyncio.create_task(pair.left.call("x"))
    await asyncio.sleep(0)
    await pair.end()
    with pytest.raises(ConnectionError):
        await waiting
    with pytest.raises(ConnectionError):
        await pair.left.call("x")


async def test_messages_that_fit_nothing_are_ignored() -> None:
    pair = Pair(_nothing, _nothing)
    await pair.to_left.put({"to": 99, "value": 1})
    await pair.to_left.put({"something": "else"})
    await pair.end()
