"""Text of people cannot slip out by accident."""

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable

import orjson
import pytest

from amity.message import Text
from amity.sealed import SealedText

SECRET = SealedText("canary")


@pytest.mark.parametrize(
    "leak",
    [
        str,
        "{}".format,
        "{:>20}".format,
        "{!s}".format,
        lambda text: f"{text}",
        lambda text: "%s" % text,  # noqa: UP031 -- the old way is refused too
        lambda text: "" + text,
        lambda text: "".join([text]),
        json.dumps,
        orjson.dumps,
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
        lambda text: dataclasses.asdict(Text(text)),
    ],
)
def test_it_refuses(leak: Callable[[SealedText], object]) -> None:
    with pytest.raises(TypeError) as refused:
        leak(SECRET)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_no_pickle_protocol_takes_it(protocol: int) -> None:
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(SECRET, protocol)


def test_repr_shows_nothing_also_within_other_values() -> None:
    shown = repr(SECRET) + repr([SECRET]) + f"{SECRET!r} {Text(SECRET)}" + ascii({"a": SECRET})
    assert "canary" not in shown
    assert "SealedText" in shown


def test_it_is_a_value() -> None:
    assert SealedText("canary") == SECRET
    assert SealedText("other") != SECRET
    assert SECRET != "canary"
    assert len({SECRET, SealedText("canary")}) == 1
    assert (len(SECRET), bool(SECRET), bool(SealedText(""))) == (6, True, False)
    assert SECRET.reveal() == "canary"
