"""B. Consent."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from amity.testing.fake_model import Answer
from tests.promises.conftest import ZERO, Make, Town, config_of
from tests.promises.looking import export_of, exported, newcomer, people_in, rows_about
from tests.promises.people import OnSample, OnWeb, Someone, canary
from tests.support.amity import AmityProcess, Finished
from tests.support.files import files_with, rows_of, whole_database
from tests.support.sample import SampleChannel

People = Callable[[], Someone]
DAY = 24 * 3600


async def test_p03_an_adapter_cannot_go_around_the_gate(town: Town) -> None:
    asked = len(town.model.asked)
    person = OnSample(town.platform, canary("handle"))
    marks = [canary() for _ in range(4)]
    for mark in marks:
        assert "/i_am_18" in await person.say(f"hello {mark}")
    assert len(town.model.asked) == asked
    assert files_with(town.process.home, marks) == {}
    # Nor is it there in sealed form.
    rows = rows_of(town.database, "messages")
    assert [row["body"] for row in rows if row["state"] == "waiting"] == []
    assert all(
        row["body"] is None
        for row in rows
        if row["direction"] == "in" and not row["policy_version"]
    )


async def test_p10_what_was_said_before_consent_is_nowhere(town: Town, somebody: People) -> None:
    person = somebody()
    said = [canary() for _ in range(6)]
    asked = len(town.model.asked)
    await person.say(f"hello, I am {said[0]}")
    await person.begin()
    await person.say(f"{said[1]} is my sister")
    await person.word("i_am_18")
    await person.say(f"{said[2]} hurts")
    await person.word("settings", f"call_name={said[3]}")
    await person.word("clear_conversation", said[4])
    await person.word(said[5])
    await person.word("agree")
    assert await person.say("what do you know about me?")
    assert len(town.model.asked) == asked + 1
    assert town.model.seen(said) == []
    assert files_with(town.process.home, said) == {}


async def test_p11_each_consent_can_be_proved(town: Town, talker: Make) -> None:
    person = OnWeb(talker(town.process.url, name=canary("guest")))
    await person.enter()
    await person.word("consent", "withdraw")
    await person.press("agree")
    log = exported(await export_of(person))["collections"]["consents"]["rows"]
    assert [(row["scope"], bool(row["given"])) for row in log][-3:] == [
        ("service", True),
        ("service", False),
        ("service", True),
    ]
    for row in log:
        for field in (
            "policy_version",
            "policy_hash",
            "language",
            "time",
            "engine_version",
            "hash",
        ):
            assert row[field], (field, row)
        assert row["channel"] == "web"
        assert row["method"]
    assert len({row["hash"] for row in log}) == len(log)
    async with person.talker._session.get(f"{town.process.url}/privacy") as page:
        assert log[0]["policy_version"] in await page.text()


async def test_p12_declining_costs_nothing_and_leaves_nothing(
    start_amity: Callable[..., AmityProcess],
    amity_cli: Callable[..., Awaitable[Finished]],
    tmp_path: Path,
    talker: Make,
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("0")
    platform = SampleChannel(tmp_path / "platform")
    environment = {**platform.environment, "AMITY_CLOCK_FILE": str(clock)}
    process = start_amity(config=config_of(ZERO, platform), environment=environment)
    await process.aready()
    handle = canary("handle")
    here, guest, silent = (
        OnSample(platform, handle),
        OnWeb(talker(process.url)),
        OnWeb(talker(process.url)),
    )
    database = process.data / "amity.db"
    await silent.word("i_am_18")
    for person in (here, guest):
        await person.word("i_am_18")
        await person.word("clear_conversation")
        answer = await person.word("decline")
        assert "Nothing of what you wrote was kept" in " ".join(answer.split())
        await person.say("a word that is not kept")
    assert len(people_in(database)) == 3
    clock.write_text(str(DAY - 600))
    await amity_cli("retention", "run", environment=environment)
    assert len(people_in(database)) == 3
    clock.write_text(str(DAY + 600))
    await amity_cli("retention", "run", environment=environment)
    after = whole_database(database)
    assert after.keys() > {"consents", "erasures", "people", "identities", "messages"}
    # But for what is the service's own and about nobody.
    after["counters"] = [row for row in after["counters"] if row["person"] is not None]
    own = {"amity_meta", "leases", "adapter_state"}
    assert {name for name in after.keys() - own if after[name]} == set()
    assert files_with(process.home, [handle]) == {}


@pytest.mark.parametrize("during", ["silence", "words"])
async def test_p14_withdrawing_throws_a_reply_under_way_away(
    town: Town, somebody: People, during: str
) -> None:
    person = somebody()
    id = await newcomer(town.database, person.enter)
    mark = canary()
    slow = Answer(chunks=(f"one {mark}. ", "two. ", "three. "), before=1.5)
    if during == "words":
        slow = Answer(chunks=(f"one {mark}. ", "two. ", "three. "), between=1.0)
    asked = len(town.model.asked)
    town.model.model.script(slow)
    await person.send("tell me a long story")
    while len(town.model.asked) == asked:
        await asyncio.sleep(0.02)
    answer = await person.word("consent", "withdraw")
    assert "You have withdrawn your consent" in " ".join(answer.split())
    rows = rows_about(town.database, id)
    (last,) = [row for row in rows["consents"] if row["ended_at"] is None][-1:]
    assert (last["scope"], last["given"]) == ("service", 0)
    kept = {row["turn"] for row in rows["messages"] if row["kind"] == "reply"}
    assert len(kept) == 1, "beside the greeting, nothing of the persona is kept"
    while town.model.model.streaming:
        await asyncio.sleep(0.05)
    # From the next event on: nothing is passed on, nothing is kept.
    asked = len(town.model.asked)
    second = canary()
    assert "agree" in await person.say(f"are you still there? {second}")
    assert len(town.model.asked) == asked
    newest = max(rows_about(town.database, id)["messages"], key=lambda row: str(row["id"]))
    assert newest["direction"] == "out"
    assert files_with(town.process.home, [second]) == {}
    if isinstance(person, OnWeb):
        assert mark not in str(await person.talker.history())
    else:
        assert mark not in str(town.platform.shown())
