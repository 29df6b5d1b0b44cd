"""In a shared chat: who has not agreed is not processed, and nobody reads what is another's."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.promises.people import canary
from tests.support.amity import AmityProcess
from tests.support.files import files_with, rows_of
from tests.support.model_server import ModelServer
from tests.support.sample import SampleChannel

CHAT: Final = "the garden club"


class Garden:
    """A chat of several people, on a platform of one kind or the other."""

    def __init__(self, process: AmityProcess, platform: SampleChannel, model: ModelServer) -> None:
        self.process = process
        self.platform = platform
        self.model = model

    def say(self, who: str, text: str, **more: Any) -> str:
        """Say something to the companion in the shared chat."""
        return self.platform.say(who, text, chat=CHAT, private=False, **more)

    def shown(self) -> list[dict[str, Any]]:
        """Return what everybody in the chat can read."""
        lines = self.platform.shown()
        return [line for line in lines if line["chat"] == CHAT and not line["private"]]

    def whispered(self, who: str) -> list[dict[str, Any]]:
        """Return what only one person can read."""
        return [line for line in self.platform.shown() if line["recipient"] == who]

    async def answer(self, id: str) -> str:
        """Return what answers a message."""
        return "\n".join(line["text"] for line in await self.platform.answered(id))

    async def settled(self) -> None:
        """Wait until all that was said is taken in and nothing is left to do."""

        def idle() -> bool:
            rows = rows_of(self.process.data / "amity.db", "messages")
            return all(row["queue"] is None for row in rows)

        await asyncio.sleep(0.3)
        await self.process.await_until(idle, "nothing was left to do")


Open = Callable[[str], Any]


@pytest.fixture
async def garden(
    start_amity: Callable[..., AmityProcess], tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Garden]:
    adapter = getattr(request, "param", "sample")
    platform = SampleChannel(tmp_path / "platform", adapter=adapter)
    with ModelServer() as model:
        config = {
            "service": {"log_level": "debug"},
            "models": model.config(),
            "limits": {"burst": 100_000, "per_minute": 1_000_000},
            "channels": [platform.config],
        }
        process = start_amity(config=config, environment=platform.environment)
        await process.aready()
        await platform.enter("ann")
        yield Garden(process, platform, model)


@pytest.mark.parametrize("garden", ["sample", "whispering"], indirect=True)
async def test_p15_who_has_not_agreed_is_shown_the_way_once_and_not_processed(
    garden: Garden,
) -> None:
    marks = [canary() for _ in range(6)]
    await garden.answer(garden.say("ann", f"hello, this is {marks[0]}"))
    first = garden.say("bob", f"and I am {marks[1]}")
    assert "agreed" in await garden.answer(first)
    for mark in marks[2:5]:
        garden.say("bob", f"more of {mark}")
    garden.say("bob", "/start")
    garden.say("carl", f"not meant for you: {marks[5]}", addressed=False)
    await garden.answer(garden.say("ann", "what did the others say?"))
    await garden.settled()

    assert garden.model.seen(marks) == [marks[0]]
    assert files_with(garden.process.home, marks) == {}
    told = [line for line in garden.shown() if "agreed" in line["text"]]
    assert [line["answers"] for line in told] == [[first]]
    # Nobody but ann is anybody here, and bob is known by no more than a keyed hash.
    assert len(rows_of(garden.process.data / "amity.db", "people")) == 1
    invitations = rows_of(garden.process.data / "amity.db", "invitations")
    assert [sorted(row) for row in invitations] == [["id", "time"]]
    assert "bob" not in str(invitations)


async def test_p73_help_is_for_everybody_in_a_shared_chat(garden: Garden) -> None:
    for word in ("/help", "/privacy", "/terms"):
        assert await garden.answer(garden.say("bob", word))
    assert len(rows_of(garden.process.data / "amity.db", "people")) == 1


async def test_personal_words_are_for_a_private_chat(garden: Garden) -> None:
    mark = canary()
    await garden.platform.answered(garden.platform.say("ann", f"/settings call_name={mark}"))
    for word in ("/settings", "/export", "/consent", "/delete_me yes"):
        answer = await garden.answer(garden.say("ann", word))
        assert "nobody else reads along" in " ".join(answer.split())
        assert mark not in answer
    assert "ann" not in str(garden.shown()[-1]["recipient"])
    # It was not done, either.
    assert len(rows_of(garden.process.data / "amity.db", "people")) == 1


async def test_who_clears_in_a_shared_chat_is_offered_what_was_said_there(garden: Garden) -> None:
    private = garden.platform.say
    mark = canary()
    await garden.platform.answered(private("ann", "/clear_conversation all"))
    assert "nothing here" in await garden.answer(private("ann", "/clear_conversation"))
    assert "Elsewhere" not in await garden.answer(private("ann", "/clear_conversation"))
    await garden.answer(garden.say("ann", f"keep {mark}"))
    answer = " ".join((await garden.answer(garden.say("ann", "/clear_conversation"))).split())
    assert "nobody else reads along" in answer
    for word in ("/clear_conversation", "/clear_conversation yes"):
        asked = " ".join((await garden.answer(private("ann", word))).split())
        assert "nothing here to delete. Elsewhere" in asked
        assert "in 1 conversation. Shall I" in asked
    assert len(rows_of(garden.process.data / "amity.db", "messages")) > 0
    done = await garden.answer(private("ann", "/clear_conversation all"))
    assert "Deleted for good" in " ".join(done.split())
    since = len(garden.model.asked)
    await garden.answer(garden.say("ann", "what did I tell you?"))
    assert mark not in garden.model.asked[since].raw.decode()


@pytest.mark.parametrize("garden", ["whispering"], indirect=True)
async def test_personal_words_are_whispered_where_that_can_be(garden: Garden) -> None:
    mark = canary()
    await garden.platform.answered(garden.platform.say("ann", f"/settings call_name={mark}"))
    id = garden.say("ann", "/settings")
    assert mark in await garden.answer(id)
    assert [line["recipient"] for line in garden.platform.shown() if id in line["answers"]] == [
        "ann"
    ]
    assert mark not in str(garden.shown())
    # An ordinary answer is for all, and quotes what it answers.
    id = garden.say("ann", "good evening, all")
    await garden.answer(id)
    replies = [line for line in garden.shown() if id in line["answers"]]
    assert [(line["kind"], line["quote"]) for line in replies] == [
        ("notice", None),
        ("reply", id),
    ]


async def test_what_was_said_in_private_is_not_said_in_a_shared_chat(garden: Garden) -> None:
    mark = canary()
    await garden.platform.answered(garden.platform.say("ann", f"my secret is {mark}"))
    since = len(garden.model.asked)
    await garden.answer(garden.say("ann", "what do you know about me?"))
    assert mark not in garden.model.asked[since].raw.decode()


async def test_a_reply_says_which_words_it_replies_to(garden: Garden) -> None:
    answer = await garden.platform.answered(garden.platform.say("ann", "tell me a colour"))
    before = [line["text"] for line in answer if line["kind"] == "reply"]
    await garden.platform.answered(garden.platform.say("ann", "something else"))
    shown = f"shown-{next(line['id'] for line in answer if line['kind'] == 'reply')}"
    since = len(garden.model.asked)
    await garden.platform.answered(garden.platform.say("ann", "why that one?", reply_to=shown))
    hints = [m["content"] for m in garden.model.asked[since].body["messages"][1:]]
    assert any(f"replies to these earlier words: “{before[0]}" in hint for hint in hints)


async def test_what_waited_long_is_answered_with_a_word_about_it(garden: Garden) -> None:
    now = int(time.time() * 1000)
    old = garden.platform.say("ann", "are you there?", time=now - 26 * 3_600_000)
    assert "late" in await garden.answer(old)
    assert "late" not in await garden.answer(garden.platform.say("ann", "good", time=now))


ADULT: Final = """\
id: vera
name: Vera
gender: female
age: 30
rating: adult
about: Made for adults.
character: A grown woman who speaks her mind.
speech: Plain.
greeting: Good evening from Vera.
"""


async def test_a_persona_for_adults_speaks_in_marked_places_only(
    start_amity: Callable[..., AmityProcess], tmp_path: Path
) -> None:
    personas = tmp_path / "personas"
    personas.mkdir()
    (personas / "vera.yaml").write_text(ADULT)
    platform = SampleChannel(tmp_path / "platform", persona="vera")
    with ModelServer() as model:
        config = {
            "models": model.config(),
            "personas": str(personas),
            "limits": {"burst": 100_000, "per_minute": 1_000_000},
            "channels": [platform.config],
        }
        process = start_amity(config=config, environment=platform.environment)
        await process.aready()
        await platform.enter("ann")
        assert not any("Vera." in line["text"] for line in platform.shown())
        refused = await platform.answered(platform.say("ann", "good evening"))
        assert "marked" in " ".join(line["text"] for line in refused)
        assert not model.asked
        there = {"chat": "after dark", "private": False, "adult": True}
        await platform.answered(platform.say("ann", "good evening", **there))
        assert len(model.asked) == 1


@pytest.mark.parametrize("garden", ["whispering"], indirect=True)
async def test_a_platform_that_forbids_it_has_no_special_category_kept(garden: Garden) -> None:
    mark = canary()
    id = garden.platform.say("ann", f"my sister {mark} was diagnosed with epilepsy")
    await garden.platform.answered(id)
    assert garden.model.seen([mark]) == [mark], "it is used for the answer"
    await garden.settled()
    since = len(garden.model.asked)
    await garden.platform.answered(garden.platform.say("ann", "what did I tell you?"))
    assert mark not in garden.model.asked[since].raw.decode()
    for word in ("no_such_word", "regenerate", "persona"):  # nor behind a slash
        said = f"/{word} my sister {mark} was diagnosed with epilepsy"
        id = garden.platform.say("ann", said)
    await garden.platform.answered(id)
    await garden.settled()
    rows = rows_of(garden.process.data / "amity.db", "messages")
    special = [row for row in rows if row["sensitivity"] == "special"]
    assert [row["body"] for row in special if row["direction"] == "in"] == [None] * 4
    assert all(row["expires_at"] for row in special if row["direction"] == "out")


@pytest.mark.parametrize("garden", ["whispering"], indirect=True)
async def test_a_platform_that_forbids_it_has_no_name_kept_that_holds_a_special_category(
    garden: Garden,
) -> None:
    def people() -> list[dict[str, Any]]:
        return rows_of(garden.process.data / "amity.db", "people")

    async def set_to(name: str) -> str:
        return await garden.answer(garden.platform.say("ann", f"/settings call_name={name}"))

    refused = await set_to("HIV-positive Sam")
    assert "choose another" in refused
    assert "HIV" not in refused
    await garden.settled()
    assert [row["call_name"] for row in people()] == [None]
    rows = rows_of(garden.process.data / "amity.db", "messages")
    special = [row for row in rows if row["sensitivity"] == "special"]
    said = [row["body"] for row in special if row["direction"] == "in"]
    assert said == [None], "nor is it among what was said"
    assert "Christian" in await set_to("Christian")
    assert [bool(row["call_name"]) for row in people()] == [True]


async def test_where_it_is_allowed_it_is_history_like_all_else(garden: Garden) -> None:
    mark = canary()
    said = f"my sister {mark} was diagnosed with epilepsy"
    await garden.platform.answered(garden.platform.say("ann", said))
    since = len(garden.model.asked)
    await garden.platform.answered(garden.platform.say("ann", "what did I tell you?"))
    assert mark in garden.model.asked[since].raw.decode()
