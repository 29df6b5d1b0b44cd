"""Receiving interactions: Discord hears from us within three seconds, whatever the core does."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, Final

import discord

from amity.adapter import Host
from amity.errors import DeliveryError
from amity.message import Choice, Command, Inbound, Text
from amity.observe import name_of
from amity_discord.answers import Answers, Open
from amity_discord.commands import suggestions
from amity_discord.custom_ids import CustomIds, Pressed
from amity_discord.errors import ALREADY_ACKNOWLEDGED, code_of
from amity_discord.intake import Item
from amity_discord.interactions import (
    ELSEWHERE,
    Ask,
    Heard,
    NotOurs,
    Suggest,
    hear,
    inbound_from,
    modal_for,
)
from amity_discord.places import Place, Places, place_of
from amity_discord.rest import Rest
from amity_discord.texts import word

__all__ = ["Reception", "Spawn"]

Spawn = Callable[[Coroutine[Any, Any, None], str], "asyncio.Task[None]"]

_PATIENCE: Final = 10.0  # seconds; Discord has given the interaction up long before
_FORGETS: Final = "delete_me"


class Reception:
    """Acknowledges interactions and makes events of them.

    Args:
        channel: The configured channel.
        host: What the core gives it.
        rest: Calls Discord.
        answers: Takes note of what is to be answered.
        places: Finds channels that the library does not know.
        ids: Reads custom ids.
        direct: Returns the direct channel with an account.
        spawn: Starts a task that ends with the session.
    """

    def __init__(
        self,
        *,
        channel: str,
        host: Host,
        rest: Rest,
        answers: Answers,
        places: Places,
        ids: CustomIds,
        direct: Callable[[str], Awaitable[str]],
        spawn: Spawn,
    ) -> None:
        self._channel = channel
        self._host = host
        self._rest = rest
        self._answers = answers
        self._places = places
        self._ids = ids
        self._direct = direct
        self._spawn = spawn

    def receive(self, interaction: discord.Interaction[Any], *, serves: bool) -> Item | None:
        """Answer an interaction at once and return the event that it is, if it is one."""
        heard = hear(interaction, self._ids)
        if heard is None:
            return None
        if isinstance(heard, Suggest):
            self._spawn(self._suggest(interaction, heard), "discord suggestions")
            return None
        if not serves or isinstance(heard, NotOurs):
            key = "stale" if serves else "elsewhere"
            self._spawn(self._say(interaction, key), "discord answer")
            return None
        if isinstance(heard, Ask):
            self._spawn(self._ask(interaction, heard.pressed), "discord modal")
            return None
        opened = self._opened(interaction, heard)
        if self._answers.add(opened):
            self._spawn(self._acknowledge(interaction, opened), "discord acknowledgement")
        return Item(
            channel=str(interaction.channel_id),
            id=interaction.id,
            event=partial(self._event, interaction, heard),
        )

    def _opened(self, interaction: discord.Interaction[Any], heard: Heard) -> Open:
        shared = not isinstance(interaction.channel, discord.DMChannel)
        # Also for what all may read: that is a message of its own, and what turns out to be for one
        # person alone must not depend on what was promised before.
        word = heard.part.name if isinstance(heard.part, Command) else ""
        return Open(
            id=str(interaction.id),
            application=str(interaction.application_id),
            token=interaction.token,
            channel=str(interaction.channel_id),
            person=str(interaction.user.id),
            word=word,
            shared=shared,
            ephemeral=shared,
            waiting=interaction.type is not discord.InteractionType.component,
        )

    async def _acknowledge(self, interaction: discord.Interaction[Any], opened: Open) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                await interaction.response.defer(
                    ephemeral=opened.ephemeral, thinking=opened.waiting
                )
        except Exception as error:  # noqa: BLE001 -- it is answered by a message then
            if code_of(error) != ALREADY_ACKNOWLEDGED:
                opened.dead = True
                self._host.log.warning("discord.not_acknowledged", error=name_of(error))
        finally:
            opened.acknowledged.set()

    async def _event(self, interaction: discord.Interaction[Any], heard: Heard) -> Inbound | None:
        await self._answers.save()
        place = await self._place(interaction)
        if place is None:
            return None
        if heard.part == ELSEWHERE and not place.private:
            with suppress(DeliveryError):
                place = Place(chat=await self._direct(str(interaction.user.id)), private=True)
        return inbound_from(interaction, heard, channel=self._channel, place=place)

    async def _place(self, interaction: discord.Interaction[Any]) -> Place | None:
        if interaction.channel_id is None:
            return None
        place = place_of(interaction.channel)
        return place or await self._places.find(str(interaction.channel_id))

    async def _say(self, interaction: discord.Interaction[Any], key: str) -> None:
        text = word(str(interaction.locale), key)
        await self._answer(interaction, {"type": 4, "data": {"content": text, "flags": 64}})

    async def _suggest(self, interaction: discord.Interaction[Any], asked: Suggest) -> None:
        locale = str(interaction.locale)
        if asked.command == "persona":
            offered = {persona.id: persona.name for persona in self._host.personas(locale)}
        else:
            offered = {tag: self._word(tag, "language.name") for tag in self._host.languages}
        choices = suggestions(asked.typed, offered)
        await self._answer(interaction, {"type": 8, "data": {"choices": choices}})

    def _word(self, language: str, key: str) -> str:
        return self._host.words(language, key)[key]

    async def _ask(self, interaction: discord.Interaction[Any], asked: Pressed) -> None:
        title = self._word(str(interaction.locale), f"settings.name.{asked.argument}")
        person = str(interaction.user.id)
        modal = modal_for(asked, self._ids, person=person, title=title)
        if modal is not None:
            await self._answer(interaction, modal)

    async def _answer(self, interaction: discord.Interaction[Any], payload: dict[str, Any]) -> None:
        try:
            await self._rest.first_answer(str(interaction.id), interaction.token, payload)
        except DeliveryError as error:
            self._host.log.warning("discord.not_answered", error=name_of(error))

    def asks_to_be_forgotten(self, event: Inbound) -> bool:
        """Whether an event is the word that erases a person; then nothing of them is kept here."""
        match event.parts:
            case (Choice(command=name) | Command(name=name),):
                return name == _FORGETS
            case (Text(text=text),):
                return text.reveal().lstrip("/").lower().startswith(_FORGETS)
            case _:
                return False
