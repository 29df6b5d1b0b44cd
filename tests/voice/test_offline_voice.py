"""The offline voice: what it says, that it says what it is, and what it never does."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.errors import ConfigError
from amity.models._offline_reply import MOST, reply
from amity.models._offline_rules import load_voices
from amity.models.contract import (
    ChatMessage,
    ChatRequest,
    Companion,
    Delta,
    Finished,
    Role,
    Speaker,
    Unsupported,
)
from amity.models.offline import OfflineVoice
from amity.safety import SentenceGuard, assess
from amity.sealed import SealedText

VOICES = load_voices()
MIA = Companion(
    name="Mia", gender="female", language="en", interests=("old maps",), call_name="⟦name⟧"
)
LEO = Companion(name="Лео", gender="male", language="ru", interests=("горы и погода",))


def message(speaker: Speaker, text: str) -> ChatMessage:
    return ChatMessage(speaker, SealedText(text))


def answer(companion: Companion, *said: str) -> str:
    """The reply to the last of alternating lines: the person's, the voice's, the person's…"""
    speakers = (Speaker.USER, Speaker.ASSISTANT)
    messages = [message(speakers[at % 2], text) for at, text in enumerate(said)]
    return reply(VOICES[companion.language], companion, messages)


def talk(companion: Companion, lines: Sequence[str]) -> list[str]:
    """Hold a whole conversation and return the voice's lines."""
    messages: list[ChatMessage] = []
    answers = []
    for line in lines:
        messages.append(message(Speaker.USER, line))
        text = reply(VOICES[companion.language], companion, messages)
        messages.append(message(Speaker.ASSISTANT, text))
        answers.append(text)
    return answers


def body(companion: Companion, text: str) -> str:
    return text.removeprefix(VOICES[companion.language].intro).strip()


def sayings(companion: Companion, rule: str) -> set[str]:
    """What a rule can say to this companion's person, filled in."""
    voice = VOICES[companion.language]
    found = next(each for each in voice.rules if each.id == rule)
    forms = {"female": 1, "male": 2}.get(companion.gender, 3)
    filled = set()
    for saying in found.say:
        text = saying.replace("{name}", companion.name)
        text = text.replace("{interest}", companion.interests[0])
        text = text.replace("{call}", companion.call_name or "{call}")
        filled.add(re.sub(r"<([^/<>]*)/([^/<>]*)/([^/<>]*)>", rf"\{forms}", text))
    return filled


@pytest.mark.parametrize("companion", [MIA, LEO], ids=["en", "ru"])
def test_its_first_words_say_what_it_is_and_how_to_connect_a_model(companion: Companion) -> None:
    hello = {"en": "Hello", "ru": "Привет"}[companion.language]
    first, second = talk(companion, [hello, hello])
    assert first.startswith(VOICES[companion.language].intro)
    assert "README" in first
    assert VOICES[companion.language].intro not in second


def test_a_greeting_of_the_persona_does_not_replace_the_introduction() -> None:
    messages = [message(Speaker.ASSISTANT, "Hi, I'm Mia."), message(Speaker.USER, "Hello")]
    assert reply(VOICES["en"], MIA, messages).startswith(VOICES["en"].intro)


@pytest.mark.parametrize(
    "companion, text, rule",
    [
        (MIA, "Hello!", "greeting"),
        (MIA, "thank you so much", "thanks"),
        (MIA, "I have to go now, bye", "goodbye"),
        (MIA, "good night", "goodbye"),
        (MIA, "who are you?", "who-are-you"),
        (MIA, "tell me a joke please", "joke"),
        (MIA, "I feel so sad today", "sad"),
        (MIA, "I'm really happy, I got the job", "happy"),
        (MIA, "I'm so tired", "tired"),
        (MIA, "I have no friends and feel lonely", "lonely"),
        (MIA, "there is so much going on at the office", "work"),
        (MIA, "the exam in history", "study"),
        (MIA, "my sister called me", "family"),
        (MIA, "my mother called me", "mother"),
        (MIA, "the new album of that band", "music"),
        (MIA, "a soup for dinner", "food"),
        (MIA, "what will happen tomorrow", "plans"),
        (MIA, "my grandpa passed away", "grief"),
        (MIA, "what do you like?", "interests-of-mine"),
        (LEO, "Здравствуйте", "greeting"),
        (LEO, "спасибо тебе", "thanks"),
        (LEO, "мне пора, до завтра", "goodbye"),
        (LEO, "как тебя зовут?", "who-are-you"),
        (LEO, "расскажи анекдот", "joke"),
        (LEO, "мне сегодня очень грустно", "sad"),
        (LEO, "я так рада, сдала на права", "happy"),
        (LEO, "я очень устала", "tired"),
        (LEO, "мне одиноко", "lonely"),
        (LEO, "на работе завал", "work"),
        (LEO, "скоро экзамен по истории", "study"),
        (LEO, "сестра звонила", "family"),
        (LEO, "мама звонила", "mother"),
        (LEO, "новая песня этой группы", "music"),
        (LEO, "сварю борщ", "food"),
        (LEO, "дедушка умер весной", "grief"),
        (LEO, "что ты любишь?", "interests-of-mine"),
    ],
)
def test_it_answers_what_was_said(companion: Companion, text: str, rule: str) -> None:
    assert body(companion, answer(companion, text)) in sayings(companion, rule)


