"""Which menu of commands a person is shown."""

from collections.abc import Iterator, Mapping

from amity.testing.telegram_server.accounts import BotAccount, User
from amity.testing.telegram_server.chats import Chat, GroupChat

__all__ = ["menu_for"]


def menu_for(bot: BotAccount, chat: Chat, person: User) -> Mapping[str, str]:
    """Return the menu of the narrowest scope that has one, in the person's language or in all."""
    for scope in _scopes(chat, person):
        for language in dict.fromkeys((person.language_code[:2], "")):
            commands = bot.commands.get((scope, language))
            if commands:
                return {one["command"]: one["description"] for one in commands}
    return {}


def _scopes(chat: Chat, person: User) -> Iterator[str]:
    """Yield the scopes that apply, the narrowest first."""
    if isinstance(chat, GroupChat):
        yield f"chat_member:{chat.id}:{person.id}"
        administers = chat.member(person).status in {"creator", "administrator"}
        if administers:
            yield f"chat_administrators:{chat.id}"
        yield f"chat:{chat.id}"
        if administers:
            yield "all_chat_administrators"
        yield "all_group_chats"
    else:
        yield f"chat:{chat.id}"
        yield "all_private_chats"
    yield "default"
