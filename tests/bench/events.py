"""What the benchmarks of the chat platforms share: a server in a process of its own, real people
in a real store, the real inbox with nothing behind it, and the CPU that one event costs.
"""

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final

from amity.adapter import Acceptance, Accepted
from amity.cli.commands.run import spare_collector
from amity.engine import Engine
from amity.message import Inbound, Sender
from amity.models.budgets import LimitsConfig
from amity.people import Evidence, Scope
from amity.turn.channel import Channel
from amity.turn.inbox import Inbox
from amity.turn.limits import RateLimit
from amity.turn.stages.gate import may_talk

PEOPLE: Final = 20
ROUNDS: Final = 60
TURNS: Final = 3
SAID: Final = (
    "I was at the lake today and thought about what you said, it was good to hear that. 🙂"
)

_WARM: Final = 15

Count = Callable[[int], None]
Run = Callable[[Sequence[str], Sequence[str], Count], AbstractAsyncContextManager[None]]
"""Takes events while it is entered: what the server printed of itself, and the people's ids."""


async def let_in(engine: Engine, realm: str, people: Sequence[str]) -> None:
    """Let people say that they are adult and agree."""
    facts = engine.services.facts
    evidence = Evidence(
        channel="mia",
        method="button",
        language="en",
        policy_version=facts.policy_version,
        policy_hash="0" * 64,
        recipients=facts.recipients,
    )
    for id in people:
        person = await engine.services.people.meet(realm, Sender(id=id, locale="en"))
        person = await engine.services.people.state_adult(person, evidence)
        await engine.services.people.agree(person, {Scope.SERVICE}, evidence)


def inbox_of(engine: Engine) -> Inbox:
    """Return an inbox on the engine's store that wakes nobody and has no limit."""
    services = engine.services
    return Inbox(
        vault=services.vault,
        people=services.people,
        conversations=services.conversations,
        clock=services.clock,
        ids=services.ids,
        rate=RateLimit(services.clock, burst=10**9, per_minute=10**9),
        longest=LimitsConfig().message_characters,
        wake=lambda _arrival: None,
        refuse=lambda _refusal: None,
        count=lambda _channel, _status: None,
        may_talk=lambda person: may_talk(services, person),
        settled=services.settled,
        offered=lambda _channel, _persona: True,
        support=services.support,
    )


async def take(
    inbox: Inbox, channel: Channel, batch: Sequence[Inbound], count: Count
) -> list[Acceptance]:
    """Commit a batch and count it; what is not accepted ends the benchmark."""
    taken = await inbox.accept(channel, batch)
    if any(one.status is not Accepted.ACCEPTED for one in taken):
        raise SystemExit(f"not accepted: {[one.status.value for one in taken]}")
    count(len(batch))
    return taken


async def measure(run: Run, *, server: str, settle: float) -> float:
    """Return milliseconds of CPU an event.

    Args:
        run: What takes the events.
        server: The module whose ``serve`` is the server. It prints what leads to it, then
            ``PEOPLE`` ids of people, all on one line; then it is told numbers of rounds.
        settle: Seconds after the warm-up in which what a connection begins with ends.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"from {server} import serve; serve()",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    printed = (await child.stdout.readline()).decode().split()
    seen, changed = 0, asyncio.Event()

    def count(number: int) -> None:
        nonlocal seen
        seen += number
        changed.set()

    async def until(number: int) -> None:
        while seen < number:
            changed.clear()
            await asyncio.wait_for(changed.wait(), 60)

    try:
        async with run(printed[:-PEOPLE], printed[-PEOPLE:], count):
            child.stdin.write(b"%d\n" % _WARM)
            await until(_WARM * PEOPLE)
            await asyncio.sleep(settle)
            # As ``amity run`` does once all is loaded; the yardstick has the same good of it.
            gc.collect()
            spare_collector()
            began = time.process_time()
            child.stdin.write(b"%d\n" % ROUNDS)
            await until((_WARM + ROUNDS) * PEOPLE)
            spent = time.process_time() - began
    finally:
        child.stdin.close()
        await child.wait()
    return spent / (ROUNDS * PEOPLE) * 1000
