"""Amity itself, as a process, on a Discord of our own: what its people see."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from amity.testing.discord_server import Attach, Chat
from amity.testing.fake_model import Answer, FakeModel
from tests.discord.conftest import World
from tests.discord.real import CountingModel, at_home, channel_of, enter, enter_here, quiet
from tests.support.amity import AmityProcess
from tests.support.files import files_with
from tests.support.model_server import EchoModel, ModelServer

pytestmark = pytest.mark.timeout(240)

Start = Callable[..., AmityProcess]
CREATE = "POST /channels/{channel}/messages"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """A model that numbers its answers."""
    with ModelServer(CountingModel) as server:
        yield server


@pytest.fixture
def echo() -> Iterator[ModelServer]:
    """A model that says what it was asked."""
    with ModelServer(EchoModel) as server:
        yield server


async def test_a_person_comes_in_and_is_answered_while_it_is_written(
    world: World, model: ModelServer, start_amity: Start
) -> None:
    async with at_home(world, model, start_amity) as home:
        home.counting.between = 0.6
        world.dm().write("hello")
        growing = await world.dm().seen("reply-1", seconds=40)
        assert "here." not in growing.content
        await world.dm().until(lambda c: c.from_bots()[-1].content.endswith("here."))
        assert world.dm().from_bots()[-1].id == growing.id
        requests = [r for r in world.mia.requests if r.method == "PATCH"]
        assert 1 < len(requests) < 8
        assert len(model.asked) == 1


@pytest.mark.parametrize("shared", [False, True], ids=["direct", "shared"])
@pytest.mark.parametrize("trouble", ["none", "twice", "limited", "lost answers"])
async def test_a_burst_while_the_model_is_busy(
    world: World, model: ModelServer, start_amity: Start, shared: bool, trouble: str
) -> None:
    async with at_home(world, model, start_amity) as home:
        match trouble:
            case "twice":
                world.mia.gateway.duplicate(None)
            case "limited":
                world.server.faults.rate_limit(0.2, every=3, times=None)
            case "lost answers":
                world.server.faults.lose_answer(route=CREATE, every=3, times=None)
        chat, call = (world.here(), f"{world.mia.mention} ") if shared else (world.dm(), "")
        home.counting.before = 1.0
        home.counting.between = 0.3
        sent = [f"said-{number}" for number in range(11)]
        for number, text in enumerate(sent):
            chat.write(call + text)
            if number in (0, 5):
                await chat.seen("reply-", after=chat.messages[-1], seconds=40)
        await home.judge(chat, sent, call=call)


async def test_a_burst_and_the_process_killed_in_the_middle(
    world: World, model: ModelServer, start_amity: Start
) -> None:
    async with at_home(world, model, start_amity) as home:
        home.counting.before = 0.7
        home.counting.between = 0.35
        sent: list[str] = []

        def burst() -> None:
            for _ in range(5):
                sent.append(f"said-{len(sent)}")
                world.dm().write(sent[-1])

        for moment in (0.3, 1.9, 3.4):
            burst()
            await asyncio.sleep(moment)
            await home.kill()
            burst()  # nobody is there
            await home.again()
        await home.judge(world.dm(), sent)


async def test_an_outage_with_a_new_session(
    world: World, model: ModelServer, start_amity: Start
) -> None:
    async with at_home(world, model, start_amity) as home:
        world.here().write(f"{world.mia.mention} said-0")
        await world.here().seen("reply-", seconds=40)
        sent = [f"said-{number}" for number in range(1, 7)]
        world.mia.gateway.go_down()
        for text in sent:
            world.dm().write(text)
            world.here().write("chatter")
        world.here().write(f"{world.mia.mention} said-7")
        await asyncio.sleep(1)
        world.mia.gateway.come_up()
        await world.here().seen("reply-", after=world.here().messages[-1], seconds=60)
        await world.dm().seen("reply-", seconds=60)
        await home.judge(world.dm(), sent)
        await home.judge(world.here(), ["said-0", "said-7"], call=f"{world.mia.mention} ")


def long_text() -> str:
    """Return 40,000 characters of everything, with numbered words to find again."""
    pieces: list[str] = []
    number = 0

    def word() -> str:
        nonlocal number
        number += 1
        return f"mark{number}"

    while sum(map(len, pieces)) < 40_000:
        pieces += [
            f"## Heading {word()}\n\n",
            f"Some **bold {word()}** and *soft {word()}* words, `code {word()}`. " * 1,
            f"A link to [{word()}](https://example.org/{number}) and 👩‍👩‍👧‍👦 {word()}.\n\n",
            f"שלום {word()} عالم {word()}\n\n",
            "\n".join(f"{i}. item {word()}\n   - inner {word()}" for i in range(1, 5)) + "\n\n",
            "```python\n" + "\n".join(f"print('{word()}')" for _ in range(9)) + "\n```\n\n",
            "| a | b |\n|---|---|\n" + "\n".join(f"| {word()} | {word()} |" for _ in range(6)),
            "\n\n> quoted " + " ".join(word() for _ in range(30)) + "\n\n",
        ]
    return "".join(pieces)


async def test_forty_thousand_characters_arrive_whole(world: World, start_amity: Start) -> None:
    text = long_text()
    with ModelServer(FakeModel) as model:
        model.model.always(
            Answer(chunks=tuple(text[i : i + 400] for i in range(0, len(text), 400)))
        )
        async with at_home(world, model, start_amity):
            said = world.dm().write("tell me all")
            last = re.findall(r"mark\d+", text)[-1]
            await world.dm().seen(last, seconds=60)
            await quiet(world.dm())
            shown = [m for m in world.dm().from_bots() if m.id > said.id]
    found = [mark for m in shown for mark in re.findall(r"mark\d+", m.content)]
    assert found == re.findall(r"mark\d+", text)
    assert len(shown) >= 20
    assert all(len(m.content) <= 2000 for m in shown)
    assert all(m.content.count("```") % 2 == 0 for m in shown)


async def test_nothing_of_a_member_is_anywhere(
    world: World, echo: ModelServer, start_amity: Start
) -> None:
    email, nick, name = "canary7@example.org", "Nickname-canary", "Zelda-canary"
    zelda = world.server.person(name, extra={"email": email, "phone": "+3000123"})
    world.guild.add(zelda, nick=nick, extra={"email": email})
    service = {"log_level": "debug"}
    async with at_home(world, echo, start_amity, inside=False, service=service) as home:
        await enter(zelda.dm(world.mia))
        zelda.dm(world.mia).write("hello from me")
        await zelda.dm(world.mia).seen("hello from me", seconds=40)
        chat = zelda.at(world.general)
        chat.write(f"{world.mia.mention} hello {zelda.mention} again")
        await chat.seen("hello @someone again", seconds=40)
        chat.slash("help")
        await quiet(chat)
        canaries = [email, nick, name, "+3000123", str(zelda.id), str(world.guild.id)]
        assert echo.seen(canaries) == []
        assert files_with(home.process.data, canaries) == {}
        assert [c for c in canaries if c in home.process.output] == []


async def test_in_a_server_nobody_is_processed_who_has_not_agreed(
    world: World, echo: ModelServer, start_amity: Start
) -> None:
    async with at_home(world, echo, start_amity) as home:
        ben = world.ben.at(world.general)
        ben.write(f"{world.mia.mention} canary-one")
        link = await ben.seen(lambda m: bool(m.buttons), seconds=40)
        ben.write(f"{world.mia.mention} canary-two")
        world.here().write(f"{world.mia.mention} hello")
        await world.here().seen("hello", seconds=40)
        assert len([m for m in ben.from_bots() if m.buttons]) == 1
        pressed = ben.press(link, link.buttons[0].label)
        await enter_here(pressed, ben)
        assert all(m.ephemeral or not m.buttons or m.id == link.id for m in ben.from_bots())
        assert not [m for m in world.here().from_bots() if m.ephemeral]
        asked = ben.write(f"{world.mia.mention} now I may")
        shown = await ben.seen("now I may", seconds=40)
        assert shown.reply_to == asked.id
        canaries = ["canary-one", "canary-two"]
        assert echo.seen(canaries) == []
        assert files_with(home.process.data, canaries) == {}
        assert [c for c in canaries if c in home.process.output] == []


async def test_words_by_slash_are_answered_to_one_person(
    world: World, model: ModelServer, start_amity: Start
) -> None:
    async with at_home(world, model, start_amity):
        here, ben = world.here(), world.ben.at(world.general)
        response = here.slash("settings", setting="call_name")
        await response.answered()
        sent = here.submit(response, {"words": "Annie"})
        assert "Annie" in (await sent.message(seconds=40)).content
        exported = here.slash("export")
        shown = await exported.message(seconds=40)
        assert shown.ephemeral
        await world.server.until(lambda: any(m.files for m in exported.messages), seconds=40)
        asked = here.slash("delete_me")
        question = await asked.message(seconds=40)
        done = here.press(question, question.buttons[0].label)
        await world.server.until(lambda: bool(done.followups), seconds=40)
        assert done.followups[0].ephemeral
        assert ben.from_bots() == ()
        assert world.dm().from_bots()[-1].buttons == ()
        names = {c.name for c in here.commands()}
        assert {"start", "help", "settings", "privacy", "delete_me", "regenerate"} <= names


async def test_regenerate_and_stop(world: World, model: ModelServer, start_amity: Start) -> None:
    async with at_home(world, model, start_amity) as home:
        home.counting.between = 0.8
        world.dm().write("hello")
        await world.dm().until(lambda c: c.from_bots()[-1].content.endswith("here."), seconds=40)
        response = world.dm().slash("regenerate")
        growing = await response.message(seconds=40)
        assert "reply-2" in growing.content
        await world.dm().until(
            lambda c: any("reply-2" in m.content and "here." in m.content for m in c.from_bots()),
            seconds=40,
        )
        world.dm().write("more")
        await world.dm().seen("reply-3", seconds=40)
        stopped = world.dm().slash("stop")
        assert (await stopped.message(seconds=40)).content
        await quiet(world.dm())
        cut = [m.content for m in world.dm().from_bots() if "reply-3" in m.content]
        assert len(cut) == 1
        assert "here." not in cut[0]


ADULT = """
name: Vera
age: 34
about: A persona for adults.
rating: adult
character: A grown woman who speaks her mind.
speech: Plain.
greeting: Good evening from Vera.
"""


async def test_a_persona_for_adults_speaks_in_age_restricted_channels_only(
    world: World, echo: ModelServer, start_amity: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "personas"
    folder.mkdir()
    (folder / "vera.yaml").write_text(ADULT)
    marked = world.guild.channel("after-dark", nsfw=True)
    channel = channel_of(world.server, world.mia, persona="vera")
    more = {"personas": str(folder), "channels": [channel]}
    async with at_home(world, echo, start_amity, **more):  # type: ignore[arg-type]
        call = f"{world.mia.mention} "
        world.here().write(f"{call}good evening one")
        refused = await world.here().seen("marked", seconds=40)
        assert refused.content
        world.ann.at(marked).write(f"{call}good evening two")
        await world.ann.at(marked).seen("good evening two", seconds=40)
        thread: Chat = world.ann.at(marked).start_thread("aside")
        thread.write(f"{call}good evening three")
        await thread.seen("good evening three", seconds=40)
        assert echo.seen(["good evening one"]) == []


async def test_two_bots_with_two_personas_know_nothing_of_each_other(
    world: World, echo: ModelServer, start_amity: Start
) -> None:
    leo = world.server.bot("Leo")
    channels = [
        channel_of(world.server, world.mia),
        channel_of(world.server, leo, persona="leo"),
    ]
    async with at_home(world, echo, start_amity, channels=channels):
        await leo.online(seconds=40)
        other = world.ann.dm(leo)
        world.dm().write("for Mia alone")
        await world.dm().seen("for Mia alone", seconds=40)
        other.write("for Leo alone")
        shown = await other.seen("for Leo alone", seconds=40)  # one person: no gate again
        assert "Mia" not in shown.content
        world.dm().write("and again")
        assert "Leo" not in (await world.dm().seen("and again", seconds=40)).content
        assert not [m for m in other.from_bots() if "Mia alone" in m.content]


async def test_a_wrong_token_stops_that_channel_only(
    world: World, model: ModelServer, start_amity: Start
) -> None:
    leo = world.server.bot("Leo")
    channels = [
        channel_of(world.server, world.mia),
        {**channel_of(world.server, leo), "token": "MTIz.wrong.token"},
    ]
    async with at_home(world, model, start_amity, channels=channels, whole=False) as home:
        world.dm().write("hello")
        await world.dm().seen("reply-1", seconds=40)
        await home.process.await_text("does not know the token")
        assert "MTIz.wrong" not in home.process.output


async def test_pictures_and_voice_are_taken(
    world: World, echo: ModelServer, start_amity: Start
) -> None:
    async with at_home(world, echo, start_amity):
        png = Attach(name="a.png", data=b"\x89PNG", content_type="image/png", size=(1, 1))
        world.dm().write("look at this", files=[png])
        await world.dm().seen("look at this", seconds=40)


async def test_a_config_without_discord_never_imports_the_library(start_amity: Start) -> None:
    config = {"channels": [{"name": "web", "adapter": "web"}]}
    process = start_amity(config=config, environment={"PYTHONPROFILEIMPORTTIME": "1"})
    await process.aready()
    await process.astop()
    imported = re.findall(r"\|\s+(\S+)$", process.stderr.read_text(), re.MULTILINE)
    assert "amity_discord.config" in imported  # its face is looked at
    assert not [name for name in imported if name == "discord" or name.startswith("discord.")]
