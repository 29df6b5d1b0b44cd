"""Payments in Telegram Stars."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import LabeledPrice, PreCheckoutQuery

from amity.testing.telegram_server import BotAccount, BotApiServer, OpenChat, PaymentOutcome
from tests.testing.telegram_server.making import messages


def price(amount: int = 50) -> list[LabeledPrice]:
    return [LabeledPrice(label="A month", amount=amount)]


async def send_invoice(bot: Bot, to: int) -> None:
    await bot.send_invoice(to, "Month", "A month of talk", "month:1", "XTR", price())


async def asked(bot: Bot) -> PreCheckoutQuery:
    query = (await bot.get_updates())[-1].pre_checkout_query
    assert query is not None
    return query


async def test_an_invoice_is_paid_and_paid_back(bot: Bot, chat: OpenChat, mia: BotAccount) -> None:
    chat.start()
    await send_invoice(bot, chat.person.id)
    shown = await chat.next()
    assert shown.kind == "invoice"
    assert shown.buttons[0][0].pay
    payment = chat.pay(shown)
    query = await asked(bot)
    assert (query.currency, query.total_amount, query.invoice_payload) == ("XTR", 50, "month:1")
    settled = asyncio.create_task(payment.settled())
    await bot.answer_pre_checkout_query(query.id, ok=True)
    assert await settled == PaymentOutcome(paid=True)
    paid = messages(await bot.get_updates())[-1].successful_payment
    assert paid is not None
    assert (paid.total_amount, paid.invoice_payload) == (50, "month:1")
    assert (await bot.get_my_star_balance()).amount == 50
    charge = paid.telegram_payment_charge_id
    await bot.refund_star_payment(chat.person.id, charge)
    refunded = messages(await bot.get_updates())[-1].refunded_payment
    assert refunded is not None
    assert refunded.telegram_payment_charge_id == charge
    assert mia.stars == 0
    with pytest.raises(TelegramBadRequest, match="CHARGE_ALREADY_REFUNDED"):
        await bot.refund_star_payment(chat.person.id, charge)
    with pytest.raises(TelegramBadRequest, match="CHARGE_ID_INVALID"):
        await bot.refund_star_payment(chat.person.id, "nothing")
    rows = (await bot.get_star_transactions()).transactions
    assert [(row.amount, row.source is not None) for row in rows] == [(50, True), (50, False)]


async def test_a_bot_that_refuses_and_one_that_is_too_slow(
    bot: Bot, chat: OpenChat, server: BotApiServer
) -> None:
    chat.start()
    await send_invoice(bot, chat.person.id)
    shown = await chat.next()
    payment = chat.pay(shown)
    query = await asked(bot)
    await bot.answer_pre_checkout_query(query.id, ok=False, error_message="Sold out")
    assert await payment.settled() == PaymentOutcome(paid=False, error="Sold out")
    late = chat.pay(shown)
    query = await asked(bot)
    waiting = asyncio.create_task(late.settled())
    await asyncio.sleep(0)
    server.move_clock(10.5)
    outcome = PaymentOutcome(paid=False, error="BOT_PRECHECKOUT_TIMEOUT")
    assert await asyncio.wait_for(waiting, 10) == outcome
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_pre_checkout_query(query.id, ok=True)
    assert [message.successful_payment for message in messages(await bot.get_updates())] == [None]
    with pytest.raises(ValueError, match="no invoice"):
        chat.pay(chat.messages[0])


async def test_a_subscription_by_its_link(bot: Bot, chat: OpenChat) -> None:
    link = await bot.create_invoice_link(
        "Month", "A month of talk", "month:2", "XTR", price(), subscription_period=2_592_000
    )
    payment = chat.pay(link)
    query = await asked(bot)
    await bot.answer_pre_checkout_query(query.id, ok=True)
    assert (await payment.settled()).paid
    paid = messages(await bot.get_updates())[-1].successful_payment
    assert paid is not None
    assert paid.is_recurring
    assert paid.is_first_recurring
    assert paid.subscription_expiration_date is not None


@pytest.mark.parametrize(
    "changed,sentence",
    [
        ({"title": ""}, 'parameter "title" is required'),
        ({"title": "a" * 33}, "INVOICE_TITLE_INVALID"),
        ({"payload": "ж" * 65}, "INVOICE_PAYLOAD_INVALID"),
        ({"currency": "EUR"}, "this server knows nothing of payments in money"),
        ({"prices": price() * 2}, "STARS_INVOICE_INVALID"),
        ({"prices": price(0)}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
    ],
)
async def test_a_wrong_invoice_is_refused(
    bot: Bot, chat: OpenChat, changed: dict[str, Any], sentence: str
) -> None:
    chat.start()
    right: dict[str, Any] = {
        "title": "Month",
        "description": "A month",
        "payload": "month",
        "currency": "XTR",
        "prices": price(),
    }
    with pytest.raises(TelegramBadRequest, match=sentence):
        await bot.send_invoice(chat.person.id, **(right | changed))
