"""How what is typed or pressed becomes a word."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.message import Choice, Command, Image, MediaRef, Text
from amity.sealed import SealedText
from amity.turn.words import WORDS, Heard, When, hear

names = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=20)
arguments = st.text(max_size=30).map(str.strip)
spaces = st.text(" \t\n\u00a0", min_size=1, max_size=3)
bots = st.just("") | names.map(lambda name: "@" + name)


def typed(text: str) -> Heard | None:
    return hear((Text(SealedText(text)),))


@given(names, bots, spaces, arguments)
def test_a_slash_and_a_name_are_a_word(name: str, bot: str, space: str, argument: str) -> None:
    heard = typed(f"/{name}{bot}{space}{argument}")
    assert heard == Heard(name.lower(), SealedText(argument), "command")


@given(st.sampled_from(sorted(WORDS)), st.data())
def test_case_does_not_matter(name: str, data: st.DataObject) -> None:
    given_name = "".join(data.draw(st.sampled_from([c.lower(), c.upper()])) for c in name)
    heard = typed("/" + given_name)
    assert heard is not None
    assert heard.word is WORDS[name]


@given(st.text().filter(lambda text: not text.startswith("/")))
def test_what_begins_without_a_slash_is_talk(text: str) -> None:
    assert typed(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "//",
        "/ stop",
        "/\nstop",
        "/@amity_bot",
        "/etc/passwd is a file",
        "/привет",
        "/stop, please",
        "/... well",
        "\N{FULLWIDTH SOLIDUS}stop",
        "/\N{KELVIN SIGN}",
    ],
)
def test_these_are_talk(text: str) -> None:
    assert typed(text) is None


@pytest.mark.parametrize("text", ["/stop\n", "/stop\tnow", "/stop\nnow", "/STOP@amity_bot now"])
def test_these_stop(text: str) -> None:
    heard = typed(text)
    assert heard is not None
    assert heard.preempts


@given(st.text())
def test_any_text_is_heard_or_talk_and_a_word_is_shown_nowhere(text: str) -> None:
    heard = typed("/support " + text)
    assert heard is not None
    assert heard.argument == SealedText(text.strip())
    assert repr(heard) == repr(typed("/support"))


def test_an_unknown_name_is_heard_so_that_it_can_be_answered() -> None:
    heard = typed("/dance now")
    assert heard == Heard("dance", SealedText("now"), "command")
    assert heard is not None
    assert heard.word is None
    assert not heard.preempts


def test_a_pressed_button_is_a_word_with_its_evidence() -> None:
    assert hear((Choice(command="agree", argument="yes", method="slash"),)) == Heard(
        "agree", SealedText("yes"), "slash"
    )
    assert hear((Text(SealedText("hi")), Choice(command="agree"))) == Heard(
        "agree", SealedText(""), "button"
    )


def test_a_native_command_is_a_word() -> None:
    given_command = Command(name="Clear_Conversation", argument=SealedText(" yes "))
    heard = hear((given_command,))
    assert heard == Heard("clear_conversation", SealedText("yes"), "command")
    assert heard is not None
    assert heard.preempts


def test_the_words_of_a_picture_are_talk() -> None:
    image = Image(media=MediaRef(key="k"), caption=SealedText("/stop"))
    assert hear((image,)) is None
    assert hear((Text(SealedText("/stop")), image)) is None
    assert hear(()) is None


@pytest.mark.parametrize(
    "text, preempts",
    [
        ("/stop", True),
        ("/pause", True),
        ("/clear_conversation", False),
        ("/clear_conversation yes", True),
        ("/clear_conversation all", True),
        ("/delete_me", False),
        ("/delete_me yes", True),
        ("/consent", False),
        ("/consent withdraw", True),
        ("/help", False),
        ("/resume", False),
    ],
)
def test_only_what_must_not_wait_preempts(text: str, preempts: bool) -> None:
    heard = typed(text)
    assert heard is not None
    assert heard.preempts is preempts


@pytest.mark.parametrize("name", ["help", "privacy", "terms", "support"])
def test_help_and_rights_are_understood_everywhere(name: str) -> None:
    assert When.ALWAYS in WORDS[name].when


@pytest.mark.parametrize("name", ["export", "delete_me"])
def test_rights_are_understood_wherever_there_is_a_person(name: str) -> None:
    assert When.PERSON in WORDS[name].when
