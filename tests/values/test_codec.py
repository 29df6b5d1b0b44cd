"""Parts of messages as JSON: what goes in comes out, whatever a platform or a model sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.codec import decode_parts, encode_parts
from amity.message import (
    Audio,
    Button,
    Buttons,
    Choice,
    Command,
    File,
    Image,
    Location,
    MediaRef,
    Part,
    Sticker,
    Text,
    Video,
    Voice,
)
from amity.sealed import SealedText

words = st.text(max_size=30)
sealed = words.map(SealedText)
maybe_sealed = st.none() | sealed
seconds = st.none() | st.floats(min_value=0, max_value=1e6, allow_nan=False)
media = st.builds(
    MediaRef,
    key=words,
    media_type=words,
    size=st.none() | st.integers(min_value=0, max_value=2**53),
    name=st.none() | words,
)
buttons = st.builds(Button, label=words, command=words, argument=words)
rows = st.lists(st.lists(buttons, max_size=3).map(tuple), max_size=3).map(tuple)
STRATEGIES: dict[type, st.SearchStrategy[Part]] = {
    Text: st.builds(Text, sealed),
    Image: st.builds(Image, media=media, caption=maybe_sealed),
    Voice: st.builds(Voice, media=media, caption=maybe_sealed, seconds=seconds),
    Audio: st.builds(Audio, media=media, caption=maybe_sealed, seconds=seconds),
    Video: st.builds(Video, media=media, caption=maybe_sealed, seconds=seconds),
    File: st.builds(File, media=media, caption=maybe_sealed),
    Sticker: st.builds(Sticker, emoji=st.none() | words),
    Location: st.builds(Location),
    Buttons: st.builds(Buttons, rows),
    Choice: st.builds(Choice, command=words, argument=words, method=words),
    Command: st.builds(Command, name=words, argument=sealed),
}
parts = st.lists(st.one_of(*STRATEGIES.values()), max_size=4).map(tuple)


def test_no_kind_of_part_is_left_out_here() -> None:
    assert set(STRATEGIES) == set(Part.__args__)


@given(parts)
def test_what_goes_in_comes_out(given_parts: tuple[Part, ...]) -> None:
    encoded = encode_parts(given_parts)
    decoded = decode_parts(encoded)
    assert decoded == given_parts
    assert [type(part) for part in decoded] == [type(part) for part in given_parts]


@pytest.mark.parametrize(
    "part",
    [
        Text(SealedText("canary")),
        Image(media=MediaRef(key="k"), caption=SealedText("canary")),
        Command(name="support", argument=SealedText("canary")),
    ],
)
def test_words_stay_sealed(part: Part) -> None:
    encoded = encode_parts((part,))
    assert "canary" in encoded.reveal()
    assert "canary" not in repr(encoded)
    assert "canary" not in repr(decode_parts(encoded))


def test_halves_of_a_character_do_not_break_it() -> None:
    """Some models stream an emoji as two halves, and JSON lets a client send one alone."""
    whole = encode_parts((Text(SealedText("a \ud83d\ude00 b")),))
    assert decode_parts(whole) == (Text(SealedText("a 😀 b")),)
    half = encode_parts((Text(SealedText("a \ud83d b")), Sticker(emoji="\ude00")))
    assert decode_parts(half) == (Text(SealedText("a \ufffd b")), Sticker(emoji="\ufffd"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "canary",
        "5",
        "null",
        "[1]",
        '[{"text":"canary"}]',
        '[{"type":"canary"}]',
        '[{"type":"text"}]',
        '[{"type":"text","text":"a","more":"canary"}]',
        '[{"type":"image","media":{"colour":"canary"}}]',
        '[{"type":"buttons","rows":[[{"colour":"canary"}]]}]',
    ],
)
def test_what_is_no_such_json_is_a_value_error_that_shows_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="no message parts") as caught:
        decode_parts(SealedText(text))
    error: BaseException | None = caught.value
    assert "canary" not in repr(vars(caught.value))
    while error is not None:
        assert "canary" not in repr(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
