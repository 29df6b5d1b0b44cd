"""Long polling: what the core has not committed is delivered again, and nothing stops the rest."""

import asyncio

import pytest

from amity.errors import OperatorError
from amity.testing.telegram_server import BotApiServer, Fault
from tests.telegram.host import FakeHost, Running, running


async def test_a_burst_is_handed_over_whole_and_in_order(telegram: BotApiServer) -> None:
    mia = telegram.bot("Mia")
    ann = telegram.person("Ann", language_code="en")
    chat = ann.open(mia)
    for number in range(20):
        chat.say(f"message {number}")
    async with running(telegram.url, mia.token) as one:
        await one.host.until(lambda: len(one.host.inbounds) == 20)
        assert one.host.heard == [f"message {number}" for number in range(20)]
        assert len(one.host.batches) == 1
        first = one.host.inbounds[0]
        assert (first.address.chat, first.sender.id) == (str(ann.id), str(ann.id))
        assert first.sender.locale == "en"
        await one.host.until(lambda: not mia.updates.pending)


async def test_it_asks_for_what_it_reads_and_never_drops_what_waits(telegram: BotApiServer) -> None:
    mia = telegram.bot("Mia")
    async with running(telegram.url, mia.token):
        asked = await telegram.call("getUpdates", mia)
    assert set(asked.fields["allowed_updates"]) == {
        "message",
        "edited_message",
        "callback_query",
        "message_reaction",
        "my_chat_member",
        "stopped_message_generation",
        "pre_checkout_query",
    }
    assert not [r for r in telegram.requests if "drop_pending_updates" in r.fields]


async def test_what_the_store_does_not_take_is_not_confirmed(telegram: BotApiServer) -> None:
    mia = telegram.bot("Mia")
    chat = telegram.person("Ann").open(mia)
    host = FakeHost()
    host.unavailable = 1
    chat.say("one")
    chat.say("two")
    async with running(telegram.url, mia.token, host=host) as one:
        await one.host.until(lambda: host.unavailable == 0)
        assert len(mia.updates.pending) == 2
        await one.host.until(lambda: host.heard == ["one", "two"])
        await one.host.until(lambda: not mia.updates.pending)


async def test_what_came_before_a_restart_is_not_lost_and_not_doubled(
    telegram: BotApiServer,
) -> None:
    mia = telegram.bot("Mia")
    chat = telegram.person("Ann").open(mia)
    host = FakeHost()
    async with running(telegram.url, mia.token, host=host):
        chat.say("one")
        await host.until(lambda: host.heard == ["one"])
    chat.say("two")
    async with running(telegram.url, mia.token, host=host):
        await host.until(lambda: "two" in host.heard)
        chat.say("three")
        await host.until(lambda: "three" in host.heard)
    assert host.heard == ["one", "two", "three"]


async def test_one_message_that_cannot_be_taken_does_not_stop_the_others(
    telegram: BotApiServer,
) -> None:
    mia = telegram.bot("Mia")
    chat = telegram.person("Ann").open(mia)
    host = FakeHost()
    host.broken = lambda inbound: "poison" in repr(inbound.id) or inbound.id == "2"
    for text in ("one", "poison", "three"):
        chat.say(text)
    async with running(telegram.url, mia.token, host=host):
        await host.until(lambda: host.heard == ["one", "three"])
        await host.until(lambda: not mia.updates.pending)


async def test_an_update_that_nobody_can_read_costs_only_itself(telegram: BotApiServer) -> None:
    mia = telegram.bot("Mia")
    ann = telegram.person("Ann")
    mia.updates.add("message", {"message_id": "no number", "text": 5}, lane=1)
    ann.open(mia).say("hello")
    async with running(telegram.url, mia.token) as one:
        await one.host.until(lambda: one.host.heard == ["hello"])
        await one.host.until(lambda: not mia.updates.pending)


async def test_every_update_twice_is_the_same_message_to_the_core(telegram: BotApiServer) -> None:
    mia = telegram.bot("Mia")
    chat = telegram.person("Ann").open(mia)
    mia.updates.repeat(3)
    for text in ("one", "two", "three"):
        chat.say(text)
    async with running(telegram.url, mia.token) as one:
        await one.host.until(lambda: one.host.heard == ["one", "two", "three"])
        await one.host.until(lambda: not mia.updates.pending)
        assert one.host.heard == ["one", "two", "three"]


async def test_a_wrong_token_is_the_operators_to_mend(telegram: BotApiServer) -> None:
    with pytest.raises(OperatorError, match="@BotFather"):
        async with running(telegram.url, "123:nobody-has-this-token"):
            pass


async def test_a_token_that_is_revoked_ends_the_channel_once_that_is_sure(
    telegram: BotApiServer,
) -> None:
    mia = telegram.bot("Mia")
    telegram.fail("getUpdates", Fault.refused(401, "Unauthorized"), times=1)
    with pytest.raises(OperatorError, match="@BotFather"):
        async with running(telegram.url, mia.token) as one:
            await _revoked(telegram, one)


async def _revoked(telegram: BotApiServer, one: Running) -> None:
    await one.host.until(lambda: len(one.host.said) >= 3)
    assert one.host.said[-1] == ""  # once is not sure
    telegram.fail("getUpdates", Fault.refused(401, "Unauthorized"), times=None)
    await asyncio.wait([one.task], timeout=30)
    assert one.task.done()


async def test_two_channels_cannot_have_one_bot(telegram: BotApiServer) -> None:
    mia = telegram.bot("Mia")
    async with running(telegram.url, mia.token):
        with pytest.raises(OperatorError, match="same bot"):
            async with running(telegram.url, mia.token, host=FakeHost("other")):
                pass
    async with running(telegram.url, mia.token, host=FakeHost("other")) as one:
        assert one.host.said == [""]


async def test_an_outage_is_told_and_ends(telegram: BotApiServer) -> None:
    mia = telegram.bot("Mia")
    chat = telegram.person("Ann").open(mia)
    async with running(telegram.url, mia.token) as one:
        async with telegram.outage():
            await one.host.until(lambda: one.host.said[-1] != "")
            assert "cannot be reached" in "".join(one.host.said) or "answer" in one.host.said[-1]
            chat.say("are you there?")
        await one.host.until(lambda: one.host.heard == ["are you there?"])
        await one.host.until(lambda: one.host.said[-1] == "")


async def test_another_process_that_polls_is_named(telegram: BotApiServer) -> None:
    mia = telegram.bot("Mia")
    telegram.fail(
        "getUpdates",
        Fault.refused(409, "Conflict: terminated by other getUpdates request; make sure"),
        times=1,
    )
    async with running(telegram.url, mia.token) as one:
        await one.host.until(lambda: len(one.host.said) >= 3)
        assert "another process" in one.host.said[1]
        assert one.host.said[2] == ""


@pytest.mark.parametrize(
    "fault",
    [Fault.internal_error(502), Fault.flood(1), Fault.garbage(), Fault.dropped()],
    ids=["502", "429", "garbage", "dropped"],
)
async def test_a_failing_server_is_asked_again(telegram: BotApiServer, fault: Fault) -> None:
    mia = telegram.bot("Mia")
    telegram.fail("getUpdates", fault, times=1)
    telegram.person("Ann").open(mia).say("hello")
    async with running(telegram.url, mia.token) as one:
        await one.host.until(lambda: one.host.heard == ["hello"])
        assert one.host.said[-1] == ""