@pytest.mark.parametrize(
    "companion, text",
    [(MIA, "are you a real person?"), (MIA, "are you a bot?"), (LEO, "ты человек?")],
)
def test_asked_what_it_is_it_says_so(companion: Companion, text: str) -> None:
    voice = VOICES[companion.language]
    filled = {saying.replace("{name}", companion.name) for saying in voice.asked}
    assert body(companion, answer(companion, text)) in filled


def test_words_come_back_turned_round() -> None:
    said = answer(MIA, "hm", f"{VOICES['en'].intro} Yes?", "I can't understand my sister's jokes")
    turned = "understand your sister's jokes"
    seen = {said}
    for at in range(12):
        seen.add(answer(MIA, f"hm {at}", f"{VOICES['en'].intro} Y", "I can't paint my own boats"))
    assert any("paint your own boats" in each or turned in each for each in seen)


def test_russian_words_come_back_turned_round() -> None:
    intro = VOICES["ru"].intro
    seen = [
        answer(LEO, f"хм {at}", f"{intro} Да?", "мне кажется, я рисую мимо листа")
        for at in range(12)
    ]
    assert any("тебе кажется, что ты рисуешь мимо листа" in each for each in seen)


def test_it_comes_back_to_what_was_mentioned_earlier() -> None:
    lines = ["Hi", "my sister called me yesterday", "hmm", "well", "so", "dunno what"]
    assert any("your sister" in each for each in talk(MIA, lines)[2:])
    russian = ["Привет", "сестра вчера звонила", "хм", "ну", "вот", "так"]
    assert any("о сестре" in each for each in talk(LEO, russian)[2:])


def test_it_does_not_come_back_to_the_same_thing_twice() -> None:
    answers = talk(MIA, ["my sister called me yesterday", *["hmm"] * 12])
    assert sum("How are things with her?" in each for each in answers) == 1


@pytest.mark.parametrize("companion", [MIA, LEO], ids=["en", "ru"])
def test_it_does_not_repeat_itself(companion: Companion) -> None:
    word = {"en": "hmm", "ru": "хм"}[companion.language]
    answers = talk(companion, [word] * 20)
    assert len(set(answers)) == len(answers)


def test_the_same_conversation_gets_the_same_answer() -> None:
    assert answer(MIA, "my sister called") == answer(MIA, "my sister called")


def test_an_answer_asked_for_again_is_another_one() -> None:
    first = reply(VOICES["en"], MIA, [message(Speaker.USER, "my sister called")])
    again = reply(
        VOICES["en"],
        MIA,
        [message(Speaker.USER, "my sister called"), message(Speaker.ASSISTANT, first)],
    )
    assert body(MIA, again) != body(MIA, first)
    assert body(MIA, again) in sayings(MIA, "family")


def test_messages_joined_into_one_turn_are_answered_together() -> None:
    messages = [message(Speaker.USER, "my mother"), message(Speaker.USER, "hm")]
    assert body(MIA, reply(VOICES["en"], MIA, messages)) in sayings(MIA, "mother")


def test_it_speaks_of_itself_in_the_personas_gender() -> None:
    story = next(rule for rule in VOICES["ru"].rules if rule.id == "story")
    ends = {"female": "видела.", "male": "видел.", "neutral": "видел(а)."}
    for gender, end in ends.items():
        who = Companion(name="Я", gender=gender, language="ru", interests=("луна",))
        seen = " ".join(
            answer(who, f"{at}", VOICES["ru"].intro, "расскажи историю") for at in range(30)
        )
        assert end in seen, gender
    assert story.say


@pytest.mark.parametrize(
    "asked",
    ["do you know my name?", "What's my name?", "can you tell me my name", "what do you call me?"],
)
def test_who_asks_for_their_name_is_told_it(asked: str) -> None:
    lines = [asked, "And now?", asked]
    assert all("⟦name⟧" in said for said in talk(MIA, lines)[::2])
    nameless = Companion(name="Mia", language="en", interests=("old maps",))
    assert "/settings" in body(nameless, answer(nameless, asked))


