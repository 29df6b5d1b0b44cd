"""What can stand below a message: inline keyboards, reply keyboards, a wish for a reply."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from amity.testing.telegram_server.errors import bad_request
from amity.testing.telegram_server.fields import Fields

__all__ = ["Markup", "read_markup"]

_DATA_LIMIT: Final = 64
_BUTTONS_LIMIT: Final = 100
_ACTIONS: Final = (
    *("url", "callback_data", "web_app", "login_url", "switch_inline_query"),
    *("switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text"),
    *("callback_game", "pay", "disabled"),
)
_LOOKS: Final = ("icon_custom_emoji_id", "style")
_SCHEMES: Final = ("http://", "https://", "tg://", "tonsite://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """The ``reply_markup`` of a request.

    Attributes:
        inline: The inline keyboard, which belongs to the message.
        other: A reply keyboard, its removal or a forced reply, which belongs to the chat.
    """

    inline: dict[str, Any] | None = None
    other: dict[str, Any] | None = None


def read_markup(fields: Fields, *, private: bool, invoice: bool = False) -> Markup:
    """Read and judge the ``reply_markup`` of a request.

    Raises:
        ApiError: It is not one that Telegram takes.
    """
    try:
        raw = fields.json("reply_markup")
    except ValueError as error:
        raise bad_request("can't parse reply keyboard markup JSON object") from error
    if raw is None:
        return Markup()
    if not isinstance(raw, Mapping):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in raw:
        return Markup(inline=_inline(raw["inline_keyboard"], private=private, invoice=invoice))
    if invoice:
        raise bad_request("inline keyboard expected")
    if "keyboard" in raw:
        rows = _rows(raw["keyboard"], "keyboard")
        keyboard = [[_reply_button(button, private=private) for button in row] for row in rows]
        return Markup(other={**raw, "keyboard": keyboard})
    if raw.get("remove_keyboard") or raw.get("force_reply"):
        return Markup(other=dict(raw))
    return Markup()


def _rows(raw: Any, name: str) -> list[list[Any]]:
    if not isinstance(raw, list):
        raise bad_request(f'field "{name}" must be of type Array')
    for row in raw:
        if not isinstance(row, list):
            raise bad_request(f'field "{name}" must be an Array of Arrays')
    return [row for row in raw if row]


def _inline(raw: Any, *, private: bool, invoice: bool) -> dict[str, Any] | None:
    rows = _rows(raw, "inline_keyboard")
    buttons = [button for row in rows for button in row]
    for button in buttons:
        _judge(button, private=private, invoice=invoice)
    if len(buttons) > _BUTTONS_LIMIT:
        raise bad_request("reply markup is too long")
    if any(button.get("pay") for button in buttons) and not rows[0][0].get("pay"):
        raise bad_request("BUTTON_TYPE_INVALID")
    if not rows:
        return None
    kept = ("text", *_LOOKS, *_ACTIONS)
    return {
        "inline_keyboard": [
            [{name: button[name] for name in kept if name in button} for button in row]
            for row in rows
        ]
    }


def _judge(button: Any, *, private: bool, invoice: bool) -> None:
    """Refuse an inline button that Telegram would refuse."""
    problem = "can't parse inline keyboard button: "
    if not isinstance(button, Mapping):
        raise bad_request(f"{problem}InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request(f'{problem}Can\'t find field "text"')
    actions = [name for name in _ACTIONS if button.get(name) is not None]
    if not actions:
        raise bad_request(f"{problem}Text buttons are unallowed in the inline keyboard")
    if not text.strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    match actions[0]:
        case "callback_data":
            data = button["callback_data"]
            if not isinstance(data, str):
                raise bad_request(f'{problem}Field "callback_data" must be of type String')
            if not 0 < len(data.encode()) <= _DATA_LIMIT:
                raise bad_request("BUTTON_DATA_INVALID")
        case "url":
            _judge_url(str(button["url"]))
        case "pay" if not invoice:
            raise bad_request("BUTTON_TYPE_INVALID")
        case "web_app" if not private:
            raise bad_request("BUTTON_TYPE_INVALID")
        case _:
            pass


def _judge_url(url: str) -> None:
    wrong = f"inline keyboard button URL '{url}' is invalid: "
    if "://" in url and not url.lower().startswith(_SCHEMES):
        raise bad_request(f"{wrong}Unsupported URL protocol")
    if "." not in url and not url.startswith("tg://"):
        raise bad_request(f"{wrong}Wrong HTTP URL")


def _reply_button(raw: Any, *, private: bool) -> dict[str, Any]:
    button = {"text": raw} if isinstance(raw, str) else raw
    if not isinstance(button, Mapping) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    asks = ("request_contact", "request_location", "request_poll", "web_app")
    if not private and any(button.get(name) for name in asks):
        raise bad_request("BUTTON_TYPE_INVALID")
    return dict(button)
