"""The operators' chat is another one: the operator moves it, or the platform makes it one."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from amity.testing.telegram_server import BotApiServer
from amity.testing.telegram_server.seen import SeenChat
from tests.promises.people import canary
from tests.support.amity import Finished
from tests.support.files import rows_of
from tests.tickets.conftest import DESK, Line, Town, number_of, on_sqlite, text_of
from tests.tickets.test_platforms import TelegramDesk

pytestmark = on_sqlite

Cli = Callable[..., Awaitable[Finished]]


async def _move(town: Town, amity_cli: Cli, chat: str) -> None:
    config = town.config(support={"channel": "sample", "chat": chat})
    done = await amity_cli("reload", config=config, environment=town.environment())
    assert done.code == 0, done.err


async def _on_its_way(town: Town, *, shown: int = 0) -> None:
    """Wait until a request is being sent to the operators, and so many pieces have arrived."""

    def sending() -> bool:
        rows = rows_of(town.process.data / "amity.db", "ticket_messages")
        return [(r["state"], r["shown"]) for r in rows if r["queue"] == "desk"] == [
            ("sending", shown)
        ]

    await town.process.await_until(sending, "a request is on its way to the desk")


async def _whole(town: Town, mark: str, chat: str) -> list[Line]:
    """Wait until a request stands whole in a chat and nothing more is on its way there."""

    def idle() -> bool:
        rows = rows_of(town.process.data / "amity.db", "ticket_messages")
        return [row for row in rows if row["queue"] == "desk"] == []

    await town.at_desk(mark, chat=chat)
    await town.process.await_until(idle, "nothing is on its way to the desk")
    return await town.at_desk(mark, chat=chat)


def _in(chat: str, lines: Sequence[Line], mark: str) -> list[Any]:
    """Return the ids of what was shown in a chat and holds a word."""
    return [line["id"] for line in lines if line["chat"] == chat and mark in line["text"]]


async def test_what_was_on_its_way_goes_to_the_new_desk_at_once(town: Town, amity_cli: Cli) -> None:
    await town.run()
    person = town.somebody()

    # The platform asks for time: it surely did not arrive.
    town.platform.busy(DESK)
    waiting = canary("waiting")
    await person.say(f"/support {waiting}")
    await _on_its_way(town)
    await _move(town, amity_cli, "second desk")
    await _whole(town, waiting, "second desk")
    assert await town.repeats() == 0

    # The platform shows it and does not say so: it is doubtful, and shown once more.
    town.platform.slow("second desk")
    doubtful = canary("doubtful")
    await person.say(f"/support {doubtful}")
    await town.at_desk(doubtful, chat="second desk")
    await _move(town, amity_cli, "third desk")
    there = await _whole(town, doubtful, "third desk")
    assert await town.repeats() == 1

    # A part of it was shown: the new desk gets the whole.
    town.platform.slow("third desk")
    half = canary("half")
    await person.say(f"/support {half} {'and more of it ' * 20}the end")
    await town.platform.until(
        lambda lines: sum(line["chat"] == "third desk" for line in lines) == len(there) + 1,
        "its first piece is shown",
    )
    town.platform.busy("third desk")
    town.platform.slow()
    await _on_its_way(town, shown=1)
    await _move(town, amity_cli, "fourth desk")
    pieces = await _whole(town, half, "fourth desk")
    assert "the end" in text_of(pieces)
    assert await town.repeats() == 1

    # What waited is told once, and can be answered where it stands now.
    shown = town.platform.shown()
    assert _in(DESK, shown, waiting) == []
    assert len(_in("second desk", shown, waiting)) == 1
    assert len(_in("third desk", shown, doubtful)) == 1
    assert number_of(there) == number_of(pieces) == 1
    answer = canary("answer")
    reply = f"shown-{pieces[0]['id']}"
    town.platform.say("otto", answer, chat="fourth desk", private=False, reply_to=reply)
    await town.told(person, answer)


async def _checked(town: Town, amity_cli: Cli, **more: Any) -> str:
    config, environment = town.config(**more), town.environment()
    done = await amity_cli("check", "--offline", config=config, environment=environment)
    return done.out


def _warnings(town: Town) -> int:
    lines = [json.loads(line) for line in town.process.output.splitlines() if line[:1] == "{"]
    return sum(line["event"] == "support.chat_moved" for line in lines)


async def test_a_chat_that_the_platform_made_another_one_goes_on(
    town: Town, amity_cli: Cli
) -> None:
    await town.run()
    person = town.somebody()
    before = canary("before")
    await person.say(f"/support {before}")
    (post, *_) = await town.at_desk(before)
    assert "another id" not in await _checked(town, amity_cli)
    town.platform.move(DESK, "grown desk")

    # It is found out by the first send; from then on both are the operators' chat.
    after = canary("after")
    await person.say(f"/support {after}")
    (shown, *_) = await town.at_desk(after, chat="grown desk")
    answers = [canary("answer"), canary("answer")]
    where: dict[str, Any] = {"chat": "grown desk", "private": False}
    town.platform.say("otto", answers[0], **where, reply_to=f"shown-{shown['id']}")
    await town.told(person, answers[0])
    await town.at_desk("the answer was delivered", chat="grown desk")
    town.reply(post, answers[1])
    await town.told(person, answers[1])

    # The operator is told, and it outlives a restart.
    assert _warnings(town) == 1
    assert "grown desk" not in town.process.output
    told = 'the operators\' chat has another id now: set support.chat to "grown desk"'
    assert told in await _checked(town, amity_cli)
    status = await amity_cli("status", environment=town.environment())
    assert "which has another id now" in status.out
    await town.process.astop()
    assert told in await _checked(town, amity_cli)
    await town.run()
    assert _warnings(town) == 1
    town.platform.say("otto", "/ticket 1", **where)
    await town.at_desk(before, answers[1], chat="grown desk")

    # What stands in either is taken back where it stands.
    places = {
        f"shown-{line['id']}": line["chat"]
        for line in town.platform.shown()
        if line["chat"] in (DESK, "grown desk") and "Ticket 1" in line["text"]
    }
    assert set(places.values()) == {DESK, "grown desk"}
    await person.say("/support delete yes 1")
    await town.at_desk("the person deleted it", chat="grown desk")

    def gone(lines: Sequence[Line]) -> bool:
        return places == {
            line["id"]: line["chat"]
            for line in lines
            if line["kind"] == "deleted" and line["id"] in places
        }

    await town.platform.until(gone, "all that was posted is gone from where it stood")

    # Once the configuration says so, too, there is nothing to be told.
    config = {"support": {"channel": "sample", "chat": "grown desk"}}
    done = await amity_cli("reload", config=town.config(**config), environment=town.environment())
    assert done.code == 0, done.err
    assert "another id" not in await _checked(town, amity_cli, **config)
    town.platform.say("otto", "/help", **where)
    await town.at_desk("/tickets", chat="grown desk")


async def test_a_group_that_became_a_supergroup_is_heard_at_once(
    town: Town, amity_cli: Cli
) -> None:
    async with BotApiServer() as telegram:
        helper = telegram.bot("Helper")
        otto = telegram.person("Otto", language_code="en")
        group = telegram.group("Helpers", otto, helper, supergroup=False)
        channels = [
            town.platform.config,
            {
                "name": "helper",
                "adapter": "telegram",
                "api_base": telegram.url,
                "poll_seconds": 1,
                "token": helper.token,
                "support": True,
            },
        ]
        support = {"channel": "helper", "chat": str(group.id)}
        await town.run(support=support, channels=channels)
        person, mark = town.somebody(), canary("question")
        await person.say(f"/support {mark}")
        await TelegramDesk(otto.open(group)).shows(mark)
        new = group.upgrade()
        desk, answer = TelegramDesk(otto.open(new)), canary("answer")
        desk.chat.say(f"/reply@{helper.username} 1 {answer}")
        await town.told(person, answer)
        post = await desk.shows("the answer was delivered")
        again = canary("again")
        desk.reply(post, again)
        await town.told(person, again)
        checked = await _checked(town, amity_cli, support=support, channels=channels)
        assert f'set support.chat to "{new.id}"' in checked

        # The numbers of the old chat are another's in the new one: nothing is taken back there.
        theirs = [desk.chat.say(f"message {number}") for number in range(8)]
        await person.say("/support delete yes 1")
        await desk.shows("the person deleted it")

        def taken_back(chat: SeenChat) -> bool | None:
            texts = [m.text for m in chat.messages if m.from_bot]
            return not any("delivered" in text for text in texts) or None

        await desk.chat.until(taken_back, seconds=40)
        assert await town.process.astop() == 0
        assert [m for m in theirs if desk.chat.message(m.id) is None] == []
        assert _warnings(town) == 1
        assert str(new.id) not in town.process.output
