"""What a message may hold: lengths, numbers and shapes, refused as Discord refuses them."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from amity.testing.discord_server.errors import ApiError, invalid_form
from amity.testing.discord_server.flags import MessageFlag
from amity.testing.discord_server.model import Json

__all__ = [
    "check_allowed_mentions",
    "check_components",
    "check_content",
    "check_embeds",
    "check_modal",
    "check_nonce",
    "each_component",
    "refusal_of_mixed_components",
    "too_long",
    "wrong_length",
]

Problem = tuple[str, str, str]

CONTENT: Final = 2000
_NITRO: Final = 4000
"""What paying people may write, and what the form's first look at a text allows."""
ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
_SELECTS: Final = (3, 5, 6, 7, 8)
_LABEL: Final = 18
_LAYOUT: Final = (9, 10, 11, 12, 13, 14, 17)
"""Sections, texts, pictures, files, lines and containers: only in messages of components."""
_LINK: Final = 5
_PREMIUM: Final = 6


def too_long(path: str, limit: int) -> Problem:
    """Return the problem of a text over its limit."""
    return path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length."


def wrong_length(path: str, low: int, high: int) -> Problem:
    """Return the problem of a text or list that is too short or too long."""
    return path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length."


def required(path: str) -> Problem:
    """Return the problem of a missing field."""
    return path, "BASE_TYPE_REQUIRED", "This field is required"


def check_content(content: Any, *, nitro: bool = False) -> str:
    """Return the text without blanks around it. Raises ApiError 50035 beyond the limit.

    Like Discord's, the form's own limit is that of paying people, so that texts over 4000
    characters are refused with another sentence than those over 2000.
    """
    if content is None:
        return ""
    text = str(content)
    if len(text) > _NITRO:
        raise invalid_form(too_long("content", _NITRO))
    if len(text) > CONTENT and not nitro:
        raise invalid_form(too_long("content", CONTENT))
    return text.strip()


def check_nonce(nonce: Any) -> str | int | None:
    """Return the nonce. Raises ApiError 50035 beyond 25 characters."""
    if nonce is not None and len(str(nonce)) > 25:
        raise invalid_form(too_long("nonce", 25))
    return nonce if isinstance(nonce, str | int) else None


def check_allowed_mentions(allowed: Any) -> Json | None:
    """Return the object. Raises ApiError 50035 where it says two things at once."""
    if not isinstance(allowed, dict):
        return None
    parse = allowed.get("parse") or []
    problems = [
        (
            "allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
            f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
        )
        for kind in ("users", "roles")
        if kind in parse and allowed.get(kind)
    ]
    if problems:
        raise invalid_form(*problems)
    return allowed


def check_embeds(embeds: Any) -> list[Json]:
    """Return the embeds as they are stored. Raises ApiError 50035 beyond their limits."""
    if embeds is None:
        return []
    if not isinstance(embeds, list) or len(embeds) > 10:
        raise invalid_form(too_long("embeds", 10))
    problems: list[Problem] = []
    total = 0
    for number, embed in enumerate(embeds):
        problems += _embed_problems(embed, f"embeds.{number}")
        total += sum(len(text) for text in _embed_texts(embed))
    if not problems and total > 6000:
        problems.append(
            (
                "embeds",
                "MAX_EMBED_SIZE_EXCEEDED",
                "Embed size exceeds maximum size of 6000",
            )
        )
    if problems:
        raise invalid_form(*problems)
    return [{**embed, "type": "rich", "content_scan_version": 0} for embed in embeds]


def _embed_problems(embed: Json, path: str) -> Iterator[Problem]:
    limits = {"title": 256, "description": 4096}
    for name, limit in limits.items():
        if len(embed.get(name) or "") > limit:
            yield too_long(f"{path}.{name}", limit)
    if len((embed.get("footer") or {}).get("text") or "") > 2048:
        yield too_long(f"{path}.footer.text", 2048)
    if len((embed.get("author") or {}).get("name") or "") > 256:
        yield too_long(f"{path}.author.name", 256)
    fields = embed.get("fields") or []
    if len(fields) > 25:
        yield too_long(f"{path}.fields", 25)
    for number, field in enumerate(fields):
        for name, limit in (("name", 256), ("value", 1024)):
            text = field.get(name) or ""
            if not text:
                yield required(f"{path}.fields.{number}.{name}")
            elif len(text) > limit:
                yield too_long(f"{path}.fields.{number}.{name}", limit)


def _embed_texts(embed: Json) -> Iterator[str]:
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    yield (embed.get("footer") or {}).get("text") or ""
    yield (embed.get("author") or {}).get("name") or ""
    for field in embed.get("fields") or []:
        yield field.get("name") or ""
        yield field.get("value") or ""


