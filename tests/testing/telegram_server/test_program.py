"""The server as a program, with somebody at its terminal: a pipe."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LabeledPrice,
    Update,
)

from amity.testing.telegram_server.pictures import make_png
from amity.testing.telegram_server.program import main
from tests.support.program import clean_environment

pytestmark = pytest.mark.timeout(120)
COMMAND = (sys.executable, "-m", "amity.testing.telegram_server")


class Terminal:
    """The program and its two ends of a pipe."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.written: list[str] = []

    def type(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())

    async def reads(self, part: str) -> str:
        """Read on until a line with these words comes, and return it."""
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            while line := (await self.process.stdout.readline()).decode():
                self.written.append(line.rstrip())
                if part in line:
                    return line.rstrip()
        raise AssertionError(f"{part!r} was not written: {self.written}")


@contextlib.asynccontextmanager
async def running(home: Path, *options: str) -> AsyncIterator[Terminal]:
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *options,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=home,
        env=clean_environment(home),
    )
    try:
        yield Terminal(process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


@contextlib.asynccontextmanager
async def bot_of(terminal: Terminal) -> AsyncIterator[Bot]:
    url = (await terminal.reads("server at")).rpartition(" ")[2]
    token = (await terminal.reads("@mia_bot")).rpartition(" ")[2]
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    async with Bot(token, session=session) as bot:
        yield bot


def keyboard(label: str) -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text=label, callback_data="yes")
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


class Updates:
    """A bot's updates, one by one."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._offset = 0

    async def next(self) -> Update:
        (update,) = await self._bot.get_updates(offset=self._offset, timeout=30, limit=1)
        self._offset = update.update_id + 1
        return update


async def test_a_person_at_the_terminal_talks_with_a_bot(tmp_path: Path) -> None:
    (tmp_path / "a picture.png").write_bytes(make_png(20, 20))
    async with running(tmp_path) as terminal, bot_of(terminal) as bot:
        await terminal.reads("you are Ann, with Mia @mia_bot")
        terminal.type("Hello")
        updates = Updates(bot)
        update = await updates.next()
        assert update.message is not None
        assert update.message.text == "Hello"
        to = update.message.chat.id
        await bot.send_chat_action(to, "typing")
        await terminal.reads("… typing")
        await bot.send_message_draft(to, 1, text="Te", can_stop=True)
        await terminal.reads("… Te [stop]")
        terminal.type("/press stop")
        update = await updates.next()
        assert update.stopped_message_generation is not None
        await bot.send_message(to, "Tea?", reply_markup=keyboard("Yes"))
        await terminal.reads("2 Mia: Tea?")
        await terminal.reads("[1 Yes]")
        terminal.type("/press 1")
        update = await updates.next()
        assert update.callback_query is not None
        assert update.callback_query.data == "yes"
        await bot.answer_callback_query(update.callback_query.id, text="Good")
        await terminal.reads("* answered: Good")
        await bot.edit_message_text("Tea.", chat_id=to, message_id=2)
        await terminal.reads("2 Mia (edited): Tea.")
        await bot.delete_message(to, 2)
        await terminal.reads("* message 2 was deleted")
        terminal.type("/edit Hello again")
        update = await updates.next()
        assert update.edited_message is not None
        assert update.edited_message.text == "Hello again"
        terminal.type("/photo a picture.png")
        update = await updates.next()
        assert update.message is not None
        assert update.message.photo is not None
        assert update.message.photo[-1].width == 20
        terminal.type("/block")
        update = await updates.next()
        assert update.my_chat_member is not None
        terminal.type("Hello?")
        await terminal.reads("! Ann has blocked the bot: unblock it first")
        terminal.type("/unblock")
        await updates.next()
        terminal.type("/group Friends")
        await terminal.reads("you are Ann, with Friends")
        terminal.type("Hello @mia_bot")
        told = [await updates.next() for _ in range(3)]
        assert told[0].my_chat_member is not None
        mention = told[-1].message
        assert mention is not None
        assert mention.chat.title == "Friends"
        assert mention.text == "Hello @mia_bot"
        await bot.send_message(mention.chat.id, "Hello all")
        await terminal.reads("Mia: Hello all")
        terminal.type("/quit")
        assert await terminal.process.wait() == 0


async def test_the_other_commands(tmp_path: Path) -> None:
    options = ("--bot", "Mia", "--bot", "Leo", "--person", "Ann", "--person", "Bea", "--limits")
    (tmp_path / "a.txt").write_bytes(b"a file")
    async with running(tmp_path, *options) as terminal, bot_of(terminal) as bot:
        await terminal.reads("@leo_bot")
        for line, answer in [
            ("/?", "/clock SECONDS"),
            ("/delete", "! you have written nothing yet"),
            ("/press 7", "! there is no button 7"),
            ("/press Maybe", "! there is no button 'Maybe'; there are []"),
            ("/with Nobody", "! there is no 'Nobody'; there are mia, leo"),
            ("/pay", "! there is no invoice here"),
            ("/file", "! which file?"),
            ("/file nothing.txt", "! [Errno 2]"),
            ("/reply a b", "! give the number of a message first"),
            ("/as Bea", "* you are Bea, with Mia @mia_bot"),
            ("/with Leo", "* you are Bea, with Leo @leo_bot"),
        ]:
            terminal.type(line)
            await terminal.reads(answer)
        terminal.type("/with Mia")
        await bot.set_my_commands([BotCommand(command="help", description="About")])
        terminal.type("/menu")
        await terminal.reads("/help  About")
        terminal.type("//block is what I say")
        (update,) = await bot.get_updates(timeout=30)
        assert update.message is not None
        assert update.message.text == "/block is what I say"
        to = update.message.chat.id
        await bot.send_invoice(
            to, "Month", "A month", "m", "XTR", [LabeledPrice(label="a", amount=5)]
        )
        await terminal.reads("[1 Pay")
        terminal.type("/press 1")
        (update,) = await bot.get_updates(offset=update.update_id + 1, timeout=30)
        assert update.pre_checkout_query is not None
        await bot.answer_pre_checkout_query(update.pre_checkout_query.id, ok=True)
        await terminal.reads("* paid")
        terminal.type("/react 1 👍")
        terminal.type("/reply 1 an answer")
        terminal.type("/file a.txt the caption")
        terminal.type("/delete")
        terminal.type("/history")
        await terminal.reads("(to 1): an answer")
        await bot.get_updates(offset=update.update_id + 1, timeout=30)
        for _ in range(3):
            await bot.send_message(to, "a")
        terminal.type("/clock 1000")
        assert terminal.process.stdin is not None
        terminal.process.stdin.close()
        assert await terminal.process.wait() == 0


async def test_it_goes_on_without_a_terminal(tmp_path: Path) -> None:
    options = ("--serve", "--bot", "Mia=123:secret")
    async with running(tmp_path, *options) as terminal, bot_of(terminal) as bot:
        await terminal.reads("you are Ann")
        terminal.type("the last words")
        assert terminal.process.stdin is not None
        terminal.process.stdin.close()
        (update,) = await bot.get_updates(timeout=30)
        assert update.message is not None
        await bot.send_message(update.message.chat.id, "still here")
        await terminal.reads("Mia: still here")
        assert (await bot.get_me()).id == 123
        assert bot.token == "123:secret"
        assert terminal.process.returncode is None


def test_wrong_use_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--bot", "Mia=wrong"]) == 2
    assert "a token is a number, a colon and a secret" in capsys.readouterr().err
