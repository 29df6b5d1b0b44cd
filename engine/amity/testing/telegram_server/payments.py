"""Payments in Telegram Stars: invoices, the last check, charges and refunds."""

from dataclasses import dataclass, field
from typing import Any, Final

from amity.testing.telegram_server.accounts import BotAccount, User
from amity.testing.telegram_server.errors import bad_request
from amity.testing.telegram_server.messages import StoredMessage

__all__ = ["Charge", "Invoice", "Payments"]

MONTH: Final = 2_592_000
"""The only period of a subscription, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What a bot asks to be paid for.

    Attributes:
        bot: The bot.
        title: What it is called.
        description: What it is.
        payload: The bot's own words for it, which come back with the payment.
        amount: The price in Stars.
        start_parameter: What a forwarded copy starts the bot with; may be empty.
        slug: The end of its link.
        period: Every how many seconds it is paid again; 0 for once.
    """

    bot: BotAccount
    title: str
    description: str
    payload: str
    amount: int
    start_parameter: str = ""
    slug: str = ""
    period: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as an ``Invoice``."""
        return {
            "title": self.title,
            "description": self.description,
            "start_parameter": self.start_parameter,
            "currency": "XTR",
            "total_amount": self.amount,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Charge:
    """A payment that was made.

    Attributes:
        id: Telegram's identifier of it.
        invoice: What was paid.
        person: Who paid.
        date: When.
        refunded: When it was paid back; 0 for never.
    """

    id: str
    invoice: Invoice
    person: User
    date: int
    refunded: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as a ``SuccessfulPayment`` of a payment that was not repeated yet."""
        about: dict[str, Any] = {
            "currency": "XTR",
            "total_amount": self.invoice.amount,
            "invoice_payload": self.invoice.payload,
            "telegram_payment_charge_id": self.id,
            "provider_payment_charge_id": "",
        }
        if self.invoice.period:
            about |= {
                "subscription_expiration_date": self.date + self.invoice.period,
                "is_recurring": True,
                "is_first_recurring": True,
            }
        return about


@dataclass(slots=True)
class Payments:
    """What was asked for and what was paid.

    Attributes:
        by_message: The invoices that were sent as messages.
        by_slug: Those that have a link.
        charges: The payments, by their identifiers.
    """

    by_message: dict[StoredMessage, Invoice] = field(default_factory=dict)
    by_slug: dict[str, Invoice] = field(default_factory=dict)
    charges: dict[str, Charge] = field(default_factory=dict)

    def charge(self, bot: BotAccount, person_id: int, charge_id: str) -> Charge:
        """Return a payment that somebody made to this bot.

        Raises:
            ApiError: There is none, or it was paid back already.
        """
        charge = self.charges.get(charge_id)
        if charge is None or charge.invoice.bot is not bot or charge.person.id != person_id:
            raise bad_request("CHARGE_ID_INVALID")
        if charge.refunded:
            raise bad_request("CHARGE_ALREADY_REFUNDED")
        return charge
