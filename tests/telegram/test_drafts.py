"""A reply while it is being written: shown where there is room, and never in the reply's way."""

import asyncio

import pytest

from amity.adapter import Draft
from amity.message import Choice, Outcome
from amity.sealed import SealedText
from amity.testing.telegram_server import BotAccount, BotApiServer, Fault, Person
from amity_telegram.adapter import TelegramAdapter
from amity_telegram.calls import Calls
from amity_telegram.config import DraftMode
from amity_telegram.drafts import Drafts, draft_number
from amity_telegram.limits import Limiter
from amity_telegram.to_telegram import Target
from tests.telegram.host import Running, outbound, running
from tests.telegram.test_sending import opened


@pytest.fixture
def mia(telegram: BotApiServer) -> BotAccount:
    return telegram.bot("Mia")


@pytest.fixture
def ann(telegram: BotApiServer) -> Person:
    return telegram.person("Ann", language_code="en")


async def show(one: Running, chat: int, text: str, message_id: str = "") -> str | None:
    draft = Draft(reply="r1", text=SealedText(text), message_id=message_id)
    return await one.adapter.draft(one.address(chat), draft)


async def test_in_a_private_chat_it_is_telegrams_own_draft(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        assert await show(one, ann.id, "Once") is None
        assert await show(one, ann.id, "Once **upon**") is None
        first, second = chat.drafts
        assert (first.text, second.text) == ("Once", "Once upon")
        assert second.animated
        assert second.can_stop
        assert first.draft_id == second.draft_id != 0
        await one.adapter.send(one.address(ann.id), outbound("Once upon a time"))
        assert (await chat.next()).text == "Once upon a time"
        assert chat.draft is None
        assert chat.unfinished_drafts == ()


async def test_stop_under_a_draft_is_the_word_stop(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        await show(one, ann.id, "Once")
        chat.stop_draft()
        (stop,) = await one.host.until(lambda: one.host.inbounds[1:])
        assert stop.parts == (Choice(command="stop"),)
        assert (stop.sender.id, stop.private) == (str(ann.id), True)
        await show(one, ann.id, "Once upon")
        assert len(telegram.calls("sendMessageDraft")) == 1


async def test_a_draft_that_is_too_long_shows_its_newest_part(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        text = "\n".join(f"line {number} 🙂" for number in range(2000))
        await show(one, ann.id, text)
        assert chat.draft is not None
        assert chat.draft.text.endswith("line 1999 🙂")
        assert len(chat.draft.text.encode("utf-16-le")) // 2 <= 4096


@pytest.mark.parametrize("mode", ["auto", "edits"])
async def test_elsewhere_it_is_a_message_that_grows(
    telegram: BotApiServer, mia: BotAccount, ann: Person, mode: str
) -> None:
    group = telegram.group("Friends", ann, mia)
    async with running(telegram.url, mia.token, drafts=mode) as one:
        asked = ann.open(group).say(f"@{mia.username} a story please")
        await one.host.until(lambda: one.host.inbounds)
        draft = Draft(reply="r1", text=SealedText("Once"), in_reply_to=(str(asked.id),))
        id = await one.adapter.draft(one.address(group.id), draft)
        assert id is not None
        assert await show(one, group.id, "Once **upon**") == id
        (growing,) = [m for m in group.messages if m.from_bot]
        assert (str(growing.id), growing.text, growing.reply_to) == (id, "Once upon", asked.id)
        said = outbound("Once upon a *time*", draft=id, quote=str(asked.id))
        receipt = await one.adapter.send(one.address(group.id), said)
        assert receipt.message_ids == (id,)
        (whole,) = [m for m in group.messages if m.from_bot]
        assert whole.text.startswith("Once upon a")


async def test_after_a_restart_the_message_is_taken_on(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token, drafts="edits") as one:
        chat = await opened(one, mia, ann)
        id = await show(one, ann.id, "Once")
        assert id is not None
    async with running(telegram.url, mia.token, drafts="edits") as one:
        assert await show(one, ann.id, "Once upon", message_id=id) == id
        await one.adapter.send(one.address(ann.id), outbound("Once upon a time", draft=id))
    async with running(telegram.url, mia.token, drafts="edits") as one:
        # The process ended between the edit and its receipt: the edit is repeated, nothing doubled.
        said = outbound("Once upon a time", draft=id)
        receipt = await one.adapter.send(one.address(ann.id), said)
        assert (receipt.outcome, receipt.message_ids) == (Outcome.SENT, (id,))
        assert [m.text for m in chat.messages if m.from_bot] == ["Once upon a time"]


async def test_a_draft_that_somebody_deleted_is_sent_anew(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token, drafts="edits") as one:
        chat = await opened(one, mia, ann)
        id = await show(one, ann.id, "Once")
        assert id is not None
        chat.delete(int(id))
        receipt = await one.adapter.send(one.address(ann.id), outbound("Once upon", draft=id))
        assert receipt.outcome is Outcome.SENT
        assert receipt.message_ids != (id,)
        assert [m.text for m in chat.messages if m.from_bot] == ["Once upon"]


async def test_what_will_not_follow_is_taken_back(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token, drafts="edits") as one:
        chat = await opened(one, mia, ann)
        id = await show(one, ann.id, "Once")
        assert id is not None
        await show(one, ann.id, "", message_id=id)
        assert [m for m in chat.messages if m.from_bot] == []


async def test_switched_off_only_typing_is_shown(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token, drafts="off") as one:
        chat = await opened(one, mia, ann)
        for text in ("Once", "Once upon", "Once upon a"):
            assert await show(one, ann.id, text) is None
        assert chat.drafts == ()
        assert [m for m in chat.messages if m.from_bot] == []
        assert len(chat.actions) == 1
        await one.adapter.send(one.address(ann.id), outbound("Once upon a time"))
        assert (await chat.next()).text == "Once upon a time"


async def test_where_drafts_are_not_allowed_a_message_grows(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    telegram.fail(
        "sendMessageDraft", Fault.refused(400, "Bad Request: TEXTDRAFT_PEER_INVALID"), times=None
    )
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        assert await show(one, ann.id, "Once") is None
        id = await show(one, ann.id, "Once upon")
        assert id is not None
        await one.adapter.send(one.address(ann.id), outbound("Once upon a time", draft=id))
        assert [m.text for m in chat.messages if m.from_bot] == ["Once upon a time"]
        assert len(telegram.calls("sendMessageDraft")) == 1


async def test_an_older_server_that_knows_no_drafts(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    telegram.fail("sendMessageDraft", Fault.refused(404, "Not Found"), times=None)
    async with running(telegram.url, mia.token) as one:
        await opened(one, mia, ann)
        await show(one, ann.id, "Once")
        assert await show(one, ann.id, "Once upon") is not None


@pytest.mark.parametrize("mode", ["auto", "edits"])
async def test_under_a_flood_drafts_are_left_out_and_the_reply_arrives(
    telegram: BotApiServer, mia: BotAccount, ann: Person, mode: str
) -> None:
    method = "sendMessageDraft" if mode == "auto" else "editMessageText"
    async with running(telegram.url, mia.token, drafts=mode) as one:
        chat = await opened(one, mia, ann)
        await show(one, ann.id, "Once")
        telegram.fail(method, Fault.flood(1))
        await show(one, ann.id, "Once upon")
        before = len(telegram.calls(method))
        await show(one, ann.id, "Once upon a")  # left out: Telegram asked to wait
        assert len(telegram.calls(method)) == before
        receipt = await one.adapter.send(one.address(ann.id), outbound("Once upon a time"))
        assert receipt.outcome is Outcome.SENT
        assert [m.text for m in chat.messages if m.from_bot] == ["Once upon a time"]


async def test_edits_never_use_up_what_the_reply_needs(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    group = telegram.group("Friends", ann, mia)
    limits = {"group_per_minute": 6}
    async with running(telegram.url, mia.token, limits=limits) as one:
        await one.host.until(lambda: not mia.updates.pending)
        for number in range(1, 30):
            await show(one, group.id, "word " * number)
        assert len(telegram.calls("editMessageText")) + len(telegram.calls("sendMessage")) <= 4
        async with asyncio.timeout(5):
            await one.adapter.send(one.address(group.id), outbound("all the words"))
        assert "all the words" in [m.text for m in group.messages]


async def test_a_draft_that_the_core_gave_up_on_is_still_known(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token, drafts="edits") as one:
        chat = await opened(one, mia, ann)
        telegram.fail("sendMessage", Fault.slow(0.5))
        asking = asyncio.create_task(show(one, ann.id, "Once"))
        await chat.until(lambda c: [m for m in c.messages if m.from_bot] or None)
        asking.cancel()
        await asyncio.wait([asking])
        # The core never learned the message's id, and so does not name it.
        receipt = await one.adapter.send(one.address(ann.id), outbound("Once upon a time"))
        assert receipt.outcome is Outcome.SENT
        assert [m.text for m in chat.messages if m.from_bot] == ["Once upon a time"]


async def test_nothing_is_shown_to_others_of_what_is_private(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    group = telegram.group("Friends", ann, mia)
    async with running(telegram.url, mia.token) as one:
        draft = Draft(reply="r1", text=SealedText("secret"), private=True)
        assert await one.adapter.draft(one.address(group.id), draft) is None
        assert [m for m in group.messages if m.from_bot] == []


async def test_what_the_service_says_beside_it_does_not_take_the_drafts_place(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    from amity.message import OutboundKind

    async with running(telegram.url, mia.token, drafts="edits") as one:
        chat = await opened(one, mia, ann)
        id = await show(one, ann.id, "Once")
        notice = outbound("By the way", id="n1", reply="r1", kind=OutboundKind.NOTICE)
        await one.adapter.send(one.address(ann.id), notice)
        await one.adapter.send(one.address(ann.id), outbound("Once upon a time", draft=id))
        assert [m.text for m in chat.messages if m.from_bot] == ["Once upon a time", "By the way"]


async def test_a_preview_is_shown_anew_while_no_word_comes(
    telegram: BotApiServer, mia: BotAccount, ann: Person
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = await opened(one, mia, ann)
        adapter: TelegramAdapter = one.adapter
        bot = adapter._bot()
        drafts = Drafts(Calls(bot, Limiter(adapter._config.limits)), DraftMode.AUTO, anew=0.1)
        try:
            target = Target(ann.id)
            await drafts.show(target, Draft(reply="r1", text=SealedText("Once")))
            await chat.until(lambda c: len(c.drafts) >= 4 or None)
            assert {draft.text for draft in chat.drafts} == {"Once"}
            await drafts.settle("r1")
            shown = len(chat.drafts)
            await asyncio.sleep(0.4)
            assert len(chat.drafts) == shown
        finally:
            await drafts.close()
            await bot.session.close()


def test_a_reply_has_one_number() -> None:
    numbers = {draft_number(f"reply {n}") for n in range(1000)}
    assert len(numbers) == 1000
    assert all(0 < number < 2**31 for number in numbers)
    assert draft_number("a") == draft_number("a")
