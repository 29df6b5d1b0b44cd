"""A reply while it is being written: a message that is edited.

It is throttled by the core and by Discord's own limits. What cannot be shown in time is left out:
the next draft has more words, and the reply itself has all.
"""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from amity.adapter import Draft
from amity.errors import DeliveryError, Gone, RetryAfter
from amity.message import Address
from amity_discord.answers import Answers, Open
from amity_discord.delivery import channel_of
from amity_discord.errors import TokenDied
from amity_discord.rest import Json, Rest
from amity_discord.to_discord import NO_MENTIONS, first_words, nonce_of

__all__ = ["Drafts"]

_PATIENCE: Final = 4.0  # seconds; the next draft is due long before
_QUIET: Final = 5.0  # seconds without drafts after one that did not work out
_MOST: Final = 500


@dataclass(slots=True)
class _Shown:
    """What is shown of a reply.

    Attributes:
        message: The message's id; empty while nobody knows it.
        text: Its content, as far as that is known.
        tried: Whether it was sent at all.
    """

    message: str = ""
    text: str = ""
    tried: bool = False


class Drafts:
    """Shows replies while they are being written."""

    def __init__(self, rest: Rest, answers: Answers) -> None:
        self._rest = rest
        self._answers = answers
        self._shown: OrderedDict[str, _Shown] = OrderedDict()
        self._quiet_until: dict[str, float] = {}

    async def show(self, address: Address, draft: Draft) -> str | None:
        """Show the words so far; see ``amity.adapter.SupportsDraft``."""
        shown = self._of(draft)
        if not draft.text.reveal():
            await self._take_back(address, draft, shown)
            return None
        channel = channel_of(address)
        interaction = await self._answers.of_draft(channel, draft)
        mine = interaction is not None and (
            interaction.used_by == draft.reply or interaction.takes(private=draft.private)
        )
        if draft.private and not mine:
            return shown.message or None
        text = first_words(draft.text.reveal())
        if not text or text == shown.text or self._is_quiet(channel):
            return shown.message or None
        try:
            async with asyncio.timeout(_PATIENCE):
                if interaction is not None and mine:
                    await self._show_as_answer(interaction, draft, shown, text)
                else:
                    await self._show_as_message(channel, draft, shown, text)
        except (DeliveryError, TimeoutError) as error:
            if interaction is not None and isinstance(error, TokenDied):
                interaction.dead = True
            shown.text = ""
            wait = error.seconds if isinstance(error, RetryAfter) else _QUIET
            self._quiet_until[channel] = asyncio.get_running_loop().time() + wait
        return shown.message or None

    def _of(self, draft: Draft) -> _Shown:
        shown = self._shown.setdefault(draft.reply, _Shown())
        shown.message = shown.message or draft.message_id
        while len(self._shown) > _MOST:
            self._shown.popitem(last=False)
        return shown

    def _is_quiet(self, channel: str) -> bool:
        until = self._quiet_until.get(channel)
        if until is None:
            return False
        if asyncio.get_running_loop().time() < until:
            return True
        del self._quiet_until[channel]
        return False

    async def _show_as_answer(
        self, interaction: Open, draft: Draft, shown: _Shown, text: str
    ) -> None:
        interaction.used_by = draft.reply
        message = await self._rest.edit_original(
            interaction.application, interaction.token, _payload(text)
        )
        shown.text = text
        if not interaction.ephemeral:  # an ephemeral one can only be had by the interaction
            shown.message = str(message["id"])

    async def _show_as_message(self, channel: str, draft: Draft, shown: _Shown, text: str) -> None:
        if shown.message:
            await self._rest.edit_message(channel, shown.message, _payload(text))
        else:
            shown.tried = True
            message = await self._create(channel, draft.reply, text)
            shown.message = str(message["id"])
            if message.get("content") != text:  # a former process has shown other words
                await self._rest.edit_message(channel, shown.message, _payload(text))
        shown.text = text

    async def _create(self, channel: str, reply: str, text: str) -> Json:
        payload = {**_payload(text), "nonce": nonce_of(reply), "enforce_nonce": True}
        return await self._rest.create_message(channel, payload)

    async def _take_back(self, address: Address, draft: Draft, shown: _Shown) -> None:
        self._shown.pop(draft.reply, None)
        interaction = self._answers.used_by(draft.reply)
        if interaction is not None:
            await self._answers.take_first_back(interaction)
            return
        channel = channel_of(address)
        if not shown.message and shown.tried:
            # It may be there: under its nonce Discord tells which message it is.
            shown.message = str((await self._create(channel, draft.reply, "…"))["id"])
        if shown.message:
            with suppress(Gone):
                await self._rest.delete_message(channel, shown.message)


def _payload(text: str) -> Json:
    return {"content": text, "allowed_mentions": NO_MENTIONS}
