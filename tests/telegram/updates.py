"""Updates as Telegram writes them, for tests of what is read of them."""

from typing import Any

__all__ = ["BOT", "CANARIES", "group_message", "person", "private_message"]

BOT = {"id": 900, "is_bot": True, "first_name": "Mia", "username": "mia_test_bot"}

CANARIES = (
    "FIRSTNAMECANARY",
    "LASTNAMECANARY",
    "USERNAMECANARY",
    "PHONECANARY",
    "VCARDCANARY",
    "ADDRESSCANARY",
    "TITLECANARY",
    "52.987654",
    "13.123456",
    "POLLCANARY",
    "PASSPORTCANARY",
    "FILENAMECANARY",
    "FORWARDCANARY",
)


def person(id: int = 7, **more: Any) -> dict[str, Any]:
    """An account with everything that must not be read."""
    return {
        "id": id,
        "is_bot": False,
        "first_name": "FIRSTNAMECANARY",
        "last_name": "LASTNAMECANARY",
        "username": "USERNAMECANARY",
        "language_code": "de",
        "is_premium": True,
        **more,
    }


def private_message(id: int = 1, **more: Any) -> dict[str, Any]:
    """A message in a private chat; give it a content."""
    chat = {
        "id": 7,
        "type": "private",
        "first_name": "FIRSTNAMECANARY",
        "username": "USERNAMECANARY",
    }
    return {
        "message_id": id,
        "date": 1_700_000_000,
        "chat": chat,
        "from": person(),
        **more,
    }


def group_message(id: int = 1, text: str = "", **more: Any) -> dict[str, Any]:
    """A message in a group, with entities for what looks like a mention or a command."""
    entities: list[dict[str, Any]] = []
    at = 0
    for word in text.split(" "):
        length = len(word.encode("utf-16-le")) // 2
        if word.startswith("@"):
            entities.append({"type": "mention", "offset": at, "length": len(word.rstrip(",:"))})
        elif word.startswith("/"):
            entities.append({"type": "bot_command", "offset": at, "length": length})
        at += length + 1
    chat = {"id": -100500, "type": "supergroup", "title": "TITLECANARY"}
    message: dict[str, Any] = {
        "message_id": id,
        "date": 1_700_000_000,
        "chat": chat,
        "from": person(),
    }
    if text:
        message["text"] = text
    if entities:
        message["entities"] = entities
    return {**message, **more}
