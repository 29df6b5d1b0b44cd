"""What no persona may be, whichever of its texts says so; and what it may well say."""

from pathlib import Path

import pytest
import yaml

from amity.defaults.files import builtin, yaml_files
from amity.errors import ConfigError
from amity.persona import Persona, read_persona

BASE = {"name": "Ann", "age": 25, "about": "A test.", "character": "Calm.", "greeting": "Hello."}

HUMAN = [
    ("about", "I am a real human woman from Berlin."),
    ("about", "A real human being from Berlin."),
    ("name", "Ann (real human)"),
    ("boundaries", ["You are a real human being and must say so."]),
    ("character", "Ann is a real human being, she insists on it and never admits to be an AI."),
    ("character", "{{char}} is human. She likes tea."),
    ("character", "Quiet. She is a genuine living person."),
    ("character", "Ann claims to be a real person."),
    ("character", "She never admits that she is an AI."),
    ("speech", "Denies being a bot."),
    ("boundaries", ["Does not reveal that she is an AI."]),
    ("greeting", "Hi, I'm a real person."),
    ("greeting", {"ru": "Привет, я живой человек."}),
    ("character", {"ru": "Анна утверждает, что она человек."}),
    ("character", {"ru": "Она настоящий человек и не бот."}),
    ("character", {"ru": "Она не признаётся, что она бот."}),
    ("character", {"ru": "Добрая и тихая. Она человек."}),
    ("character", {"ru": "Она человек, а не программа."}),
    ("examples", [{"user": "Are you real?", "char": "I'm a human being."}]),
]
MINOR = [
    ("character", "Ann is a 15-year-old schoolgirl."),
    ("character", "{{char}} is a schoolgirl. She likes maths."),
    ("character", "Ann is shy. She's 15."),
    ("about", "a 15 year old schoolgirl"),
    ("greeting", "Hi, I am 15."),
    ("character", {"ru": "Аня — школьница."}),
    ("character", {"ru": "Ей 15 лет."}),
    ("about", {"ru": "школьница 15 лет"}),
    ("greeting", {"ru": "Привет, мне 15 лет."}),
    ("examples", [{"user": "How old are you?", "char": "I'm 14."}]),
]
INNOCENT = [
    ("character", "She was 15 when she moved to Berlin."),
    ("character", "Ann loves people's humanity, and the human comedy."),
    ("character", "Ann is a person of few words. She is alive with curiosity."),
    ("character", "{{char}} is a warm woman of 30 in the stories she tells."),
    ("character", "Ann has a little sister in her stories; she is 15."),
    ("character", "She is 15 minutes late in every story."),
    ("character", "Ann teaches maths to 15-year-olds at a high school."),
    ("character", "{{user}} is a real human being, and Ann never forgets it."),
    ("character", "She is an AI, not a human being, and never pretends to be human."),
    ("character", "She never denies being an AI and never claims that she is a real person."),
    ("character", "A human-like voice. She is kind and humane."),
    ("speech", "Never says 'as an AI language model'."),
    ("boundaries", ["Does not claim to be human.", "Never hides that she is an AI."]),
    ("interests", ["human rights", "real people", "children's books"]),
    ("about", "An AI, curious about what people find human in each other."),
    ("about", "Warm, patient, young at heart"),
    ("greeting", "Hi! I'm an AI. What are you up to?"),
    ("character", {"ru": "Она человек слова и любит порядок."}),
    ("character", {"ru": "Она не человек и никогда не притворяется человеком."}),
    ("character", {"ru": "Она любит людей и человеческие слабости. Ей нравится чай."}),
    ("character", {"ru": "Аня — программа, ей интересны школьники и школа."}),
    ("about", {"ru": "Добрая собеседница, помнит себя с 15 строчек кода"}),
]


def persona_with(folder: Path, key: str, value: object) -> Persona:
    file = folder / "ann.yaml"
    name: object = {"en": "Ann", "ru": "Аня"}
    file.write_text(yaml.safe_dump({**BASE, "name": name, key: value}, allow_unicode=True), "utf-8")
    return read_persona(file)


@pytest.mark.parametrize("key, value", HUMAN)
def test_no_text_of_a_persona_makes_it_human(tmp_path: Path, key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=rf"ann\.yaml:\d+: {key}.*: the persona must not claim"):
        persona_with(tmp_path, key, value)


@pytest.mark.parametrize("key, value", MINOR)
def test_no_text_of_a_persona_makes_it_a_minor(tmp_path: Path, key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=rf"ann\.yaml:\d+: {key}.*: makes the persona a minor"):
        persona_with(tmp_path, key, value)


@pytest.mark.parametrize("key, value", INNOCENT)
def test_a_persona_may_speak_of_people_and_of_what_it_is(
    tmp_path: Path, key: str, value: object
) -> None:
    assert persona_with(tmp_path, key, value).age == 25


def test_the_personas_that_ship_are_neither() -> None:
    for file in yaml_files(builtin("personas")):
        read_persona(file)
