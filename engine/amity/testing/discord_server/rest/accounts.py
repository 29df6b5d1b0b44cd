"""Accounts, applications, and where the gateway is."""

from amity.testing.discord_server.errors import Api, ApiError, invalid_form
from amity.testing.discord_server.model import Json
from amity.testing.discord_server.rest.routes import Call, route


@route("GET", "/users/@me")
def get_me(call: Call) -> Json:
    """Return the bot's own account."""
    return call.services.world.payloads.me(call.bot)


@route("PATCH", "/users/@me")
def change_me(call: Call) -> Json:
    """Change the bot's user name."""
    name = call.form.get("username")
    if name is not None:
        if not 2 <= len(name) <= 32:
            raise invalid_form(
                ("username", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 32 in length.")
            )
        call.user.name = call.user.display = name
    return call.services.world.payloads.me(call.bot)


@route("GET", "/users/{user}")
def get_user(call: Call) -> Json:
    """Return any account."""
    user = call.services.world.users.get(call.id("user"))
    if user is None:
        raise Api.unknown("user")
    return call.services.world.payloads.user(user)


@route("GET", "/users/@me/guilds")
def get_my_guilds(call: Call) -> list[Json]:
    """Return the guilds that the bot is in."""
    world = call.services.world
    return [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": guild.owner is call.user,
            "permissions": str(int(world.base_permissions(guild, call.user))),
            "features": [],
        }
        for guild in world.guilds.values()
        if call.user.id in guild.members
    ]


@route("DELETE", "/users/@me/guilds/{guild}")
def leave_guild(call: Call) -> None:
    """Let the bot leave a guild."""
    guild = call.services.world.guild(call.id("guild"), call.user)
    call.services.places.remove_member(guild, call.user)


@route("POST", "/users/@me/channels")
def open_dm(call: Call) -> Json:
    """Open the direct conversation with a person."""
    world = call.services.world
    wanted = str(call.form.get("recipient_id") or "")
    other = world.users.get(int(wanted)) if wanted.isdecimal() else None
    if other is None:
        raise invalid_form(
            ("recipient_id", "NUMBER_TYPE_COERCE", f'Value "{wanted}" is not snowflake.')
        )
    if other.bot:
        raise ApiError(400, 50007, "Cannot send messages to this user")
    return world.payloads.channel(world.dm(call.user, other), call.user)


@route("GET", "/oauth2/applications/@me")
def get_oauth_application(call: Call) -> Json:
    """Return the application object, by its older address."""
    return call.services.world.payloads.application(call.bot)


@route("GET", "/applications/@me")
def get_application(call: Call) -> Json:
    """Return the application object."""
    return call.services.world.payloads.application(call.bot)


@route("PATCH", "/applications/@me")
def change_application(call: Call) -> Json:
    """Change the application's description."""
    if "description" in call.form:
        call.bot.description = str(call.form["description"])
    return call.services.world.payloads.application(call.bot)


@route("GET", "/gateway", token=False)
def get_gateway(call: Call) -> Json:
    """Return where the gateway is."""
    return {"url": call.services.gateway.url}


@route("GET", "/gateway/bot")
def get_gateway_bot(call: Call) -> Json:
    """Return where the gateway is and what the bot may start there."""
    return {
        "url": call.services.gateway.url,
        "shards": 1,
        "session_start_limit": {
            "total": 1000,
            "remaining": call.bot.sessions_left,
            "reset_after": 14_400_000,
            "max_concurrency": 1,
        },
    }
