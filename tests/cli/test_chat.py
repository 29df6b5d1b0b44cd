"""`amity chat`: alone, and on a running Amity; the same gate stands before both."""

import asyncio
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.amity import AmityProcess, amity_command
from tests.support.program import clean_environment

Start = Callable[..., AmityProcess]
Cli = Callable[..., Any]

TALK = "hello\n/i_am_18\n/agree\nI feel tired today\n"


def _judge(out: str) -> None:
    begin, _, rest = out.partition("18 or over")
    assert "software" in begin
    gate, _, talk = rest.partition("Welcome!")
    assert "/agree" in gate
    assert "Mia:" not in gate
    assert talk.count("Mia:") >= 2


async def test_alone(amity_cli: Cli) -> None:
    done = await amity_cli("chat", stdin=TALK)
    assert (done.code, done.err) == (0, "")
    _judge(done.out)
    # It is remembered: no gate the second time.
    again = await amity_cli("chat", stdin="Hello again\n")
    assert again.code == 0
    assert "18 or over" not in again.out
    assert "Mia:" in again.out


async def test_on_a_running_amity(start_amity: Start, amity_cli: Cli, amity_home: Path) -> None:
    process = start_amity()
    await process.aready()
    done = await amity_cli("chat", stdin=TALK + "/export\n/save mine.zip\n")
    assert (done.code, done.err) == (0, "")
    _judge(done.out)
    assert "mine.zip" in done.out
    with zipfile.ZipFile(amity_home / "mine.zip") as export:
        assert any(b"I feel tired today" in export.read(name) for name in export.namelist())
    # The same person when nothing runs: what was said lies in the same store.
    assert await process.astop() == 0
    again = await amity_cli("chat", stdin="Hello again\n")
    assert "18 or over" not in again.out
    assert process.code == 0
    assert "tired" not in process.output


async def test_another_persona(start_amity: Start, amity_cli: Cli) -> None:
    done = await amity_cli("chat", "--persona", "leo", stdin=TALK)
    assert "Leo:" in done.out
    process = start_amity()
    await process.aready()
    done = await amity_cli("chat", "--persona", "leo", stdin="hello\n")
    assert "Leo:" in done.out
    wrong = await amity_cli("chat", "--persona", "nobody", stdin="hello\n")
    assert wrong.code == 1
    assert wrong.err.startswith('there is no persona "nobody"; there are: ')


async def test_alone_it_is_a_running_amity_for_every_other_command(
    amity_cli: Cli, amity_home: Path
) -> None:
    terminal = await _terminal(amity_home)
    assert terminal.stdin is not None
    assert terminal.stdout is not None
    terminal.stdin.write(b"/i_am_18\n")
    assert b"Thank you" in await asyncio.wait_for(terminal.stdout.readline(), 30)
    status = await amity_cli("status")
    assert (status.code, status.err) == (0, "")
    assert "is running" in status.out
    people = await amity_cli("person", "list")
    assert (people.code, people.err) == (0, "")
    # A reload does not start what only `amity run` starts.
    config = {"service": {"name": "After"}, "channels": [{"name": "web", "adapter": "web"}]}
    reloaded = await amity_cli("reload", config=config)
    assert (reloaded.code, reloaded.err) == (0, "")
    assert "web" not in (await amity_cli("status")).out
    second = await amity_cli("chat", stdin="hello\n")
    assert second.err == "a terminal is talking with this Amity already; end it first\n"
    terminal.stdin.close()
    assert await asyncio.wait_for(terminal.wait(), 30) == 0
    assert "not running" in (await amity_cli("status")).out


async def _terminal(home: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        amity_command(),
        "chat",
        cwd=home,
        env={**clean_environment(home), "AMITY_DATA": str(home / "data")},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_one_terminal_at_a_time_and_the_next_when_it_has_gone(
    start_amity: Start, amity_cli: Cli, amity_home: Path
) -> None:
    process = start_amity()
    await process.aready()
    first = await _terminal(amity_home)
    assert first.stdin is not None
    assert first.stdout is not None
    first.stdin.write(b"hello\n")
    assert b"Hello!" in await asyncio.wait_for(first.stdout.readline(), 30)
    second = await amity_cli("chat", stdin="hello\n")
    assert second.code == 1
    assert second.err == "a terminal is talking with this Amity already; end it first\n"
    first.kill()
    await first.communicate()
    third = await amity_cli("chat", stdin="hello\n")
    while third.code == 1 and "already" in third.err:  # its going is noticed soon
        third = await amity_cli("chat", stdin="hello\n")
    assert "18 or over" in third.out


async def test_the_running_amity_ends(start_amity: Start, amity_home: Path) -> None:
    process = start_amity()
    await process.aready()
    terminal = await _terminal(amity_home)
    assert terminal.stdin is not None
    assert terminal.stdout is not None
    terminal.stdin.write(b"hello\n")
    await asyncio.wait_for(terminal.stdout.readline(), 30)
    assert await process.astop() == 0
    _, err = await asyncio.wait_for(terminal.communicate(), 30)
    assert terminal.returncode == 1
    assert err == b"the running Amity ended\n"
