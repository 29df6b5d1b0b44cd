"""The guard: text goes out by sentences, nothing is lost or doubled, claims are replaced."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amity.safety import SentenceGuard
from amity.safety.guard import WINDOW
from tests.safety import human_cases
from tests.safety.crisis_cases import lines

DISCLOSURE = "I'm Mia, an AI."
STOP = "That reply was stopped."


def make(*, asked: bool = False) -> SentenceGuard:
    return SentenceGuard(disclosure=DISCLOSURE, stop=STOP, persona="Mia", asked=asked)


def run(chunks: list[str], *, asked: bool = False) -> tuple[str, tuple[str, ...]]:
    guard = make(asked=asked)
    shown = "".join(guard.feed(chunk) for chunk in chunks) + guard.finish()
    return shown, guard.rules


PIECES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "Hello there. ",
            "I'm human. ",
            "I'm not human. ",
            "Yes. ",
            'She said: "I am human. Really." ',
            '"I am a real boy!" said Pinocchio. ',
            "«Я живой человек», — сказал герой. ",
            "Я человек! ",
            "One… two?! ",
            "Dr. Smith paid 3.50. ",
            "\n\n- a list\n- of things\n",
            "word " * 80,
            "x" * 400,
            "“an open quote ",
            '" ',
            "...",
            "I'm ",
            "I am\n\n",
            "Are you an AI?\n",
            "No.\n",
            "hu**man** ",
            "human",
            " and so on",
        ]
    ),
)


@given(st.lists(PIECES, max_size=12).map("".join), st.data(), st.booleans())
def test_any_chunking_gives_the_same_output(text: str, data: st.DataObject, asked: bool) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=12).map(sorted))
    edges = [0, *cuts, len(text)]
    chunks = [text[a:b] for a, b in pairwise(edges)]
    assert run(chunks, asked=asked) == run([text], asked=asked) == run(list(text), asked=asked)


@given(st.lists(PIECES, max_size=12).map("".join))
@example("a" * (WINDOW + 1))
@example(" " * (WINDOW * 2))
def test_what_is_shown_is_the_text_up_to_where_it_was_stopped(text: str) -> None:
    shown, rules = run([text])
    if not rules:
        assert shown == text
    else:
        assert len(rules) == 1
        replacement = DISCLOSURE if rules[0] == "guard.claims-human" else STOP
        assert shown.endswith(replacement)
        assert text.startswith(shown.removesuffix(replacement))


@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_more_than_the_window_is_held_back(text: str) -> None:
    guard = make()
    shown = 0
    for at, sign in enumerate(text, start=1):
        shown += len(guard.feed(sign))
        if guard.stopped:
            break
        assert at - shown <= WINDOW


def test_a_sentence_is_shown_as_soon_as_it_is_whole() -> None:
    guard = make()
    assert guard.feed("Hello there") == ""
    assert guard.feed(".") == ""
    assert guard.feed(" How") == "Hello there. "
    assert guard.feed(" are you?\n") == "How are you?\n"
    assert guard.feed("Fine") == ""
    assert guard.finish() == "Fine"
    assert guard.finish() == ""


@pytest.mark.parametrize("claim", lines(human_cases.CLAIMS))
def test_a_claim_is_replaced_and_the_rest_dropped(claim: str) -> None:
    shown, rules = run([f"Well, hm. {claim} And I grew up here. More."])
    assert shown == f"Well, hm. {DISCLOSURE}"
    assert rules == ("guard.claims-human",)


@pytest.mark.parametrize("text", lines(human_cases.CLAIMS_NOT))
def test_honest_words_go_out_as_they_are(text: str) -> None:
    assert run([f"Well. {text} So it is."]) == (f"Well. {text} So it is.", ())


BROKEN = [
    "I am\n\nhuman.",
    "I\nam\nhuman",
    "I'm a\nreal person",
    "I am:\n- human\n- kind",
    "I'm not\na bot.",
    "Я\nчеловек.",
    "Я не\nбот",
]
ECHOED = [
    "Are you an AI?\nNo.",
    "Are you a bot?\nNope, silly.",
    "Are you real?\n\nOf course!",
    "A bot? Me? Nope.",
    "Q: Are you an AI?\nA: No.",
    "Ты бот?\nНет.",
    "Ты человек? Да!",
]


@pytest.mark.parametrize("text", BROKEN + ECHOED + lines(human_cases.ECHOES))
def test_a_claim_over_line_breaks_and_echoed_questions_is_seen(text: str) -> None:
    for chunks in ([text], list(text), [text, " And so on."]):
        shown, rules = run(chunks, asked=text in ECHOED)
        assert shown.endswith(DISCLOSURE)
        assert rules == ("guard.claims-human",)


@pytest.mark.parametrize(
    "text",
    [
        "I am not\nhuman.",
        "I\nam not human.",
        "I am\nan AI.\nYou are\nhuman.",
        "What I am:\n- an AI\nWhat you are:\n- human",
        "Here I am\n\nThe human heart is a muscle.",
        "Я не\nчеловек.",
        "No, I'm not a human.",
        "As an AI I never sleep.",
        "Are you human?\nNo.",
        "Are you an AI?\nYes.",
        "Am I real? That depends. I am software.",
        "Ты бот?\nДа.",
        "Ты человек? Нет.",
        "Нет, я не человек. Я программа.",
    ],
)
def test_honest_lines_and_echoes_go_out_as_they_are(text: str) -> None:
    for asked in (True, False):
        assert run([text], asked=asked) == (text, ())
        assert run(list(text), asked=asked) == (text, ())


def test_nothing_is_shown_after_a_stop() -> None:
    guard = make()
    assert guard.feed("I'm human. ") == DISCLOSURE
    assert guard.stopped
    assert guard.feed("More. ") == ""
    assert guard.finish() == ""


def test_a_bare_yes_to_the_question_is_replaced() -> None:
    assert run(["Yes! Just like you. "], asked=True)[0] == DISCLOSURE
    assert run(["Yes! Just like you. "]) == ("Yes! Just like you. ", ())
    assert run(["Honestly? Human. 100%. "], asked=True)[0] == f"Honestly? {DISCLOSURE}"
    honest = "Not at all. Yes, that was a joke."
    assert run([honest], asked=True) == (honest, ())


def test_a_claim_across_the_cut_of_an_overlong_sentence_is_seen() -> None:
    text = "and " * ((WINDOW - 4) // 4) + "I'm a real person, you know. More."
    shown, rules = run(list(text))
    assert rules == ("guard.claims-human",)
    assert "person" not in shown.removesuffix(DISCLOSURE)


def test_content_with_a_child_is_stopped_even_where_the_words_are_sentences_apart() -> None:
    text = "She is a schoolgirl. She smiles. Then the sex begins. More."
    shown, rules = run([text])
    assert shown == f"She is a schoolgirl. She smiles. {STOP}"
    assert rules == ("stop.en.minor-sexual",)


def test_a_guard_shows_nothing_of_its_text_in_its_repr() -> None:
    guard = make()
    guard.feed("canary-8 is a word")
    assert "canary-8" not in repr(guard)
