"""Discord: direct messages, mentions, threads, slash commands.

This package's face holds only what is needed to read a config; the platform's library is imported
by ``Discord.load``. What comes in is turned by ``from_discord`` and ``interactions``, what goes out
by ``to_discord``; ``delivery`` chooses the way out, ``backfill`` fetches what was said while the
gateway was away.
"""

from typing import TYPE_CHECKING, Final

from amity.adapter import AdapterFactory, Capabilities, Manifest, PlatformRules
from amity.markup import Dialect, TextUnit
from amity.message import (
    Audio,
    Choice,
    Command,
    File,
    Image,
    Sticker,
    Text,
    Video,
    Voice,
)
from amity_discord.config import Config

if TYPE_CHECKING:
    from pydantic import BaseModel

    from amity.adapter import Adapter

__all__ = ["DIALECT", "Config", "Discord"]

DIALECT: Final = Dialect(
    escaped="\\`*_~|<>[]#+-",
    headings=3,
    nested_quotes=False,
    autolinks=True,
    underline=True,
    spoilers=True,
    long_fences=False,
)
"""Discord's Markdown."""

_MEBIBYTE: Final = 1_048_576


def _load() -> AdapterFactory:
    try:
        from amity_discord.adapter import DiscordAdapter
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "discord":
            raise
        raise ImportError(
            'discord.py is missing; install it with: pip install "amity[discord]"', name="discord"
        ) from None

    def factory(name: str, config: "BaseModel") -> "Adapter":
        assert isinstance(config, Config)
        return DiscordAdapter(name, config)

    return factory


def _account(config: Config) -> str:
    return config.token.get_secret_value()


Discord = Manifest(
    name="discord",
    realm="discord",
    config=Config,
    capabilities=Capabilities(
        text_limit=2000,
        text_unit=TextUnit.CODE_POINTS,
        caption_limit=2000,
        media_limit=10 * _MEBIBYTE,  # of a server that nobody boosts, and of direct messages
        markup=DIALECT,
        buttons=True,
        takes=(Text, Image, Voice, Audio, Video, File, Sticker, Choice, Command),
        groups=True,
        threads=True,
        quotes=True,
        edits=True,
        deletions=True,
        reactions=True,
        private_replies=True,
        draft_interval=1.2,  # five edits in five seconds are let through, and the last needs room
        idempotent_send=True,
        idempotent_seconds=120.0,  # "the past few minutes" is all that Discord says of nonces
    ),
    rules=PlatformRules(no_special_categories=True, adult_only_in_marked_channels=True),
    load=_load,
    connects=True,
    account=_account,
    menu_words=("appeal", "paysupport", "developer_info"),
)
