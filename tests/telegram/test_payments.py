"""Nothing is sold: a payment is refused at once, and nothing of it is read."""

import aiohttp
import pytest

from amity.testing.telegram_server import BotAccount, BotApiServer
from amity_telegram.updates import read_update
from tests.telegram.host import running
from tests.telegram.updates import CANARIES, person


@pytest.fixture
def mia(telegram: BotApiServer) -> BotAccount:
    return telegram.bot("Mia")


async def invoice(telegram: BotApiServer, mia: BotAccount) -> str:
    """Return the link of an invoice that some other program made with the bot's token."""
    what = {
        "title": "Premium",
        "description": "A month",
        "payload": "p1",
        "currency": "XTR",
        "prices": [{"label": "Premium", "amount": 50}],
    }
    url = f"{telegram.url}/bot{mia.token}/createInvoiceLink"
    async with aiohttp.ClientSession() as session, session.post(url, json=what) as answer:
        return str((await answer.json())["result"])


@pytest.mark.parametrize("language, words", [("en", "Nothing is sold"), ("ru", "не продаётся")])
async def test_a_payment_is_refused_and_costs_nothing(
    telegram: BotApiServer, mia: BotAccount, language: str, words: str
) -> None:
    async with running(telegram.url, mia.token) as one:
        chat = telegram.person("Ann", language_code=language).open(mia)
        outcome = await chat.pay(await invoice(telegram, mia)).settled()
        assert not outcome.paid
        assert words in outcome.error
        assert "/paysupport" in outcome.error
        assert one.host.inbounds == []


async def test_it_is_refused_also_while_the_store_does_not_answer(
    telegram: BotApiServer, mia: BotAccount
) -> None:
    async with running(telegram.url, mia.token) as one:
        one.host.unavailable = 1
        chat = telegram.person("Ann", language_code="en").open(mia)
        payment = chat.pay(await invoice(telegram, mia))
        chat.say("and hello")
        assert "Nothing is sold" in (await payment.settled()).error
        await one.host.until(lambda: one.host.heard == ["and hello"])


def test_who_pays_is_not_read() -> None:
    order = {"name": "LASTNAMECANARY", "phone_number": "PHONECANARY", "email": "ADDRESSCANARY"}
    query = {
        "id": "5",
        "from": person(),
        "currency": "XTR",
        "total_amount": 50,
        "invoice_payload": "TITLECANARY",
        "order_info": order,
    }
    update = read_update({"update_id": 1, "pre_checkout_query": query})
    assert update is not None
    assert update.pre_checkout_query is not None
    assert [canary for canary in CANARIES if canary in repr(update)] == []
