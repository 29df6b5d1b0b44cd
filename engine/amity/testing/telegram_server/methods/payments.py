"""Methods about payments in Telegram Stars."""

from collections.abc import Mapping
from typing import Any, Final

from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.errors import Unsupported, bad_request
from amity.testing.telegram_server.methods.method import Method
from amity.testing.telegram_server.payments import MONTH, Charge, Invoice
from amity.testing.telegram_server.placement import read_placement
from amity.testing.telegram_server.queries import CheckoutAnswer

__all__ = ["METHODS"]

_MOST: Final = 25_000


def _read_invoice(call: Call, slug: str = "") -> Invoice:
    """Read an invoice in Stars."""
    fields = call.fields
    title, description = fields.required("title"), fields.required("description")
    payload, currency = fields.required("payload"), fields.required("currency")
    if len(title) > 32:
        raise bad_request("INVOICE_TITLE_INVALID")
    if len(description) > 255:
        raise bad_request("INVOICE_DESCRIPTION_INVALID")
    if len(payload.encode()) > 128:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    if currency != "XTR":
        raise Unsupported("payments in money; only Telegram Stars (XTR) are known")
    if fields.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    period = fields.number("subscription_period")
    if period not in {0, MONTH}:
        raise bad_request("SUBSCRIPTION_PERIOD_INVALID")
    return Invoice(
        bot=call.bot,
        title=title,
        description=description,
        payload=payload,
        amount=_amount(call),
        start_parameter=fields.text("start_parameter"),
        slug=slug,
        period=period,
    )


def _amount(call: Call) -> int:
    prices = call.fields.sequence("prices")
    if not prices:
        raise bad_request('parameter "prices" is required')
    if len(prices) != 1 or not isinstance(prices[0], Mapping):
        raise bad_request("STARS_INVOICE_INVALID")
    amount = prices[0].get("amount")
    if not isinstance(amount, int) or not 0 < amount <= _MOST or not prices[0].get("label"):
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    return amount


def send_invoice(call: Call) -> dict[str, Any]:
    """Send an invoice; without a keyboard of its own it has a button to pay."""
    invoice = _read_invoice(call)
    placement = read_placement(call, invoice=True)
    message = placement.post(call, {"invoice": invoice.as_json()})
    if message.markup is None:
        pay = {"text": f"Pay ⭐️{invoice.amount}", "pay": True}
        message.markup = {"inline_keyboard": [[pay]]}
        call.world.changes.notify()
    call.world.payments.by_message[message] = invoice
    return call.written(message)


def create_invoice_link(call: Call) -> str:
    """Return the link of an invoice."""
    slug = f"stars{call.world.number():08d}"
    invoice = _read_invoice(call, slug)
    call.world.payments.by_slug[slug] = invoice
    return f"https://t.me/${slug}"


def answer_pre_checkout_query(call: Call) -> bool:
    """Say within ten seconds whether a payment may be made."""
    fields = call.fields
    ok = fields.flag("ok")
    error = fields.text("error_message")
    query = call.world.queries.find(fields.text("pre_checkout_query_id"), call.bot)
    if not ok and not error:
        raise bad_request("ERROR_TEXT_EMPTY")
    query.answer = CheckoutAnswer(ok=ok, error=error)
    call.world.settle(query)
    return True


def refund_star_payment(call: Call) -> bool:
    """Pay a payment back."""
    charge_id = call.fields.required("telegram_payment_charge_id")
    charge = call.world.payments.charge(call.bot, call.fields.number("user_id"), charge_id)
    charge.refunded = call.world.clock.now()
    call.bot.stars -= charge.invoice.amount
    content = {
        "refunded_payment": {
            "currency": "XTR",
            "total_amount": charge.invoice.amount,
            "invoice_payload": charge.invoice.payload,
            "telegram_payment_charge_id": charge.id,
        }
    }
    chat = call.world.private(call.bot, charge.person)
    call.world.post(chat, charge.person, content, service=True)
    return True


def get_my_star_balance(call: Call) -> dict[str, int]:
    """Return how many Stars the bot has."""
    return {"amount": call.bot.stars}


def get_star_transactions(call: Call) -> dict[str, Any]:
    """Return payments and refunds, oldest first."""
    rows = [
        row
        for charge in call.world.payments.charges.values()
        if charge.invoice.bot is call.bot
        for row in _rows(charge)
    ]
    rows.sort(key=lambda row: int(row["date"]))
    offset = max(call.fields.number("offset"), 0)
    limit = min(max(call.fields.number("limit", 100), 1), 100)
    return {"transactions": rows[offset : offset + limit]}


def _rows(charge: Charge) -> list[dict[str, Any]]:
    partner = {
        "type": "user",
        "transaction_type": "invoice_payment",
        "user": charge.person.as_json(),
        "invoice_payload": charge.invoice.payload,
    }
    common = {"id": charge.id, "amount": charge.invoice.amount}
    rows: list[dict[str, Any]] = [{**common, "date": charge.date, "source": partner}]
    if charge.refunded:
        rows.append({**common, "date": charge.refunded, "receiver": partner})
    return rows


METHODS: Final[Mapping[str, Method]] = {
    "sendinvoice": send_invoice,
    "createinvoicelink": create_invoice_link,
    "answerprecheckoutquery": answer_pre_checkout_query,
    "refundstarpayment": refund_star_payment,
    "getmystarbalance": get_my_star_balance,
    "getstartransactions": get_star_transactions,
}
