"""Methods about the bot itself: who it is, what its menu and its texts say, where it runs."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from amity.testing.telegram_server.access import Need, find_chat_by
from amity.testing.telegram_server.accounts import SESSION_SECONDS
from amity.testing.telegram_server.call import Call
from amity.testing.telegram_server.errors import bad_request, flood
from amity.testing.telegram_server.methods.method import Method

__all__ = ["METHODS"]

_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_COMMANDS_LIMIT: Final = 100
_WIDE_SCOPES: Final = (
    *("default", "all_private_chats", "all_group_chats", "all_chat_administrators"),
)
_CHAT_SCOPES: Final = ("chat", "chat_administrators", "chat_member")


def get_me(call: Call) -> dict[str, Any]:
    """Return the bot's account."""
    return {
        **call.bot.user.as_json(),
        "can_join_groups": call.bot.joins_groups,
        "can_read_all_group_messages": call.bot.reads_groups,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": call.bot.topics,
        "allows_users_to_create_topics": call.bot.topics,
    }


def log_out(call: Call) -> bool:
    """Log the bot out of this server, which lets it in again after ten minutes."""
    call.bot.logged_out = call.world.clock.time()
    return True


def close(call: Call) -> bool:
    """Close the bot's session before it moves to another server; not in its first ten minutes."""
    left = call.bot.launched + SESSION_SECONDS - call.world.clock.time()
    if left > 0:
        raise flood(math.ceil(left))
    return True


def _scope(call: Call) -> str:
    """Return the scope of a menu as one word, such as ``chat:-100…``."""
    raw = call.fields.mapping("scope", "scope") or {"type": "default"}
    kind = raw.get("type")
    if kind in _WIDE_SCOPES:
        return str(kind)
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    chat = find_chat_by(call, str(raw.get("chat_id", "")), Need.READ)
    if kind == "chat_member":
        return f"{kind}:{chat.id}:{raw.get('user_id')}"
    return f"{kind}:{chat.id}"


def _language(call: Call) -> str:
    language = call.fields.text("language_code")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("LANG_CODE_INVALID")
    return language


def set_my_commands(call: Call) -> bool:
    """Set the menu for a scope and a language."""
    raw = call.fields.sequence("commands")
    if raw is None:
        raise bad_request("can't parse commands JSON object")
    if len(raw) > _COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(one) for one in raw]
    call.bot.commands[_scope(call), _language(call)] = commands
    return True


def _command(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(raw.get("command", "")).removeprefix("/")
    description = str(raw.get("description", "")).strip()
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    command: dict[str, Any] = {"command": name, "description": description}
    if raw.get("is_ephemeral"):
        command["is_ephemeral"] = True
    return command


def get_my_commands(call: Call) -> list[dict[str, Any]]:
    """Return the menu of a scope and a language."""
    return call.bot.commands.get((_scope(call), _language(call)), [])


def delete_my_commands(call: Call) -> bool:
    """Take the menu of a scope and a language away."""
    call.bot.commands.pop((_scope(call), _language(call)), None)
    return True


def _text_methods(field: str, key: str, limit: int) -> tuple[Method, Method]:
    """Return how one of the bot's texts is set, and how it is read."""

    def set_text(call: Call) -> bool:
        text = call.fields.text(field)
        if len(text) > limit:
            raise bad_request(f"{key} is too long")
        call.bot.texts[field, _language(call)] = text
        if field == "name" and not _language(call) and text:
            call.bot.user.first_name = text
        return True

    def get_text(call: Call) -> dict[str, str]:
        default = call.bot.name if field == "name" else ""
        general = call.bot.texts.get((field, "")) or default
        return {field: call.bot.texts.get((field, _language(call))) or general}

    return set_text, get_text


_SET_NAME, _GET_NAME = _text_methods("name", "bot name", 64)
_SET_DESCRIPTION, _GET_DESCRIPTION = _text_methods("description", "bot description", 512)
_SET_SHORT, _GET_SHORT = _text_methods("short_description", "bot short description", 120)

METHODS: Final[Mapping[str, Method]] = {
    "getme": get_me,
    "logout": log_out,
    "close": close,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmyname": _SET_NAME,
    "getmyname": _GET_NAME,
    "setmydescription": _SET_DESCRIPTION,
    "getmydescription": _GET_DESCRIPTION,
    "setmyshortdescription": _SET_SHORT,
    "getmyshortdescription": _GET_SHORT,
}