def each_component(components: Sequence[Json]) -> Iterator[Json]:
    """Yield every component of a tree, outer ones first."""
    for component in components:
        yield component
        inner = list(component.get("components") or [])
        inner += [component[key] for key in ("accessory", "component") if component.get(key)]
        yield from each_component(inner)


def check_components(components: Any, flags: MessageFlag) -> list[Json]:
    """Return a message's components, numbered. Raises ApiError 50035 where they are wrong."""
    if components is None:
        return []
    if not isinstance(components, list):
        raise invalid_form(("components", "BASE_TYPE_LIST", "Only list-like values are allowed."))
    new_kind = MessageFlag.IS_COMPONENTS_V2 in flags
    problems = list(_tree_problems(components, new_kind=new_kind))
    seen: set[str] = set()
    for component in each_component(components):
        custom_id = component.get("custom_id")
        if custom_id is not None and custom_id in seen:
            problems.append(
                (
                    "components",
                    "COMPONENT_CUSTOM_ID_DUPLICATED",
                    "Component custom id cannot be duplicated",
                )
            )
        seen.add(str(custom_id))
        problems += _component_problems(component)
    if problems:
        raise invalid_form(*problems)
    return _numbered(components)


def _tree_problems(components: list[Json], *, new_kind: bool) -> Iterator[Problem]:
    everything = list(each_component(components))
    if new_kind:
        if len(everything) > 40:
            yield wrong_length("components", 1, 40)
        if sum(len(each.get("content") or "") for each in everything) > _NITRO:
            yield (
                "components",
                "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
                "The cumulative displayable text size exceeds the maximum of 4000",
            )
        return
    if len(components) > 5:
        yield wrong_length("components", 0, 5)
    for number, component in enumerate(components):
        if component.get("type") != ROW:
            yield (
                f"components.{number}.type",
                "UNION_TYPE_CHOICES",
                'Value of field "type" must be one of (1,).',
            )
    if any(each.get("type") in _LAYOUT for each in everything):
        yield "components", "BASE_TYPE_CHOICES", "These components need the flag IS_COMPONENTS_V2."


def _component_problems(component: Json) -> Iterator[Problem]:
    path = "components"
    kind = component.get("type")
    custom_id = component.get("custom_id")
    if custom_id is not None and not 1 <= len(custom_id) <= 100:
        yield wrong_length(f"{path}.custom_id", 1, 100)
    if kind == ROW and not 1 <= len(component.get("components") or []) <= 5:
        yield wrong_length(f"{path}.components", 1, 5)
    if kind == BUTTON:
        if len(component.get("label") or "") > 80:
            yield too_long(f"{path}.label", 80)
        link = component.get("style") in (_LINK, _PREMIUM)
        if not link and custom_id is None:
            yield required(f"{path}.custom_id")
        if not link and not component.get("label") and not component.get("emoji"):
            yield required(f"{path}.label")
        if component.get("style") == _LINK and not component.get("url"):
            yield required(f"{path}.url")
    if kind in _SELECTS and custom_id is None:
        yield required(f"{path}.custom_id")
    if kind == STRING_SELECT and not 1 <= len(component.get("options") or []) <= 25:
        yield wrong_length(f"{path}.options", 1, 25)


def _numbered(components: list[Json]) -> list[Json]:
    """Return the tree with the ids that the server gives to components without one."""
    counter = iter(range(1, 1_000_000))

    def copy(component: Json) -> Json:
        made = {**component, "id": component.get("id") or next(counter)}
        if "components" in component:
            made["components"] = [copy(each) for each in component["components"]]
        for key in ("accessory", "component"):
            if component.get(key):
                made[key] = copy(component[key])
        return made

    return [copy(each) for each in components]


def check_modal(data: Json) -> Json:
    """Return a form as it is shown. Raises ApiError 50035 where it is wrong."""
    problems: list[Problem] = []
    if not 1 <= len(data.get("custom_id") or "") <= 100:
        problems.append(wrong_length("data.custom_id", 1, 100))
    if not 1 <= len(data.get("title") or "") <= 45:
        problems.append(wrong_length("data.title", 1, 45))
    components = data.get("components") or []
    if not 1 <= len(components) <= 5:
        problems.append(wrong_length("data.components", 1, 5))
    for component in each_component(components):
        if component.get("type") != TEXT_INPUT:
            continue
        if len(component.get("label") or "") > 45:
            problems.append(too_long("data.components.label", 45))
        if len(component.get("placeholder") or "") > 100:
            problems.append(too_long("data.components.placeholder", 100))
        if not 1 <= len(component.get("custom_id") or "") <= 100:
            problems.append(wrong_length("data.components.custom_id", 1, 100))
    if problems:
        raise invalid_form(*problems)
    return {**data, "components": _numbered(components)}


def refusal_of_mixed_components() -> ApiError:
    """Return the refusal of text or embeds beside the new kind of components."""
    return invalid_form(
        (
            "content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
        )
    )
