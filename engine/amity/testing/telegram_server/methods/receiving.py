"""Methods that fetch updates, or ask for them at an address."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.errors import bad_request
from amity.testing.telegram_server.methods.method import Method
from amity.testing.telegram_server.webhook import Webhook

__all__ = ["METHODS"]

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]*")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_PORTS: Final = (80, 88, 443, 8443)


async def get_updates(call: Call) -> list[dict[str, Any]]:
    """Return updates, or wait for some."""
    call.bot.updates.allow(call.fields.sequence("allowed_updates"))
    return await call.bot.updates.fetch(
        offset=call.fields.number("offset"),
        limit=call.fields.number("limit", 100),
        timeout=call.fields.number("timeout"),
    )


def set_webhook(call: Call) -> bool:
    """Have updates brought to an address; an empty one is that of no webhook."""
    fields = call.fields
    url = fields.text("url")
    if not url:
        return delete_webhook(call)
    if "://" not in url:
        url = f"https://{url}"
    secret = fields.text("secret_token")
    problem = _problem(url)
    if problem:
        raise bad_request(problem)
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if fields.flag("drop_pending_updates"):
        call.bot.updates.clear()
    call.bot.updates.allow(fields.sequence("allowed_updates"))
    call.world.webhooks.set(
        call.bot,
        Webhook(
            url=url,
            secret=secret,
            connections=min(max(fields.number("max_connections", 40), 1), 100),
            ip=fields.text("ip_address"),
            certificate=fields.upload("certificate") is not None,
        ),
    )
    return True


def _problem(url: str) -> str:
    """Return why updates cannot be brought to an address; empty if they can.

    Telegram takes HTTPS on four ports. On the loopback address this server takes anything, so that
    a test needs no certificate.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "invalid webhook URL specified"
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "invalid webhook URL specified"
    if parts.hostname in _LOOPBACK:
        return ""
    if parts.scheme == "http":
        return "bad webhook: An HTTPS URL must be provided for webhook"
    if port not in {None, *_PORTS}:
        return "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
    return ""


def delete_webhook(call: Call) -> bool:
    """Let the bot poll again."""
    if call.fields.flag("drop_pending_updates"):
        call.bot.updates.clear()
    call.world.webhooks.delete(call.bot)
    return True


def get_webhook_info(call: Call) -> dict[str, Any]:
    """Return where updates are brought, and what went wrong with that."""
    updates = call.bot.updates
    webhook = call.world.webhooks.of(call.bot) or Webhook(url="")
    info: dict[str, Any] = {
        "url": webhook.url,
        "has_custom_certificate": webhook.certificate,
        "pending_update_count": len(updates.pending),
    }
    if webhook.ip:
        info["ip_address"] = webhook.ip
    if webhook.error:
        info |= {"last_error_date": webhook.error_date, "last_error_message": webhook.error}
    if webhook.url:
        info["max_connections"] = webhook.connections
    if updates.allowed is not None:
        info["allowed_updates"] = sorted(updates.allowed)
    return info


METHODS: Final[Mapping[str, Method]] = {
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
}
