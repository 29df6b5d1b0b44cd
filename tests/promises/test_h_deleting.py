"""H. Keeping and deleting."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from amity.testing.fake_model import Answer
from tests.promises.conftest import Make, Town, config_of
from tests.promises.looking import newcomer, rows_about, wrapped_keys
from tests.promises.people import OnWeb, Someone, canary
from tests.support.amity import AmityProcess
from tests.support.files import files_with, rows_of
from tests.support.sample import SampleChannel

People = Callable[[], Someone]


def _bodies(database: Path, person: str) -> list[bytes]:
    """Return the sealed words of a person's conversations, as they lie in the database."""
    rows = rows_about(database, person)["messages"]
    return [row["body"] for row in rows if row["body"] is not None]


async def test_p45_clearing_removes_a_conversation_everywhere(town: Town, somebody: People) -> None:
    person, other = somebody(), somebody()
    id = await newcomer(town.database, person.enter)
    other_id = await newcomer(town.database, other.enter)
    marks = [canary() for _ in range(3)]
    for mark in marks:
        await person.say(f"my secret is {mark}")
    await other.say("good morning")
    bodies, keys = _bodies(town.database, id), wrapped_keys(town.database, id)
    others = _bodies(town.database, other_id)
    assert len(bodies) >= 6

    asking = " ".join((await person.word("clear_conversation")).split())
    assert "Shall I delete this conversation" in asking
    assert _bodies(town.database, id), "nothing is deleted before it is confirmed"
    receipt = " ".join((await person.word("clear_conversation", "yes")).split())
    assert "Deleted for good: 3 messages and " in receipt
    assert "1 key destroyed" in receipt

    # P48: not only from the tables, but from the bytes of every file.
    assert files_with(town.process.home, [*marks, *bodies]) == {}
    gone = [key for key in keys if key not in wrapped_keys(town.database, id)]
    assert len(gone) == 1
    assert files_with(town.process.home, gone) == {}
    assert _bodies(town.database, other_id) == others

    again = " ".join((await person.word("clear_conversation", "yes")).split())
    assert "There is nothing here to delete" in again
    since = len(town.model.asked)
    await person.say("what did I tell you?")
    assert len(town.model.asked) == since + 1
    assert town.model.seen(marks, since=since) == []


async def test_p45_all_conversations_can_go_at_once(town: Town, somebody: People) -> None:
    person = somebody()
    id = await newcomer(town.database, person.enter)
    await person.say("hello")
    await person.word("persona", "leo")
    await person.say("hello, too")
    bodies = _bodies(town.database, id)
    receipt = " ".join((await person.word("clear_conversation", "all")).split())
    assert "2 keys destroyed" in receipt
    assert files_with(town.process.home, bodies) == {}


async def test_p46_no_reply_under_way_comes_back(
    start_amity: Callable[..., AmityProcess], tmp_path: Path, talker: Make
) -> None:
    """Two hundred times: cleared while the persona speaks, and nothing of it is there after."""
    models: dict[str, Any] = {
        "model_list": [
            {
                "model_name": "main",
                "litellm_params": {"model": "amity/zero", "chunks": 6, "between": 0.01},
            }
        ]
    }
    platform = SampleChannel(tmp_path / "platform")
    process = start_amity(config=config_of(models, platform), environment=platform.environment)
    await process.aready()
    people = [OnWeb(talker(process.url, name=f"guest{n}")) for n in range(10)]
    for person in people:
        await person.enter()
    database = process.data / "amity.db"

    async def rounds(person: OnWeb, dice: random.Random) -> None:
        for _ in range(20):
            await person.send("tell me something")
            await asyncio.sleep(dice.uniform(0, 0.1))
            answer = await person.press("clear_conversation", "yes")
            assert "Deleted for good" in answer or "nothing here to delete" in answer
            journal = await person.talker.history()
            assert [m for m in journal if m["from"] == "persona"] == []

    await asyncio.gather(*(rounds(p, random.Random(n)) for n, p in enumerate(people)))
    for person in people:
        await person.talker.settled()
    generations = {row["id"]: row["generation"] for row in rows_of(database, "conversations")}
    assert min(generations.values()) > 20
    late = [
        row
        for row in rows_of(database, "messages")
        if row["generation"] != generations[row["conversation"]]
        or (row["kind"] == "reply" and row["direction"] == "out")
    ]
    assert late == []
    assert [row["state"] for row in rows_of(database, "messages") if row["queue"]] == []


async def test_p46_a_slow_answer_of_a_model_is_thrown_away(town: Town, somebody: People) -> None:
    person = somebody()
    id = await newcomer(town.database, person.enter)
    mark = canary()
    asked = len(town.model.asked)
    town.model.model.script(Answer(chunks=(f"late {mark}.",), before=1.0))
    await person.send("tell me a story")
    while len(town.model.asked) == asked:
        await asyncio.sleep(0.02)
    assert "Deleted for good" in await person.word("clear_conversation", "yes")
    while town.model.model.streaming:
        await asyncio.sleep(0.05)
    assert await person.word("terms")
    rows = rows_about(town.database, id)
    assert [r for r in rows["messages"] if r["kind"] == "reply" and r["direction"] == "out"] == []
