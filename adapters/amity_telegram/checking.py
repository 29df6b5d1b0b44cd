"""Asks Telegram whether a channel's configuration works."""

import time
from collections.abc import Iterator, Sequence
from typing import Final

from aiogram.methods import GetMe, GetWebhookInfo
from aiogram.types import User, WebhookInfo

from amity import Finding, Level
from amity_telegram.calls import CallFailed, Calls
from amity_telegram.config import Config, Mode
from amity_telegram.faults import Kind
from amity_telegram.polling import sentence, wrong_token

__all__ = ["look"]

_TIMEOUT: Final = 10  # seconds
_RECENT: Final = 3600  # seconds
_MANY: Final = 100

# What Telegram says of a delivery that failed, and what an operator can do about it.
_MENDS: Final = (
    ("401", "the secret does not fit: let webhook.secret be the same everywhere, and restart"),
    ("404", "nothing is served there: let webhook.path be what the proxy hands on"),
    ("413", "an update was too large: raise webhook.body_limit, and the proxy's own limit"),
    ("503", "the store did not answer"),
    ("50", "the proxy in front does not reach Amity: check that it runs, and http.bind"),
    ("ssl", "the certificate is not trusted: renew it, with its whole chain"),
    ("certificate", "the certificate is not trusted: renew it, with its whole chain"),
    ("resolve", "the name in webhook.url is not known to DNS"),
    ("refused", "nothing listens there: open the port, and check the proxy"),
    ("timed out", "nothing answers there: open the port, and check the proxy"),
)


async def look(channel: str, config: Config, calls: Calls) -> Sequence[Finding]:
    """Return what is right and wrong, each with its mend."""
    try:
        me = await calls.plain(GetMe(), timeout=_TIMEOUT)
        info = await calls.plain(GetWebhookInfo(), timeout=_TIMEOUT)
    except CallFailed as failed:
        if failed.fault.kind is Kind.BAD_TOKEN:
            return [Finding(Level.FAIL, str(wrong_token(channel)))]
        if failed.fault.kind is Kind.NOT_WRITTEN:
            return [Finding(Level.FAIL, _unreachable(config))]
        return [Finding(Level.FAIL, sentence(failed.fault))]
    return [
        Finding(Level.OK, f"Telegram knows the bot: @{me.username}"),
        *_groups(me),
        *(_webhook(config, info) if config.mode is Mode.WEBHOOK else _polling(info)),
        *_backlog(info),
    ]


def _unreachable(config: Config) -> str:
    return (
        f"{config.api_base} cannot be reached from here: see whether a firewall or a proxy stands"
        " between, and whether api_base is right"
    )


def _groups(me: User) -> Iterator[Finding]:
    if me.can_read_all_group_messages:
        yield Finding(
            Level.WARN,
            "privacy mode is off: Telegram sends this bot everything that is said in its groups,"
            " of which Amity needs only what is meant for it; switch it on with @BotFather"
            " (/setprivacy), and add the bot to its groups anew",
        )
    if me.can_join_groups is False:
        yield Finding(
            Level.NOTE,
            "the bot cannot be added to groups; @BotFather changes that with /setjoingroups",
        )


def _polling(info: WebhookInfo) -> Iterator[Finding]:
    if info.url:
        yield Finding(
            Level.NOTE,
            "a webhook is set, and this channel polls: it is removed when the channel starts, and"
            " nothing that waits is lost",
        )


def _webhook(config: Config, info: WebhookInfo) -> Iterator[Finding]:
    assert config.webhook is not None
    if not info.url:
        yield Finding(Level.NOTE, "the webhook is not set yet; it is when the channel starts")
    elif info.url != config.webhook.url:
        yield Finding(
            Level.WARN,
            "Telegram delivers to another address than webhook.url: another process uses this bot;"
            " stop it, or give this channel a bot of its own",
        )
    elif info.last_error_date is not None and _is_recent(info):
        yield Finding(Level.WARN, f"Telegram could not deliver lately: {_mend(info)}")
    else:
        yield Finding(Level.OK, "Telegram delivers to webhook.url")


def _is_recent(info: WebhookInfo) -> bool:
    assert info.last_error_date is not None
    return time.time() - info.last_error_date.timestamp() < _RECENT


def _mend(info: WebhookInfo) -> str:
    said = (info.last_error_message or "").lower()
    found = next((mend for words, mend in _MENDS if words in said), None)
    return found or "look at the log of the proxy in front of Amity"


def _backlog(info: WebhookInfo) -> Iterator[Finding]:
    if info.pending_update_count > _MANY:
        yield Finding(
            Level.NOTE,
            f"{info.pending_update_count} updates wait at Telegram; they are all answered",
        )
