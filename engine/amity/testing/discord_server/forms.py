"""What a client sends for a command, a component or a form, checked as a client checks it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from amity.testing.discord_server.checks import each_component
from amity.testing.discord_server.model import Attachment, Channel, Json, Message
from amity.testing.discord_server.shown import Modal
from amity.testing.discord_server.world import World

__all__ = ["Filling", "command_data", "component_data", "modal_data"]

_TYPES: Final[dict[int, tuple[type, ...]]] = {
    3: (str,),
    4: (int,),
    5: (bool,),
    6: (int,),
    7: (int,),
    8: (int,),
    9: (int,),
    10: (int, float),
}
_USER, _CHANNEL, _ROLE, _MENTIONABLE, _ATTACHMENT = 6, 7, 8, 9, 11


@dataclass(slots=True)
class Filling:
    """Where a command is filled in.

    Attributes:
        files: The files of options that take one.
        focused: The option that is being typed, where it is not sent yet.
        resolved: What the values name, gathered on the way.
    """

    world: World
    channel: Channel
    files: Mapping[str, Attachment]
    focused: str | None = None
    resolved: Json = field(default_factory=dict)


def command_data(
    filling: Filling, command: Json, path: Sequence[str], options: Mapping[str, Any]
) -> Json:
    """Return the data of a command as it is used.

    Raises LookupError for a subcommand or option that there is not, ValueError for a value that
    does not fit or a missing one that is needed.
    """
    declared = command.get("options") or []
    for part in path:
        found = (each for each in declared if each["name"] == part and each["type"] in (1, 2))
        inner = next(found, None)
        if inner is None:
            raise LookupError(f"the command has no part {part!r}")
        declared = inner.get("options") or []
    filled = _filled(filling, declared, options)
    for depth, part in enumerate(reversed(path)):
        kind = 1 if depth == 0 else 2
        filled = [{"name": part, "type": kind, "options": filled}]
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if filled:
        data["options"] = filled
    if filling.resolved:
        data["resolved"] = filling.resolved
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


def _filled(filling: Filling, declared: list[Json], options: Mapping[str, Any]) -> list[Json]:
    names = {each["name"] for each in declared}
    for name in options:
        if name not in names:
            raise LookupError(f"the command has no option {name!r}; it has {sorted(names)}")
    filled = []
    for each in declared:
        if each["name"] in options:
            filled.append(_entry(filling, each, options[each["name"]]))
        elif each.get("required") and filling.focused is None:
            raise ValueError(f"the option {each['name']!r} is needed")
    return filled


def _entry(filling: Filling, option: Json, value: Any) -> Json:
    """Return an option with its value."""
    name, kind = option["name"], option["type"]
    entry: Json = {"name": name, "type": kind}
    if kind == _ATTACHMENT:
        attachment = filling.files[name]
        shown = filling.world.payloads.attachment(filling.channel, attachment)
        filling.resolved.setdefault("attachments", {})[str(attachment.id)] = shown
        return {**entry, "value": str(attachment.id)}
    if filling.focused is None:
        _check_value(option, value)
    _resolve(filling, kind, value)
    entry["value"] = str(value) if kind in (_USER, _CHANNEL, _ROLE, _MENTIONABLE) else value
    return {**entry, "focused": True} if name == filling.focused else entry


def _check_value(option: Json, value: Any) -> None:
    name, kind = option["name"], option["type"]
    fits = isinstance(value, _TYPES[kind]) and (kind == 5 or not isinstance(value, bool))
    if not fits:
        raise ValueError(f"the option {name!r} does not take a {type(value).__name__}")
    choices = [each["value"] for each in option.get("choices") or []]
    if choices and value not in choices:
        raise ValueError(f"the option {name!r} is one of {choices}")
    if kind == 3:
        low, high = option.get("min_length") or 0, option.get("max_length") or 6000
        if not low <= len(value) <= high:
            raise ValueError(f"the option {name!r} has {low} to {high} characters")
    low, high = option.get("min_value"), option.get("max_value")
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(f"the option {name!r} is out of its range")


def _resolve(filling: Filling, kind: int, value: Any) -> None:
    """Add the account, role or channel that a value names."""
    world, resolved, guild = filling.world, filling.resolved, filling.channel.guild
    if kind in (_USER, _MENTIONABLE) and int(value) in world.users:
        user = world.users[int(value)]
        resolved.setdefault("users", {})[str(user.id)] = world.payloads.user(user)
        if guild is not None and user.id in guild.members:
            member = world.payloads.member(guild.members[user.id], with_user=False)
            permissions = str(int(world.base_permissions(guild, user)))
            resolved.setdefault("members", {})[str(user.id)] = {
                **member,
                "permissions": permissions,
            }
    if kind in (_ROLE, _MENTIONABLE) and guild is not None and int(value) in guild.roles:
        role = world.payloads.role(guild.roles[int(value)])
        resolved.setdefault("roles", {})[str(value)] = role
    if kind == _CHANNEL and guild is not None and int(value) in guild.channels:
        found = guild.channels[int(value)]
        resolved.setdefault("channels", {})[str(value)] = {
            "id": str(found.id),
            "name": found.name,
            "type": int(found.type),
            "permissions": "0",
            "nsfw": found.nsfw,
            "position": found.position,
            "parent_id": None,
        }


def component_data(message: Message, custom_id: str, values: list[str] | None) -> Json:
    """Return the data of a pressed button or of a menu that was chosen from.

    Raises LookupError where there is no such component, PermissionError where it is greyed out,
    ValueError for values that it does not offer.
    """
    found = (each for each in each_component(message.components))
    component = next((each for each in found if each.get("custom_id") == custom_id), None)
    if component is None:
        raise LookupError(f"this message has no component {custom_id!r}")
    if component.get("disabled"):
        raise PermissionError(f"the component {custom_id!r} is greyed out")
    data: Json = {
        "custom_id": custom_id,
        "component_type": component["type"],
        "id": component["id"],
    }
    if values is None:
        return data
    offered = {str(each["value"]) for each in component.get("options") or []}
    if component["type"] == 3 and not set(values) <= offered:
        raise ValueError(f"the menu offers {sorted(offered)}")
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    if not least <= len(values) <= most:
        raise ValueError(f"the menu takes {least} to {most} values")
    return {**data, "values": values}


def modal_data(modal: Modal, values: Mapping[str, str]) -> Json:
    """Return the data of a form that is sent in."""
    known = {field.custom_id for field in modal.fields} | {field.label for field in modal.fields}
    for name in values:
        if name not in known:
            raise LookupError(f"the form has no field {name!r}; it has {sorted(known)}")
    filled: dict[str, str] = {}
    for entry in modal.fields:
        value = values.get(entry.custom_id, values.get(entry.label, entry.value))
        if entry.required and not value:
            raise ValueError(f"the field {entry.label!r} is needed")
        low, high = entry.limits
        if value and not low <= len(value) <= high:
            raise ValueError(f"the field {entry.label!r} has {low} to {high} characters")
        filled[entry.custom_id] = value
    rows = [_answered(row, filled) for row in modal.raw["components"]]
    return {"custom_id": modal.custom_id, "components": rows}


def _answered(row: Json, filled: Mapping[str, str]) -> Json:
    def one(component: Json) -> Json:
        kind = component["type"]
        answer: Json = {"type": kind, "id": component["id"], "custom_id": component["custom_id"]}
        value = filled[component["custom_id"]]
        if kind == 4:
            return {**answer, "value": value}
        return {**answer, "values": [value] if value else []}

    found: Json = {"type": row["type"], "id": row["id"]}
    if "component" in row:
        return {**found, "component": one(row["component"])}
    if "components" in row:
        return {**found, "components": [one(each) for each in row["components"]]}
    return found
