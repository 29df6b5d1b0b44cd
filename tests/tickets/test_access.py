"""Rights and support where a channel lets in only some, and where it is for support alone."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from amity.testing.telegram_server import BotApiServer
from tests.promises.people import OnSample, canary
from tests.support.amity import Finished
from tests.support.files import rows_of
from tests.tickets.conftest import Town, number_of, on_sqlite, plain

Cli = Callable[..., Awaitable[Finished]]

_CODE: Final = "sesame-open-123"


async def _let_in_only(town: Town, cli: Cli, **access: Any) -> None:
    config = town.config()
    for channel in config["channels"]:
        if channel["name"] == "sample":
            channel.update(access)
    done = await cli("reload", config=config, environment=town.environment())
    assert done.code == 0, done.err


async def _rights_work(town: Town, person: OnSample, refused: str) -> None:
    mark = canary("request")
    assert "Responsible" in plain(await person.say("/privacy"))
    assert "/support" in plain(await person.say("/help"))
    assert "/support help me" not in plain(await person.say("/help I want to die tonight"))
    assert "consent" in plain(await person.say("/consent"))
    assert "everything that is stored" in plain(await person.say("/export"))
    assert "Example Ltd" in plain(await person.say("/support"))
    await person.say("/support question")
    id = await person.send(mark)
    assert "has the number" in plain(await person.answer(id))
    number = number_of(await town.at_desk(mark))
    changed = canary("changed")
    town.platform.say(person.id, changed, id=id, event="edited", time=7)
    await town.at_desk(changed)
    town.operator(f"/reply {number} we look at it")
    await town.told(person, "we look at it")
    # Nothing else is taken.
    for words in ("hello", "/start", "/persona", "/i_am_18", "/regenerate", "/settings", "/foo"):
        assert refused in plain(await person.say(words)), words


@on_sqlite
async def test_who_is_not_let_in_any_more_keeps_their_rights(town: Town, amity_cli: Cli) -> None:
    await town.run()
    people = [town.somebody() for _ in range(2)]
    marks = [canary("kept") for _ in people]
    for person, mark in zip(people, marks, strict=True):
        await person.enter()
        await person.say(f"keep {mark}")
    taken_back = await people[0].send(f"and {canary('back')}")
    await people[0].answer(taken_back)
    await _let_in_only(town, amity_cli, access="allowlist", allow=["nobody"])
    for person, mark, access in zip(people, marks, ("allowlist", "code"), strict=True):
        if access == "code":
            await _let_in_only(town, amity_cli, access="code", code=_CODE)
        refused = "not open to everyone" if access == "allowlist" else "code"
        await _rights_work(town, person, refused)
        assert "Shall I delete" in plain(await person.say("/delete_me"))
        assert "Shall I delete" in plain(await person.say("/clear_conversation"))
        assert "Deleted for good" in plain(
            await person.say("clear_conversation yes", part="choice")
        )
        assert await town.rows_with(mark) == {}
        assert "Deleted for good" in plain(await person.say("delete_me yes", part="choice"))
    assert rows_of(town.process.data / "amity.db", "people") == []


@on_sqlite
async def test_a_stranger_can_read_the_policy_and_ask_and_then_come_in_with_the_code(
    town: Town, amity_cli: Cli
) -> None:
    await town.run()
    await _let_in_only(town, amity_cli, access="code", code=_CODE)
    database, person, mark = town.process.data / "amity.db", town.somebody(), canary("request")
    assert "Responsible" in plain(await person.say("/privacy"))
    assert "/support" in plain(await person.say("/help I want to die tonight"))
    assert rows_of(database, "people") == []
    assert "send the access code" in plain(await person.say("hello"))
    for word in ("/export", "/delete_me yes", "/language ru", "/start", "/agree"):
        assert "send the access code" in plain(await person.say(word)), word
    assert "code does not fit" in plain(await person.say("sesame"))
    assert "has the number" in plain(await person.say(f"/support {mark}"))
    await town.at_desk(mark)
    # While words are waited for the code is still the code.
    await person.say("/support add")
    assert "the right code" in plain(await person.say(_CODE))
    await person.enter()
    assert _CODE not in str(town.desk())
    assert mark in str(await town.rows_with(mark))


@on_sqlite
async def test_a_bot_for_support_alone_is_silent_beside_its_desk_and_says_elsewhere_what_it_is(
    town: Town,
) -> None:
    async with BotApiServer() as telegram:
        bot = telegram.bot("Helper")
        otto, zed = (telegram.person(name, language_code="en") for name in ("Otto", "Zed"))
        ours = telegram.group("Helpers", otto, bot, forum=True)
        desk, lunch = ours.topic("Tickets").id, otto.open(ours, topic=ours.topic("Lunch").id)
        theirs = zed.open(telegram.group("Public", zed, bot))
        helper = {
            "name": "helper",
            "adapter": "telegram",
            "api_base": telegram.url,
            "poll_seconds": 1,
            "token": bot.token,
            "support": True,
        }
        await town.run(
            support={"channel": "helper", "chat": str(ours.id), "thread": str(desk)},
            channels=[*town.config()["channels"], helper],
        )
        for text in (f"@{bot.username} who brings cake?", f"/help@{bot.username}"):
            lunch.say(text)
        for _ in range(2):
            theirs.say(f"@{bot.username} my account is broken")

        def told() -> list[str]:
            return [m.text for m in theirs.messages if m.from_bot]

        await theirs.until(lambda _: told() or None, seconds=30)
        private = zed.open(bot)
        private.say("/help")
        await private.until(lambda _: any(m.from_bot for m in private.messages) or None, seconds=30)
        assert len(told()) == 1
        assert "requests to the people behind this service" in told()[0]
        assert [m.text for m in lunch.messages if m.from_bot] == []
