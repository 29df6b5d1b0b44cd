"""What people do at the same instant as a deletion."""

import asyncio
from collections.abc import Callable

from tests.crash.conftest import ZERO, Seed
from tests.crash.judge import faults
from tests.support.amity import AmityProcess
from tests.support.files import rows_of
from tests.support.talker import Talker, text_of


async def test_a_message_in_the_middle_of_a_clearing_is_taken(
    start_amity: Callable[..., AmityProcess], installation: Seed, person: Callable[..., Talker]
) -> None:
    process = start_amity(config=ZERO)
    await process.aready()
    ann = person(process, "ann")
    for _ in range(25):
        words = (ann.say("one more thing") for _ in range(6))
        await asyncio.gather(*words, ann.choose("clear_conversation", "yes"), *words)
    await process.await_until(
        lambda: faults(process.data / "amity.db", cleared=True) == [],
        "all that was said had come to an end",
    )
    # Nor is anybody left without an answer for good.
    last = await ann.say("are you there?")
    journal = await ann.settled()
    assert [m["state"] for m in journal if m["id"] == last] == ["answered"]


async def test_a_message_in_the_middle_of_an_erasure_is_answered_as_a_strangers(
    start_amity: Callable[..., AmityProcess], installation: Seed, person: Callable[..., Talker]
) -> None:
    process = start_amity(config=ZERO)
    await process.aready()
    for name in ("ann", "bob"):
        someone = person(process, name)
        words = (someone.post(text="one more thing") for _ in range(8))
        posted = await asyncio.gather(*words, someone.post(choice="delete_me", argument="yes"))
        assert {one.status for one in posted} <= {202, 403}, posted
        await someone.state("stranger")
    await process.await_until(
        lambda: faults(process.data / "amity.db", cleared=True) == [],
        "all that was said had come to an end",
    )


async def test_what_is_said_not_to_be_kept_is_not_kept(
    start_amity: Callable[..., AmityProcess], installation: Seed, person: Callable[..., Talker]
) -> None:
    """Said at the same instant as /pause: taken before it, and answered after it."""
    process = start_amity(config=ZERO)
    await process.aready()
    ann = person(process, "ann")
    said: list[str] = []
    for _ in range(15):
        said.append(await ann.say("one more thing"))
        pausing = asyncio.create_task(ann.command("pause"))
        said += await asyncio.gather(*(ann.say("and another") for _ in range(3)))
        await pausing
        await ann.state("paused")
        await ann.command("resume")
        await ann.state("active")
    await process.await_until(
        lambda: not any(row["queue"] for row in rows_of(process.data / "amity.db", "messages")),
        "all that was said had come to an end",
    )
    journal = await ann.history()
    refused = {
        id
        for message in journal
        if "was not kept" in text_of(message)
        for id in message["in_reply_to"]
    }
    kept = {message["id"] for message in journal if message["from"] == "person"}
    assert refused & kept == set()
