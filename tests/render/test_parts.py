"""What is said, as the messages that a channel takes."""

import pytest

from amity.adapter import Capabilities
from amity.markup import Markup, TextUnit
from amity.message import Button, Buttons, Image, MediaRef, Part, Text, Voice
from amity.render import fit_parts
from amity.sealed import SealedText

YES = Buttons(((Button(label="Yes", command="agree"),),))
LONG = " ".join(["*word*"] * 30)
PICTURE = MediaRef(key="k")


def text(words: str) -> Text:
    return Text(SealedText(words))


def picture(caption: str | None) -> Image:
    return Image(media=PICTURE, caption=None if caption is None else SealedText(caption))


def takes(limit: int | None, **more: object) -> Capabilities:
    given: dict[str, object] = {"markup": Markup.SPANS, "buttons": True} | more
    return Capabilities(text_limit=limit, **given)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    "parts",
    [(), (text("*a*"),), (text("a"), YES), (picture("*a*"), text("b"), text("c"), YES)],
)
def test_a_channel_without_limits_gets_what_is_said(parts: tuple[Part, ...]) -> None:
    assert fit_parts(parts, takes(None)) == [parts]


def test_what_fits_stays_together() -> None:
    assert fit_parts((text("*a*"), YES), takes(64)) == [(text("*a*"), YES)]
    assert fit_parts((text("a"), picture("b"), YES), takes(64)) == [(text("a"), picture("b"), YES)]


def test_long_words_are_several_messages_and_buttons_stand_under_the_last() -> None:
    first, second, third = fit_parts((text(LONG), YES), takes(64))
    assert first == (text(" ".join(["*word*"] * 13)),)
    assert second == first
    assert third == (text(" ".join(["*word*"] * 4)), YES)


def test_several_texts_are_one() -> None:
    assert fit_parts((text("a"), text("b")), takes(64)) == [(text("a\n\nb"),)]


def test_where_there_is_no_markup_words_are_plain() -> None:
    plain = takes(None, markup=Markup.PLAIN)
    assert fit_parts((text("*a*"), picture("**b**")), plain) == [(text("a"), picture("b"))]


def test_where_there_are_no_buttons_they_are_words() -> None:
    assert fit_parts((text("a"), YES), takes(64, buttons=False)) == [(text("a\n\nYes: /agree"),)]
    assert fit_parts((YES,), takes(None, buttons=False)) == [(text("Yes: /agree"),)]


def test_what_is_too_long_of_a_caption_follows_as_text() -> None:
    capabilities = takes(100, caption_limit=64)
    assert fit_parts((picture(LONG), YES), capabilities) == [
        (picture(" ".join(["*word*"] * 13)),),
        (text(" ".join(["*word*"] * 17)), YES),
    ]


def test_captions_that_a_channel_does_not_take_follow_as_text() -> None:
    parts = (Voice(media=PICTURE, caption=SealedText("*a*")), picture(None))
    assert fit_parts(parts, takes(None, caption_limit=0)) == [
        (Voice(media=PICTURE), picture(None)),
        (text("*a*"),),
    ]


def test_the_unit_is_that_of_the_channel() -> None:
    words = "ä" * 64
    assert len(fit_parts((text(words),), takes(64))) == 1
    assert len(fit_parts((text(words),), takes(64, text_unit=TextUnit.BYTES))) == 2


def test_a_limit_too_small_for_any_text_is_refused_with_the_manifest() -> None:
    with pytest.raises(ValueError, match=r"a text_limit of 63 is too small .* at least 64"):
        Capabilities(text_limit=63)
