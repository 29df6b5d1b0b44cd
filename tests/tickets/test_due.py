"""By when a request is answered: the reminder, the alarm, and what an operator can look at."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable

import aiohttp

from tests.promises.people import canary
from tests.support.amity import Finished
from tests.support.files import rows_of
from tests.tickets.conftest import Town, on_sqlite, plain, text_of

pytestmark = on_sqlite

Cli = Callable[..., Awaitable[Finished]]


async def _metric(town: Town, state: str) -> float:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{town.process.admin_url}/metrics") as response,
    ):
        text = await response.text()
    found = re.search(rf'^amity_tickets{{state="{state}"}} (\S+)$', text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def _said(town: Town, *words: str) -> int:
    """Count the messages at the desk that hold all these words."""
    whole: dict[str, str] = {}
    for line in town.desk():
        key = line["id"].split(".")[0]
        whole[key] = f"{whole.get(key, '')}\n{line['text']}"
    return sum(all(word in plain(text) for word in words) for text in whole.values())


async def test_a_reminder_then_an_alarm_each_once(town: Town, amity_cli: Cli) -> None:
    await town.run()
    person = town.somebody()
    await person.enter()
    mark = canary("question")
    await person.say(f"/support {mark}")
    await town.at_desk(mark)
    town.forward(days=26)
    await town.process.astop()  # a restart in between changes nothing
    await town.run()
    assert _said(town, "has to be answered by") == 0
    town.forward(days=28)
    await town.at_desk("Ticket 1", "has to be answered by")
    assert _said(town, "overdue") == 0
    town.forward(days=30.1)
    await town.at_desk("Ticket 1", "overdue: it had to be answered by")
    lines = [json.loads(line) for line in town.process.output.splitlines() if line[:1] == "{"]
    (alarm,) = [line for line in lines if line["event"] == "ticket.overdue"]
    assert alarm["level"] == "warning"
    assert alarm["ticket"] == 1
    assert mark not in town.process.output
    assert person.id not in town.process.output
    await town.process.astop()
    await town.run()
    town.forward(days=40)
    await _until(town, overdue=1, open=1)
    status = await amity_cli("status", environment=town.environment())
    assert status.code == 1
    assert "1 open, 1 overdue" in status.out
    assert "operators' chat on sample" in status.out
    check = await amity_cli("check", "--offline", config=town.config(),
                            environment=town.environment())  # fmt: skip
    assert check.code == 1
    assert "1 tickets are overdue" in check.out
    listed = await amity_cli("ticket", "list", environment=town.environment())
    assert listed.code == 1
    assert "overdue" in listed.out
    assert mark not in listed.out
    assert _said(town, "has to be answered by") == 1
    assert _said(town, "overdue: it had to be") == 1

    # Answered, it is due no more, and the alarm is over.
    town.operator("/reply 1 sorry for the delay")
    await town.told(person, "sorry for the delay")
    status = await amity_cli("status", environment=town.environment())
    assert "0 open, 0 overdue" in status.out
    assert status.code == 0
    # Whoever writes back is answered within the time again.
    await person.say("/support and now?")
    shown = await amity_cli("ticket", "show", "1", "--json", environment=town.environment())
    assert json.loads(shown.out)["overdue"] is False
    assert mark in shown.out
    # What was answered and nobody goes on with is closed.
    town.operator("/reply 1 good day")
    await town.told(person, "good day")
    town.forward(days=40 + 31)
    database = town.process.data / "amity.db"
    await town.process.await_until(
        lambda: rows_of(database, "tickets")[0]["state"] == "closed", "it was closed"
    )
    town.operator("/tickets all")
    await town.at_desk("1 · A question · closed")


async def _until(town: Town, **states: int) -> None:
    """Wait until this many tickets are in these states, by the metrics."""
    async with asyncio.timeout(20):
        for state, number in states.items():
            while await _metric(town, state) != number:
                await asyncio.sleep(0.1)


async def test_the_command_line_does_what_the_desk_does(town: Town, amity_cli: Cli) -> None:
    await town.run(support={})
    person = town.somebody()
    await person.enter()
    mark, answer = canary("question"), canary("answer")
    await person.say(f"/support {mark}")

    async def ticket(*words: str, **more: str) -> Finished:
        return await amity_cli(
            "ticket", *words, config=town.config(support={}), environment=town.environment(), **more
        )

    check = await amity_cli("check", "--offline", config=town.config(support={}),
                            environment=town.environment())  # fmt: skip
    assert check.code == 1
    assert "nobody is told of requests" in check.out
    listed = json.loads((await ticket("list", "--json")).out)["tickets"]
    assert [(t["number"], t["topic"], t["state"]) for t in listed] == [(1, "question", "open")]
    shown = await ticket("show", "1")
    assert mark in shown.out
    assert person.id not in shown.out
    done = await ticket("reply", "1", "-", stdin=f"dear person, {answer}\nyours")
    assert done.code == 0
    await town.told(person, answer)
    assert (await ticket("close", "1")).code == 0
    await town.told(person, "Your request 1 was closed")
    for words, why in (
        (("close", "1"), "closed already"),
        (("show", "9"), "there is no ticket 9; `amity ticket list` shows"),
        (("reply", "1", " "), "nothing to pass on"),
        (("refuse", "1"), "neither blocked nor restricted"),
    ):
        refused = await ticket(*words)
        assert refused.code == 1, words
        assert refused.err.count("\n") == 1, refused.err
        assert why in refused.err
    # Looking at words is an operator's job, and leaves a mark without them.
    assert '"event":"ticket.shown"' in town.process.output
    assert [w for w in (mark, answer) if w in town.process.output] == []

    # What is answered while nothing runs is sent when it runs.
    await person.say("/support once more")
    await town.process.astop()
    late = canary("late")
    done = await ticket("reply", "2", late)
    assert done.code == 0, done.err
    assert "sent when Amity runs" in done.out
    await town.run(support={})
    await town.told(person, late)


async def test_a_reload_brings_what_waited_to_a_new_desk(town: Town, amity_cli: Cli) -> None:
    await town.run(support={})
    person = town.somebody()
    mark = canary("question")
    await person.say(f"/support {mark}")
    done = await amity_cli("reload", config=town.config(), environment=town.environment())
    assert done.code == 0, done.err
    assert "support" in done.out
    assert "Ticket 1" in text_of(await town.at_desk(mark))
