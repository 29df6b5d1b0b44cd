"""Somebody at a terminal plays the person: the program, driven through a pipe."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
import yarl

from amity.testing.discord_server import DiscordServer
from amity.testing.discord_server.play import Play
from tests.support.program import clean_environment
from tests.testing.discord_server.listening import Listener


class Terminal:
    """The running program with its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self._in = process.stdin
        self._out = process.stdout
        self.lines: list[str] = []

    async def type(self, line: str) -> None:
        self._in.write(f"{line}\n".encode())
        await self._in.drain()

    async def wait_for(self, words: str) -> str:
        """Return the next line with these words."""
        async with asyncio.timeout(20):
            while True:
                line = (await self._out.readline()).decode()
                assert line, f"ended before {words!r}: {self.lines}"
                self.lines.append(line.rstrip("\n"))
                if words in line:
                    return line.rstrip("\n")

    async def ends(self) -> int:
        """Close the input and return the exit code."""
        self._in.close()
        return await asyncio.wait_for(self.process.wait(), 20)


@pytest.fixture
async def terminal(tmp_path: Path) -> AsyncIterator[Terminal]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "amity.testing.discord_server", "--person", "Ann"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=tmp_path,
        env=clean_environment(tmp_path),
    )
    yield Terminal(process)
    if process.returncode is None:
        process.kill()
    await process.wait()


class Ask(discord.ui.Modal, title="Who are you?"):
    """A form with one field."""

    name = discord.ui.TextInput["Ask"](label="Name", custom_id="name")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"so you are {self.name.value}")


class Echo(Listener):
    """Says back what it hears, and asks with a button and a form."""

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button[discord.ui.View](label="Who am I?", custom_id="who"))
        await message.channel.send(f"echo: {message.content}", view=view)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(Ask())
        elif interaction.type is discord.InteractionType.application_command:
            await interaction.response.send_message("only for you", ephemeral=True)


@pytest.fixture
async def echo(terminal: Terminal) -> AsyncIterator[Echo]:
    """A bot on the program's server."""
    route, socket = discord.http.Route, discord.gateway.DiscordWebSocket
    before = route.BASE, socket.DEFAULT_GATEWAY
    route.BASE = (await terminal.wait_for("api ")).split()[1]
    socket.DEFAULT_GATEWAY = yarl.URL((await terminal.wait_for("gateway ")).split()[1])
    token = (await terminal.wait_for("bot Mia ")).split()[2]
    client = Echo()
    task = asyncio.create_task(client.start(token))
    async with asyncio.timeout(20):
        while not client.is_ready():
            await asyncio.sleep(0.02)
    yield client
    await client.close()
    await task
    route.BASE, socket.DEFAULT_GATEWAY = before


async def test_a_person_talks_by_hand(terminal: Terminal, echo: Echo) -> None:
    commands: list[Any] = [{"name": "say", "description": "Say something"}]
    assert echo.application_id is not None
    await echo.http.bulk_upsert_global_commands(echo.application_id, commands)
    await terminal.type("hello")
    assert await terminal.wait_for("hello") == "@Mia  [1] Ann: hello"
    assert await terminal.wait_for("echo") == "@Mia  [2] Mia: echo: hello"
    assert await terminal.wait_for("Who") == "      [ Who am I? ]"
    await terminal.type(".press 2 Who am I?")
    await terminal.wait_for("form 'Who are you?'")
    await terminal.type('.fill name="Ann herself"')
    await terminal.wait_for("so you are Ann herself")
    await terminal.type(".commands")
    assert (await terminal.wait_for("/say")).endswith("Say something")
    await terminal.type("/say")
    assert "(only you see this)" in await terminal.wait_for("only for you")
    await terminal.type(".in #general")
    await terminal.type(".mention look")
    await terminal.wait_for("#general  [6] Mia: echo: <@")
    await terminal.type(".react 6 👍")
    await terminal.wait_for("👍 1")
    await terminal.type(".edit 1 goodbye")
    assert await terminal.wait_for("goodbye") == "@Mia  [1] Ann (changed): goodbye"
    await terminal.type(".delete 1")
    await terminal.wait_for("[1] is gone")
    assert await terminal.ends() == 0


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    async with DiscordServer() as server:
        mia, ann, bob = server.bot("Mia"), server.person("Ann"), server.person("Bob")
        guild = server.guild("Garden", members=[ann, bob], bots=[mia])
        yield Play(server, [mia], [ann, bob], guild)


@pytest.mark.parametrize(
    "line,words",
    [
        (".nothing", "there is no .nothing"),
        (".in #nowhere", "there is no #nowhere"),
        (".reply 9 x", "there is no message 9"),
        (".reply x y", "there is no message x"),
        (".edit 1", "it is used as .edit NUMBER TEXT"),
        (".press 1 go", "no button 'go'"),
        (".fill name=x", "no form is open"),
        (".attach /nonexistent/file", "not done"),
        ("/nothing", "offers no command 'nothing'"),
        ('/"', "not done"),
        (".advance -1", "only moves forward"),
    ],
)
async def test_what_cannot_be_done_is_said(play: Play, line: str, words: str) -> None:
    play.take("something to begin with")
    play.news()
    (said,) = play.take(line)
    assert words in said


async def test_everything_can_be_done(play: Play, tmp_path: Path) -> None:
    sound = tmp_path / "a.ogg"
    sound.write_bytes(b"OggS")
    script = [
        *("...and so on", ".reply 1 indeed", f".attach {sound} with words", f".voice {sound}"),
        *(".in #general", "here", ".thread talk", "in it", ".in @Mia", ".unreact 1 x"),
        *(".close", ".open", ".kick", ".kick 4009"),
        *(".down", ".up", ".advance 5", ".log", ".places", ".help", ".as Bob", "as Bob"),
        *(".as Eve", ".in #general", "from Eve", ".as Ann", ""),
    ]
    said: list[str] = []
    shown: list[str] = []
    for step in script:
        shown += play.news()
        said += play.take(step)
    assert [line for line in said if line.startswith("not done")] == []
    news = "\n".join(shown + play.news())
    assert "@Mia  [1] Ann: ...and so on" in news
    assert "(answers [1]): indeed" in news
    assert "file a.ogg (audio/ogg, 4 bytes)" in news
    assert "(voice)" in news
    assert "#general" in news
    assert "Eve: from Eve" in news
    assert "#talk  " in news
    assert play.news() == []
    assert play.take(".quit") == ["ended"]
    assert play.ended
