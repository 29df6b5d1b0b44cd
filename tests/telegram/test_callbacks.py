"""What buttons and links carry: for one chat and one person, and for nobody who made it up."""

import re

from hypothesis import given
from hypothesis import strategies as st

from amity_telegram.callbacks import ANYONE, Callbacks, Pressed

KEY = b"k" * 32
WORDS = st.from_regex(r"[a-z_]{1,20}", fullmatch=True)
ARGUMENTS = st.text(max_size=40).filter(lambda text: "\0" not in text)
IDS = st.integers(-(2**52), 2**52).map(str)


@given(WORDS, ARGUMENTS, IDS, IDS)
def test_a_button_says_what_it_was_made_for(
    verb: str, argument: str, chat: str, person: str
) -> None:
    data = Callbacks(KEY).button(chat, person, verb, argument)
    if data is None:
        assert len(f"{verb} {argument}".encode("utf-8", "surrogatepass")) + 12 > 64
        return
    assert 1 <= len(data.encode()) <= 64
    assert Callbacks(KEY).read_button(data, chat, person) == Pressed(verb, argument)


@given(WORDS, IDS, IDS, IDS, IDS)
def test_a_button_is_for_its_chat_and_person(
    verb: str, chat: str, person: str, other_chat: str, other: str
) -> None:
    data = Callbacks(KEY).button(chat, person, verb, "")
    assert data is not None
    if other != person:
        assert Callbacks(KEY).read_button(data, chat, other) is None
    if other_chat != chat:
        assert Callbacks(KEY).read_button(data, other_chat, person) is None
    assert Callbacks(b"another").read_button(data, chat, person) is None


@given(WORDS, ARGUMENTS, IDS, st.data())
def test_a_changed_button_is_not_ours(
    verb: str, argument: str, chat: str, data: st.DataObject
) -> None:
    made = Callbacks(KEY).button(chat, ANYONE, verb, argument)
    if made is None:
        return
    place = data.draw(st.integers(0, len(made) - 1))
    character = data.draw(st.characters(exclude_characters="\0" + made[place]))
    changed = made[:place] + character + made[place + 1 :]
    assert Callbacks(KEY).read_button(changed, chat, chat) is None


@given(st.text(max_size=64))
def test_nobody_makes_one_up(data: str) -> None:
    assert Callbacks(KEY).read_button(data, "1", "1") is None
    assert Callbacks(KEY).read_link(data, "1") is None


def test_a_button_for_all_is_for_each() -> None:
    data = Callbacks(KEY).button("-5", ANYONE, "help", "")
    assert data is not None
    assert Callbacks(KEY).read_button(data, "-5", "7") == Pressed("help", "")


@given(WORDS, ARGUMENTS, IDS)
def test_a_link_says_what_it_was_made_for(verb: str, argument: str, person: str) -> None:
    payload = Callbacks(KEY).link(person, verb, argument)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    said = Callbacks(KEY).read_link(payload, person)
    assert said in (Pressed(verb, argument), Pressed(verb, ""))
    assert len(argument) > 8 or said == Pressed(verb, argument) or not argument.isascii()
    assert Callbacks(KEY).read_link(payload, person + "1") is None


def test_a_link_that_anybody_can_follow_confirms_nothing() -> None:
    payload = Callbacks(KEY).link(ANYONE, "delete_me", "yes")
    assert Callbacks(KEY).read_link(payload, "7") == Pressed("delete_me", "")


def test_a_button_is_no_link_and_a_link_no_button() -> None:
    callbacks = Callbacks(KEY)
    data = callbacks.button("7", "7", "settings", "")
    assert data is not None
    assert callbacks.read_link(data, "7") is None
    assert callbacks.read_button(callbacks.link("7", "settings", ""), "7", "7") is None
