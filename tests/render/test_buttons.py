"""Buttons as words to type, and that what is typed is heard as what the button meant."""

from amity.message import Button, Buttons, Image, MediaRef, Part, Text
from amity.render import plain_buttons
from amity.sealed import SealedText

AGREE = Button(label="I agree", command="agree")
CLEAR = Button(label="Yes, clear", command="clear_conversation", argument="yes")
IMAGE = Image(media=MediaRef(key="k"))


def text(words: str) -> Text:
    return Text(SealedText(words))


def test_rows_follow_the_text() -> None:
    parts: tuple[Part, ...] = (text("Well?"), Buttons(((AGREE,), (CLEAR,))), IMAGE)
    assert plain_buttons(parts) == (
        text("Well?\n\nI agree: /agree\nYes, clear: /clear_conversation yes"),
        IMAGE,
    )


def test_all_rows_are_there_in_order() -> None:
    parts = (Buttons(((AGREE,),)), text("Well?"), Buttons(((CLEAR, AGREE),)))
    assert plain_buttons(parts) == (
        text("Well?\n\nI agree: /agree\nYes, clear: /clear_conversation yes\nI agree: /agree"),
    )


def test_without_a_text_the_words_stand_first() -> None:
    assert plain_buttons((IMAGE, Buttons(((AGREE,),)))) == (text("I agree: /agree"), IMAGE)
    assert plain_buttons((text(""), Buttons(((AGREE,),)))) == (text("I agree: /agree"),)


def test_parts_without_buttons_stay_as_they_are() -> None:
    for parts in ((), (text("hi"),), (IMAGE,), (text("a"), IMAGE, text("b"))):
        assert plain_buttons(parts) == parts


def test_empty_rows_are_nothing() -> None:
    assert plain_buttons((text("hi"), Buttons(()), Buttons(((),)))) == (text("hi"),)
