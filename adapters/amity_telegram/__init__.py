"""Telegram, by its Bot API: private chats, groups and forum topics.

This module holds only what is needed to read a config; aiogram is imported by ``Telegram.load``.
What Telegram sends becomes ``Inbound`` in ``from_telegram``, what the core says becomes calls of
the Bot API in ``to_telegram``. Phone numbers, places, names and addresses of people are dropped
where an update is read, in ``updates``: there is no field for them.
"""

from pydantic import BaseModel

from amity import (
    AdapterFactory,
    Audio,
    Capabilities,
    Choice,
    File,
    Image,
    Location,
    Manifest,
    Markup,
    Sticker,
    Text,
    TextUnit,
    Video,
    Voice,
)
from amity_telegram.config import Config

__all__ = ["Config", "Telegram"]

_PIP = 'pip install "amity[telegram]"'


def _load() -> AdapterFactory:
    try:
        from amity_telegram.adapter import TelegramAdapter
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "aiogram":
            raise
        missing = f"aiogram is missing; install it with: {_PIP}"
        raise ImportError(missing, name="aiogram") from error

    def factory(name: str, config: BaseModel) -> TelegramAdapter:
        assert isinstance(config, Config)
        return TelegramAdapter(name, config)

    return factory


def _account(config: Config) -> str:
    return config.token.get_secret_value()


Telegram = Manifest(
    name="telegram",
    realm="telegram",
    config=Config,
    capabilities=Capabilities(
        text_limit=4096,
        text_unit=TextUnit.UTF16,
        caption_limit=1024,
        media_limit=50 * 1024 * 1024,
        markup=Markup.SPANS,
        buttons=True,
        takes=(Text, Image, Voice, Audio, Video, File, Sticker, Location, Choice),
        groups=True,
        threads=True,
        quotes=True,
        edits=True,
        reactions=True,
        private_replies=True,
        draft_interval=1.0,
        idempotent_send=False,
    ),
    load=_load,
    connects=True,
    account=_account,
    # Telegram's terms for bots want both to be answered.
    menu_words=("paysupport", "developer_info"),
)
