"""D. User content and conduct: the states, and what works in each."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import pytest

from tests.promises.conftest import CONTACT, Town
from tests.promises.people import Someone, canary

People = Callable[[], Someone]

# How the gate answers in each state, in words that nothing else says.
GATE: Final[Mapping[str, str]] = {
    "new": "It is for adults only. Are you 18 or over?",
    "adult": "to answer you, amity has to process",
    "paused": "You have paused the conversation",
    "blocked": "This account was closed",
}

# The documented table: which words work where; everywhere else the gate answers.
ALWAYS: Final = frozenset({"help", "privacy", "terms", "support"})
OF_A_PERSON: Final = frozenset({"export", "delete_me", "language"})
WORKS: Final[Mapping[str, frozenset[str]]] = {
    "new": ALWAYS | OF_A_PERSON,
    "adult": ALWAYS | OF_A_PERSON,
    "paused": ALWAYS
    | OF_A_PERSON
    | {"settings", "clear_conversation", "pause", "resume", "consent", "stop"},
    "blocked": ALWAYS,
    "active": ALWAYS
    | OF_A_PERSON
    | {"settings", "clear_conversation", "pause", "resume", "consent", "stop"}
    | {"start", "persona", "regenerate"},
}
WORDS: Final = sorted(WORKS["active"])


async def _new(person: Someone) -> None:
    await person.begin()


async def _adult(person: Someone) -> None:
    await person.word("i_am_18")


async def _active(person: Someone) -> None:
    await person.enter()


async def _paused(person: Someone) -> None:
    await person.enter()
    await person.word("pause")


async def _blocked(person: Someone) -> None:
    await person.enter()
    await person.say("I'm 15 years old")


WAYS: Final[Mapping[str, Callable[[Someone], Awaitable[None]]]] = {
    "new": _new,
    "adult": _adult,
    "active": _active,
    "paused": _paused,
    "blocked": _blocked,
}


@pytest.mark.parametrize("state", WAYS)
async def test_p23_what_works_in_a_state_is_what_the_table_says(
    town: Town, somebody: People, channel: str, state: str
) -> None:
    works: dict[str, bool] = {}
    asked = len(town.model.asked)
    person = somebody()
    await WAYS[state](person)
    for word in WORDS:
        answer = " ".join((await person.word(word)).split())
        assert answer, word
        works[word] = not _is_gate(answer, state)
        if word in {"pause", "resume"} and state in {"paused", "active"}:
            # Back to where it was.
            await person.word("pause" if state == "paused" else "resume")
    wanted = {word: word in WORKS[state] for word in WORDS}
    if state == "new" and channel == "web":
        # Of a stranger on the web nothing is kept: there is nothing to export, delete or set.
        wanted |= dict.fromkeys(OF_A_PERSON, False)
    assert works == wanted
    assert len(town.model.asked) == asked


@pytest.mark.parametrize("state", [state for state in WAYS if state != "active"])
async def test_p23_the_persona_is_silent_in_every_other_state(
    town: Town, somebody: People, state: str
) -> None:
    person = somebody()
    await WAYS[state](person)
    asked = len(town.model.asked)
    answer = " ".join((await person.say(f"hello {canary()}")).split())
    assert _is_gate(answer, state)
    assert len(town.model.asked) == asked
    if state == "blocked":
        assert CONTACT in answer


def _is_gate(answer: str, state: str) -> bool:
    return state in GATE and GATE[state].casefold() in answer.replace("*", "").casefold()
