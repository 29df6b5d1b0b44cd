"""Application commands, global and of guilds."""

from amity.testing.discord_server.errors import Api
from amity.testing.discord_server.model import Json
from amity.testing.discord_server.rest.routes import Answer, Call, route


def _guild(call: Call) -> int | None:
    """Check that the application is the bot's own; return the guild of the route, if any."""
    if call.id("application") != call.bot.id:
        raise Api.missing_access()
    if "guild" not in call.parameters:
        return None
    return call.services.world.guild(call.id("guild"), call.user).id


@route("GET", "/applications/{application}/commands")
@route("GET", "/applications/{application}/guilds/{guild}/commands")
def get_commands(call: Call) -> Answer:
    """Return the commands."""
    return call.services.commands.listed(call.bot, _guild(call))


@route("PUT", "/applications/{application}/commands")
@route("PUT", "/applications/{application}/guilds/{guild}/commands")
def replace_commands(call: Call) -> Answer:
    """Replace all commands."""
    return call.services.commands.replace(call.bot, _guild(call), call.body)


@route("POST", "/applications/{application}/commands")
@route("POST", "/applications/{application}/guilds/{guild}/commands")
def create_command(call: Call) -> Json:
    """Add a command, or replace the one of its name."""
    return call.services.commands.put(call.bot, _guild(call), call.form)[0]


@route("GET", "/applications/{application}/commands/{command}")
@route("GET", "/applications/{application}/guilds/{guild}/commands/{command}")
def get_command(call: Call) -> Json:
    """Return one command."""
    return call.services.commands.get(call.bot, _guild(call), call.id("command"))


@route("PATCH", "/applications/{application}/commands/{command}")
@route("PATCH", "/applications/{application}/guilds/{guild}/commands/{command}")
def change_command(call: Call) -> Json:
    """Change one command."""
    return call.services.commands.change(call.bot, _guild(call), call.id("command"), call.form)


@route("DELETE", "/applications/{application}/commands/{command}")
@route("DELETE", "/applications/{application}/guilds/{guild}/commands/{command}")
def delete_command(call: Call) -> None:
    """Take one command away."""
    call.services.commands.remove(call.bot, _guild(call), call.id("command"))