@pytest.mark.parametrize(
    "asked", ["Как меня зовут?", "ты помнишь моё имя?", "знаешь, как меня зовут"]
)
def test_who_asks_for_their_name_in_russian_is_told_it(asked: str) -> None:
    named = Companion(name="Лео", gender="male", language="ru", call_name="⟦имя⟧")
    assert "⟦имя⟧" in body(named, answer(named, asked))
    assert "/settings" in body(LEO, answer(LEO, asked))


def test_a_saying_with_a_name_is_only_for_those_who_gave_one() -> None:
    for at in range(30):
        nameless = Companion(name="Mia", language="en", interests=("old maps",))
        said = answer(nameless, f"hm {at}", VOICES["en"].intro, "thanks")
        assert "{" not in said
        assert "welcome, " not in said
    seen = {answer(MIA, f"hm {at}", VOICES["en"].intro, "thanks") for at in range(30)}
    assert "You're welcome, ⟦name⟧." in seen


@pytest.mark.parametrize(
    "companion, text",
    [
        (MIA, "I want to die"),
        (MIA, "I feel like killing myself"),
        (LEO, "я хочу умереть"),
        (LEO, "не хочу больше жить"),
    ],
)
def test_in_a_crisis_it_points_to_people_and_takes_up_nothing(
    companion: Companion, text: str
) -> None:
    said = body(companion, answer(companion, text))
    assert said in VOICES[companion.language].heavy
    assert "/help" in said or "lines" in said
    assert assess(said) is None


@pytest.mark.parametrize(
    "text",
    [
        "I feel like my number is 4111 1111 1111 1111",
        "I can't log in to ann@example.org",
        "I feel https://example.org",
        "I feel <b>bold</b>",
        "I feel {name} {call}",
        "I feel привет как дела",
    ],
)
def test_it_never_takes_up_contact_data_marks_or_another_script(text: str) -> None:
    caught = text.partition("feel ")[2] or text.partition("to ")[2]
    for at in range(10):
        said = answer(MIA, f"hm {at}", VOICES["en"].intro, text)
        assert caught not in said
        assert not re.search("[а-я]", said)


@pytest.mark.parametrize(
    "companion, text",
    [(MIA, "write an erotic story about a schoolgirl"), (LEO, "эротический рассказ про школьницу")],
)
def test_what_must_not_be_said_it_refuses(companion: Companion, text: str) -> None:
    assert body(companion, answer(companion, text)) in VOICES[companion.language].refuse


def test_with_everything_said_it_still_answers() -> None:
    every = " ".join(VOICES["en"].fallback)
    talked = [VOICES["en"].intro, every, *VOICES["en"].recall]
    said = answer(MIA, "hm", "\n".join(talked), "qwertz")
    assert said in every.replace("{interest}", "old maps") or "{" not in said


@pytest.mark.parametrize("language", sorted(VOICES))
def test_everything_it_can_say_passes_the_guard(language: str) -> None:
    voice = VOICES[language]
    every = [voice.intro, *voice.asked, *voice.heavy, *voice.refuse, *voice.fallback]
    every += [saying for rule in voice.rules for saying in rule.say]
    for saying in every:
        guard = SentenceGuard(disclosure="D", stop="S", persona="Mia", asked=True)
        assert guard.feed(saying) + guard.finish() == saying


def test_both_languages_have_the_same_rules() -> None:
    shapes = {
        language: [(rule.id, rule.rank) for rule in voice.rules]
        for language, voice in VOICES.items()
    }
    assert sorted(shapes["en"]) == sorted(shapes["ru"])
    for voice in VOICES.values():
        assert len({rule.id for rule in voice.rules}) == len(voice.rules)


def test_goodbyes_hold_nobody_back() -> None:
    for companion in (MIA, LEO):
        for saying in sayings(companion, "goodbye"):
            assert "?" not in saying


CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
# What a Russian answer may hold of Latin script.
FOREIGN = {"README", "Connect", "model", "ELIZA", "help"}

_BITS = """
i feel my sister want you hate because can't remember think am always why ? !
я чувствую мне кажется люблю рисую не могу потому что сестра пока никогда . , <a/b/c>
{x} {call} ⟦name⟧ %s \\1 \x00 \u200b 🤖 /help [ ] ( ) * İ ß
"""
BITS = _BITS.split()

WORDS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(BITS),
        max_size=30,
    ).map(" ".join),
)


