"""How what is typed or pressed becomes a word."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.invisible import INVISIBLE
from amity.message import (
    Audio,
    Choice,
    Command,
    File,
    Image,
    Location,
    MediaRef,
    Sticker,
    Text,
    Video,
    Voice,
)
from amity.sealed import SealedText
from amity.support import WORDS as SUPPORT_WORDS
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


@given(st.text().filter(lambda text: not INVISIBLE.sub("", text).lstrip().startswith("/")))
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
        "/stop/now",
        "/etc/passwd: denied",
        "/stop.now",
        "/stop\u200bnow",
        "/support/now",
        "/ supportive",
        "/dance:now",
        "well, /stop",
        "\u200b",
        "/... well",
        "\N{FULLWIDTH SOLIDUS}stop",
        "/\N{KELVIN SIGN}",
    ],
)
def test_these_are_talk(text: str) -> None:
    assert typed(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "/stop\n",
        "/stop\tnow",
        "/stop\nnow",
        "/STOP@amity_bot now",
        "/stop, please",
        "/stop!",
        "/stop:now",
        " \u200e/stop",
        "/stop\u200b now",
        "/\u200bstop now",
        "/stop@amity_bot: now",
    ],
)
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


unseen = st.text("\u00ad\u200b\u200e\u2060\ufe0f\ufeff", max_size=3)
signs = st.text(":.,;!?-–—…\"')]*", max_size=3)


@given(
    st.sampled_from(sorted(SUPPORT_WORDS)),
    st.text(" \n\u00a0\u200b\u200e\ufeff", max_size=4),
    unseen,
    signs,
    spaces,
)
def test_no_way_of_typing_hides_a_word_for_support(
    name: str, before: str, nothing: str, sign: str, space: str
) -> None:
    heard = typed(f"{before}/{before}{name}{nothing}{sign}{nothing}{space}it hangs")
    assert heard == Heard(name, SealedText("it hangs"), "command")
    glued = typed(f"{nothing}/{name}{sign or '.'}it hangs")
    assert glued is not None
    assert glued.name == name


@pytest.mark.parametrize(
    "text", ["\u200b" * 40_000, "/stop" + "\u200b" * 40_000 + "x", "/" + " " * 40_000]
)
def test_long_nothing_is_talk(text: str) -> None:
    assert typed(text) is None


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


@pytest.mark.parametrize("kind", [Image, Voice, Audio, Video, File])
def test_what_stands_below_a_picture_or_file_is_heard(
    kind: type[Image | Voice | Audio | Video | File],
) -> None:
    media = MediaRef(key="k")
    word = Heard("support", SealedText("it hangs"), "command")
    assert hear((kind(media=media, caption=SealedText("/support it hangs")),)) == word
    assert hear((Text(SealedText("/support it hangs")), kind(media=media))) == word
    assert hear((kind(media=media), Text(SealedText("/support it hangs")))) == word
    assert hear((kind(media=media, caption=SealedText("it hangs")),)) is None
    assert hear((kind(media=media),)) is None
    assert hear((Sticker(), Location())) is None
    assert hear(()) is None


def test_all_words_of_a_message_follow_the_name() -> None:
    image = Image(media=MediaRef(key="k"), caption=SealedText("and this"))
    assert hear((Text(SealedText("/support that")), image)) == Heard(
        "support", SealedText("that\n\nand this"), "command"
    )


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
