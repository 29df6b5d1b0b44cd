"""Amity itself, as a process, on a Discord of our own: what its people see."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from amity.testing.discord_server import Attach, Chat, Shown
from tests.discord.real import (
    FIRST,
    LAST,
    WRONG,
    Home,
    House,
    enter,
    enter_here,
    house_in,
    quiet,
)
from tests.support.files import files_with

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.may_block(reason="the loop is the module's, and the watchdog watches a test's own"),
]

CREATE = "POST /channels/{channel}/messages"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The installation of these tests."""
    async with house_in(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> AsyncIterator[Home]:
    """It, with people and a server of this test's own."""
    yield house.home()
    house.server.faults.clear()


async def burst(home: Home, chat: Chat, call: str = "") -> None:
    """Write eleven messages, most of them while the model is busy, and judge what is shown."""
    sent = [f"said-{chat.id}-{number}" for number in range(11)]
    for number, text in enumerate(sent):
        chat.write(call + text)
        if number in (0, 5):
            await chat.seen("reply-", after=chat.messages[-1], seconds=40)
    await home.judge(chat, sent, call=call)


async def test_bursts_while_the_model_is_busy(house: House) -> None:
    homes = [house.home(bot) for bot in (house.mia, *house.more)]
    _, twice, limited, lossy = (home.world for home in homes)
    await asyncio.gather(*(enter(chat) for home in homes for chat in directs(home)))
    undo = twice.mia.gateway.duplicate(None)
    faults = house.server.faults
    limits = faults.rate_limit(0.2, bot=limited.mia.name, every=3, times=None)
    losses = faults.lose_answer(bot=lossy.mia.name, route=CREATE, every=3, times=None)
    homes[0].count(before=0.3, between=0.15)
    await asyncio.gather(
        *(burst(home, home.world.dm()) for home in homes),
        *(
            burst(home, home.world.ben.at(home.world.general), f"{home.world.mia.mention} ")
            for home in homes
        ),
    )
    undo()
    faults.clear()
    assert limits.hits > 10
    assert losses.hits > 3


def directs(home: Home) -> tuple[Chat, Chat]:
    """Return Ann's and Ben's own chats with the bot."""
    return home.world.dm(), home.world.ben.dm(home.world.mia)


async def test_an_outage_with_a_new_session(home: Home) -> None:
    world, call = home.world, f"{home.world.mia.mention} "
    dm, here = world.dm(), world.here()
    await enter(dm)
    home.count()
    here.write(f"{call}said-{here.id}-0")
    await here.seen("reply-", seconds=40)
    sent = [f"said-{dm.id}-{number}" for number in range(6)]
    world.mia.gateway.go_down()
    for text in sent:
        dm.write(text)
        here.write("chatter")
    here.write(f"{call}said-{here.id}-1")
    world.mia.gateway.come_up()
    await asyncio.gather(
        home.judge(dm, sent),
        home.judge(here, [f"said-{here.id}-0", f"said-{here.id}-1"], call=call),
    )


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_ten_minutes_without_a_gateway(home: Home) -> None:
    world, call = home.world, f"{home.world.mia.mention} "
    dm, here = world.dm(), world.here()
    await enter(dm)
    home.count()
    direct = [f"said-{dm.id}-{number}" for number in range(21)]
    aloud = [f"said-{here.id}-{number}" for number in range(21)]
    dm.write(direct[0])
    here.write(call + aloud[0])
    await asyncio.gather(*(chat.seen("reply-", seconds=40) for chat in (dm, here)))
    with world.mia.gateway.outage():
        for number in range(1, 21):
            dm.write(direct[number])
            here.write(call + aloud[number])
            here.write("chatter")
            await asyncio.sleep(30)
    await asyncio.gather(home.judge(dm, direct), home.judge(here, aloud, call=call))


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


async def test_forty_thousand_characters_arrive_whole(home: Home) -> None:
    text = home.speaker.recites = long_text()
    dm = home.world.dm()
    await enter(dm)
    said = dm.write("tell me all")
    last = re.findall(r"mark\d+", text)[-1]
    await dm.seen(last, seconds=60)
    await quiet(dm)
    shown = [m for m in dm.from_bots() if m.id > said.id]
    found = [mark for m in shown for mark in re.findall(r"mark\d+", m.content)]
    assert found == re.findall(r"mark\d+", text)
    assert len(shown) >= 20
    assert all(len(m.content) <= 2000 for m in shown)
    assert all(m.content.count("```") % 2 == 0 for m in shown)


async def test_nothing_of_a_member_is_anywhere(house: House, home: Home) -> None:
    world = home.world
    email, nick, name = "canary7@example.org", "Nickname-canary", "Zelda-canary"
    zelda = world.server.person(name, extra={"email": email, "phone": "+3000123"})
    world.guild.add(zelda, nick=nick, extra={"email": email})
    dm, chat = zelda.dm(world.mia), zelda.at(world.general)
    await enter(dm)
    dm.write("hello from me")
    await dm.seen("hello from me", seconds=40)
    chat.write(f"{world.mia.mention} hello {zelda.mention} again")
    await chat.seen("hello @someone again", seconds=40)
    chat.slash("help", bot="Mia")
    await quiet(chat)
    canaries = [email, nick, name, "+3000123", str(zelda.id), str(world.guild.id)]
    assert home.model.seen(canaries) == []
    assert files_with(home.process.data, canaries) == {}
    assert [c for c in canaries if c in home.process.output] == []


async def test_in_a_server_nobody_is_processed_who_has_not_agreed(home: Home) -> None:
    world = home.world
    await enter(world.dm())
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
    assert home.model.seen(canaries) == []
    assert files_with(home.process.data, canaries) == {}
    assert [c for c in canaries if c in home.process.output] == []


async def test_every_word_is_a_slash_command_in_the_language_of_the_reader(home: Home) -> None:
    here, ben = home.world.here(), home.world.ben.at(home.world.general)
    english = {c.name: c.description for c in here.commands("Mia")}
    russian = {c.name: c.description for c in ben.commands("Mia")}
    assert set(english) == set(russian) == {
        *("start", "help", "settings", "privacy", "terms", "support", "appeal", "paysupport"),
        *("developer_info", "export", "clear_conversation", "delete_me", "pause", "resume"),
        *("consent", "persona", "language", "stop", "regenerate"),
    }  # fmt: skip
    assert all(english[name] != russian[name] for name in english)


async def test_words_by_slash_are_answered_to_one_person(home: Home) -> None:
    world = home.world
    await enter(world.dm())
    here, ben = world.here(), world.ben.at(world.general)
    response = here.slash("settings", bot="Mia", setting="call_name")
    await response.answered()
    sent = here.submit(response, {"words": "Annie"})
    assert "Annie" in (await sent.message(seconds=40)).content
    exported = here.slash("export", bot="Mia")
    shown = await exported.message(seconds=40)
    assert shown.ephemeral
    await world.server.until(lambda: any(m.files for m in exported.messages), seconds=40)
    about = await here.slash("developer_info", bot="Mia").message(seconds=40)
    assert about.ephemeral
    asked = here.slash("delete_me", bot="Mia")
    question = await asked.message(seconds=40)
    done = here.press(question, question.buttons[0].label)
    await world.server.until(lambda: bool(done.followups), seconds=40)
    assert done.followups[0].ephemeral
    assert ben.from_bots() == ()
    assert world.dm().from_bots()[-1].buttons == ()


async def test_a_request_for_support_reaches_the_operators_and_is_answered(
    house: House, home: Home
) -> None:
    world = home.world
    keeper = world.server.person("Keeper")
    house.office.add(keeper)
    desk = keeper.at(house.desk)
    # In a server nobody is asked for words that others would read.
    here, dm = world.here(), world.dm()
    about = await here.slash("support", bot="Mia").message(seconds=40)
    assert about.ephemeral
    here.press(about, about.buttons[0].label)
    await dm.seen("A human answers", seconds=40)
    dm.slash("support", text="my canary-question")
    await dm.seen("Your request has the number", seconds=40)
    ticket = await desk.seen("canary-question", seconds=40)
    await quiet(desk)
    desk.write("it is canary-answer", reply_to=ticket)
    await dm.seen("canary-answer", seconds=40)
    assert world.ben.at(world.general).from_bots() == ()
    canaries = ["canary-question", "canary-answer", str(world.ann.id)]
    assert home.model.seen(canaries) == []
    assert files_with(home.process.data, canaries) == {}
    assert [c for c in canaries if c in home.process.output] == []


async def test_a_reply_grows_and_can_be_had_anew_or_stopped(home: Home) -> None:
    dm = home.world.dm()
    await enter(dm)
    home.count(between=0.4)

    async def growing() -> tuple[Shown, str]:
        shown = await dm.seen("reply-", after=dm.messages[-1], seconds=40)
        assert LAST not in shown.content
        return shown, str(FIRST.findall(shown.content)[0])

    async def whole(reply: str) -> Shown:
        return await dm.seen(lambda m: reply in m.content and LAST in m.content, seconds=40)

    asked, requests = len(home.model.asked), len(home.world.mia.requests)
    dm.write("hello")
    shown, first = await growing()
    assert (await whole(first)).id == shown.id
    edits = [r for r in home.world.mia.requests[requests:] if r.method == "PATCH"]
    assert 1 < len(edits) < 8
    assert len(home.model.asked) == asked + 1
    again = await dm.slash("regenerate").message(seconds=40)
    (second,) = FIRST.findall(again.content)
    assert second != first
    await whole(second)
    dm.write("more")
    _, third = await growing()
    stopped = dm.slash("stop")
    assert (await stopped.message(seconds=40)).content
    await quiet(dm)
    cut = [m.content for m in dm.from_bots() if third in m.content]
    assert len(cut) == 1
    assert LAST not in cut[0]


async def test_a_persona_for_adults_speaks_in_age_restricted_channels_only(
    house: House, home: Home
) -> None:
    world = home.world
    marked = world.guild.channel("after-dark", nsfw=True)
    await enter(world.dm())
    call = f"{house.vera.mention} "
    world.here().write(f"{call}good evening one")
    refused = await world.here().seen("marked", seconds=40)
    assert refused.content
    world.ann.at(marked).write(f"{call}good evening two")
    await world.ann.at(marked).seen("good evening two", seconds=40)
    thread = world.ann.at(marked).start_thread("aside")
    thread.write(f"{call}good evening three")
    await thread.seen("good evening three", seconds=40)
    assert home.model.seen(["good evening one"]) == []


async def test_two_bots_with_two_personas_know_nothing_of_each_other(
    house: House, home: Home
) -> None:
    dm, other = home.world.dm(), home.world.ann.dm(house.leo)
    await enter(dm)
    dm.write("for Mia alone")
    await dm.seen("for Mia alone", seconds=40)
    other.write("for Leo alone")
    shown = await other.seen("for Leo alone", seconds=40)  # one person: no gate again
    assert "Mia" not in shown.content
    dm.write("and again")
    assert "Leo" not in (await dm.seen("and again", seconds=40)).content
    assert not [m for m in other.from_bots() if "Mia alone" in m.content]


async def test_a_wrong_token_stops_that_channel_only(home: Home) -> None:
    await enter(home.world.dm())
    await home.process.await_text("does not know the token")
    assert WRONG not in home.process.output


async def test_pictures_and_voice_are_taken(home: Home) -> None:
    dm = home.world.dm()
    await enter(dm)
    png = Attach(name="a.png", data=b"\x89PNG", content_type="image/png", size=(1, 1))
    dm.write("look at this", files=[png])
    await dm.seen("look at this", seconds=40)
    said = dm.voice(b"OggS and more", seconds=2.0)
    await dm.seen(lambda m: bool(m.content), after=said, seconds=40)