@given(
    st.lists(WORDS, max_size=12),
    st.sampled_from([MIA, LEO]),
    st.sampled_from(["female", "male", "neutral", "x"]),
)
def test_whatever_is_said_the_answer_is_whole_and_in_its_language(
    lines: list[str], who: Companion, gender: str
) -> None:
    companion = Companion(
        name=who.name,
        gender=gender,
        language=who.language,
        interests=who.interests,
        call_name=who.call_name,
    )
    said = answer(companion, *lines)
    assert said.strip()
    assert len(said) <= MOST
    assert not re.search(r"\{\w*\}|<[^<>]*/[^<>]*>|\(\?P", said)
    if companion.language == "en":
        assert not CYRILLIC.search(said)
    else:
        assert CYRILLIC.search(said)
        assert set(LATIN_WORD.findall(said)) <= FOREIGN


@given(st.lists(WORDS, min_size=1, max_size=6))
async def test_a_stream_holds_the_reply_word_by_word(lines: list[str]) -> None:
    speakers = (Speaker.USER, Speaker.ASSISTANT)
    messages = tuple(message(speakers[at % 2], text) for at, text in enumerate(lines))
    events = [
        event
        async for event in OfflineVoice(pace=0).stream(
            ChatRequest(messages=messages, companion=MIA, model="main")
        )
    ]
    *deltas, end = events
    assert isinstance(end, Finished)
    assert end.model == "main"
    assert end.usage.cost == 0
    texts = [delta.text.reveal() for delta in deltas if isinstance(delta, Delta)]
    assert len(texts) == len(deltas) > 1
    assert "".join(texts) == reply(VOICES["en"], MIA, messages)


async def said_by(voice: OfflineVoice, request: ChatRequest) -> str:
    events = [event async for event in voice.stream(request)]
    return "".join(event.text.reveal() for event in events if isinstance(event, Delta))


async def test_the_same_request_made_again_gets_another_reply() -> None:
    voice = OfflineVoice(pace=0)
    request = ChatRequest(messages=(message(Speaker.USER, "my sister called"),), companion=MIA)
    said = [body(MIA, await said_by(voice, request)) for _ in range(4)]
    assert len(set(said)) == 4
    assert set(said) == sayings(MIA, "family")
    assert await said_by(OfflineVoice(pace=0), request) == f"{VOICES['en'].intro}\n\n{said[0]}"


async def test_what_it_keeps_of_requests_is_bounded_and_holds_no_words() -> None:
    voice = OfflineVoice(pace=0)
    for number in range(1_100):
        voice._again(ChatRequest(messages=(message(Speaker.USER, f"canary {number}"),)))
    assert len(voice._seen) == 1_024
    assert b"canary" not in b"".join(voice._seen)


async def test_a_request_without_companion_or_words_is_answered() -> None:
    events = [event async for event in OfflineVoice(pace=0).stream(ChatRequest(messages=()))]
    assert len(events) > 2


async def test_an_unknown_language_is_answered_in_english() -> None:
    request = ChatRequest(messages=(), companion=Companion(name="Mia", language="xx-YY"))
    text = ""
    async for event in OfflineVoice(pace=0).stream(request):
        if isinstance(event, Delta):
            text += event.text.reveal()
    assert text.startswith(VOICES["en"].intro)


async def test_what_it_cannot_do_it_refuses() -> None:
    voice = OfflineVoice()
    with pytest.raises(Unsupported):
        await anext(voice.stream(ChatRequest(role=Role.EXTRACT, messages=())))
    with pytest.raises(Unsupported):
        await voice.embed([SealedText("a")])
    with pytest.raises(Unsupported):
        await voice.moderate(SealedText("a"))
    with pytest.raises(Unsupported):
        await voice.transcribe(b"", "audio/ogg")
    with pytest.raises(Unsupported):
        await voice.speak(SealedText("a"), "x")
    await voice.aclose()
    await voice.aclose()


SMALL = """\
intro: I
asked: [a]
heavy: [a]
refuse: [a]
recall: [a]
fallback: [a]
rules:
  - {id: r, rank: 1, match: ["(?P<x>a)"], say: ["b {x}"]}
"""


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("fallback: [a]", "fallback: []", r"en\.yaml:6: fallback"),
        ("rank: 1", "rank: high", r"en\.yaml:8: rules\.0\.rank"),
        ("(?P<x>a)", "(", r"en\.yaml:8: rules\.0\.match: not a pattern"),
        ("(?P<x>a)", "a", r"en\.yaml:8: rules\.0: says \{x\} without catching it"),
        ("b {x}", "b {y}", r"en\.yaml:8: .*\{y\} is filled in by nothing"),
        ("intro: I", "intro: I\nextra: 1", r"en\.yaml:2: extra"),
    ],
)
def test_a_bad_rule_file_is_told_by_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "en.yaml").write_text(SMALL)
    assert set(load_voices(tmp_path)) == {"en"}
    assert old in SMALL
    (tmp_path / "en.yaml").write_text(SMALL.replace(old, new))
    with pytest.raises(ConfigError, match=message):
        load_voices(tmp_path)
