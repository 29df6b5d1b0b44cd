"""Asking Discord whether a channel's config works, without connecting to the gateway."""

from typing import Any, Final

import aiohttp
import discord

from amity.adapter import Finding, Level
from amity.errors import DeliveryError
from amity_discord.client import Gateway
from amity_discord.config import Config
from amity_discord.rest import Json, Rest

__all__ = ["PERMISSIONS", "check", "invitation"]

PERMISSIONS: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    attach_files=True,
    add_reactions=True,
)
"""What the bot needs in a server."""

_PAGE: Final = 200
_PORTAL: Final = "https://discord.com/developers/applications"


def invitation(application: int) -> str:
    """Return the address that invites the bot to a server with what it needs."""
    return discord.utils.oauth_url(
        application, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )


async def check(config: Config) -> list[Finding]:
    """Return what is wrong, and how to mend it."""
    client = Gateway(config, {})
    try:
        return await _look(client, config)
    finally:
        await client.leave()


async def _look(client: Gateway, config: Config) -> list[Finding]:
    try:
        await client.login(config.token.get_secret_value())
    except discord.LoginFailure:
        return [Finding(Level.FAIL, _TOKEN)]
    except discord.HTTPException as error:
        sentence = f"{config.api_base} answered {error.status}; try again later"
        return [Finding(Level.FAIL, sentence)]
    except (aiohttp.ClientError, OSError, TimeoutError):
        return [Finding(Level.FAIL, _unreachable(config))]
    findings = [_greeting(client), *_intents(client, config), *_endpoint(client)]
    try:
        return findings + await _servers(Rest(client.http), client, config)
    except DeliveryError as error:
        return [*findings, Finding(Level.WARN, f"the servers cannot be asked for: {error}")]


def _unreachable(config: Config) -> str:
    return (
        f"{config.api_base} cannot be reached from here; see whether a firewall or a proxy stands "
        "between, and whether api_base is right"
    )


_TOKEN: Final = (
    f"Discord does not know the token; copy it anew from the page Bot of {_PORTAL} into the config"
)


def _greeting(client: Gateway) -> Finding:
    name = client.user.display_name if client.user is not None else "the bot"
    return Finding(Level.OK, f"Discord knows the token as {name}")


def _intents(client: Gateway, config: Config) -> list[Finding]:
    flags = client.application_flags
    granted = flags.gateway_message_content or flags.gateway_message_content_limited
    if config.message_content and not granted:
        sentence = (
            "message_content is on in the config, but not in the developer portal: switch Message "
            "Content Intent on there (page Bot), or set message_content: false"
        )
        return [Finding(Level.FAIL, sentence)]
    if not config.message_content:
        sentence = (
            "without the message-content intent the bot reads direct messages, mentions and "
            "commands; that is all it needs"
        )
        return [Finding(Level.OK, sentence)]
    return []


def _endpoint(client: Gateway) -> list[Finding]:
    application = client.application
    if application is None or not application.interactions_endpoint_url:
        return []
    sentence = (
        "an interactions endpoint URL is set in the developer portal, so commands and buttons "
        "never reach Amity; clear it there (General Information)"
    )
    return [Finding(Level.FAIL, sentence)]


async def _servers(rest: Rest, client: Gateway, config: Config) -> list[Finding]:
    servers: list[Json] = await rest.call("GET", "/users/@me/guilds", query={"limit": _PAGE})
    served = [one for one in servers if not config.guilds or str(one["id"]) in config.guilds]
    if not served:
        link = invitation(client.application_id or 0)
        missing = "none of the servers in guilds" if config.guilds else "no server"
        return [Finding(Level.NOTE, f"the bot is in {missing}; invite it with {link}")]
    findings = [Finding(Level.OK, _counted(len(servers), len(served)))]
    lacking = [one for one in served if _lacks(one)]
    if lacking:
        names = sorted({name for one in lacking for name in _lacks(one)})
        sentence = (
            f"in {len(lacking)} of {len(served)} servers the bot's role lacks {', '.join(names)}; "
            f"give it that in the server's settings, or invite it anew with "
            f"{invitation(client.application_id or 0)}"
        )
        findings.append(Finding(Level.WARN, sentence))
    return findings


def _counted(there: int, served: int) -> str:
    more = " or more" if there == _PAGE else ""
    noun = "server" if there == 1 else "servers"
    return f"the bot is in {there}{more} {noun} and serves {served}"


def _lacks(server: Any) -> list[str]:
    there = discord.Permissions(int(server.get("permissions", 0)))
    if server.get("owner") or there.administrator:
        return []
    return [name for name, needed in PERMISSIONS if needed and not getattr(there, name)]
