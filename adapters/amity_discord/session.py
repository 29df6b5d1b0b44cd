"""One stay at Discord: what comes in is put into the queue, what goes out finds its tools here."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, Final

import aiohttp
import discord

from amity.adapter import Acceptance, Accepted, Host
from amity.errors import AmityError, OperatorError
from amity.message import Event, Inbound, Reaction, Sender
from amity.observe import name_of
from amity_discord.answers import Answers
from amity_discord.backfill import Backfill, Marks
from amity_discord.client import Gateway, Handler
from amity_discord.config import Config
from amity_discord.custom_ids import CustomIds
from amity_discord.delivery import Delivery, channel_of
from amity_discord.drafts import Drafts
from amity_discord.from_discord import is_addressed, is_of_a_person, message_from
from amity_discord.intake import Intake, Item
from amity_discord.places import Place, Places, place_of
from amity_discord.reception import Reception
from amity_discord.rest import Rest
from amity_discord.stickers import Stickers

__all__ = ["Session", "Unreachable"]

_SAVED_EVERY: Final = 3.0  # seconds
_SWEPT_EVERY: Final = 10  # savings
_LAST_SAVE: Final = 2.0  # seconds
_REMEMBERED: Final = 5_000

_UNTIL_TOLD: Final = 3.0  # seconds

_LOST: Final = "the connection to Discord's gateway is lost and is being restored"


class Unreachable(Exception):
    """Raised when Discord cannot be reached to begin with; the message is for the operator."""


class Session:
    """One stay at Discord, from the login to the end of the connection.

    Args:
        channel: The configured channel.
        config: Its config.
        host: What the core gives it.
        web: For requests that are not made as the bot.
    """

    def __init__(
        self, channel: str, config: Config, host: Host, web: aiohttp.ClientSession
    ) -> None:
        self._channel = channel
        self._config = config
        self._host = host
        self.client = Gateway(config, self._handlers())
        self.rest = Rest(self.client.http, web)
        ids = CustomIds(config.token.get_secret_value())
        self.answers = Answers(self.rest, host.state, host.clock)
        self.delivery = Delivery(
            self.rest, self.answers, host.media, ids, away=lambda: self.client.away
        )
        self.drafts = Drafts(self.rest, self.answers)
        self._places = Places(self.rest, host.clock)
        self._stickers = Stickers(self.rest)
        self._marks = Marks(host.state, host.clock)
        self._intake = Intake(host, self._done, self._settled)
        self.backfill = Backfill(self.client, host, self._marks, self._intake, self._item_of)
        self._reception = Reception(
            channel=channel,
            host=host,
            rest=self.rest,
            answers=self.answers,
            places=self._places,
            ids=ids,
            direct=self.delivery.direct_channel,
            spawn=self._spawn,
        )
        self._authors: OrderedDict[str, str] = OrderedDict()
        self._ours: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._fetching: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Stay until cancelled.

        Raises:
            OperatorError: only the operator can mend why Discord does not let the bot in.
            Unreachable: Discord does not answer.
        """
        try:
            await self._log_in()
            await self._marks.load()
            await self.answers.restore()
            await self._work()
        finally:
            await self.client.leave()

    async def _work(self) -> None:
        working = [
            asyncio.create_task(work, name=f"discord {name}")
            for name, work in (
                ("gateway", self.client.stay()),
                ("intake", self._intake.run()),
                ("notes", self._keep_notes()),
            )
        ]
        try:
            done, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await self._end([*working, *self._tasks])

    async def _log_in(self) -> None:
        try:
            await self.client.login(self._config.token.get_secret_value())
        except discord.LoginFailure:
            raise OperatorError(
                "Discord does not know the token; copy it anew from the page Bot of the developer "
                "portal into the config"
            ) from None
        except discord.HTTPException as error:
            raise Unreachable(f"Discord's API answered {error.status} to the login") from None
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise Unreachable("Discord's API cannot be reached") from None

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        with suppress(AmityError, TimeoutError):
            async with asyncio.timeout(_LAST_SAVE):
                await self._marks.save()
                await self.answers.save()

    async def _keep_notes(self) -> None:
        """Keep how far channels were read, and tidy up what nobody answered."""
        for turn in iter(int, 1):
            await asyncio.sleep(_SAVED_EVERY)
            await self._save_marks()
            if turn % _SWEPT_EVERY == 0:
                await self._sweep()

    async def _sweep(self) -> None:
        try:
            await self.answers.sweep()
        except Exception as error:  # noqa: BLE001 -- the next time may go better
            self._host.log.warning("discord.notes_not_kept", error=name_of(error))

    # ------------------------------------------------------------------ what the gateway tells

    def _handlers(self) -> dict[str, Handler]:
        told: dict[str, Handler] = {
            "connect": self._on_connect,
            "ready": self._on_ready,
            "resumed": self._host.connected,
            "disconnect": partial(self._host.disconnected, _LOST),
            "message": self._on_message,
            "raw_message_edit": self._on_edit,
            "raw_message_delete": self._on_delete,
            "raw_bulk_message_delete": self._on_bulk_delete,
            "raw_reaction_add": partial(self._on_reaction, removed=False),
            "raw_reaction_remove": partial(self._on_reaction, removed=True),
            "interaction": self._on_interaction,
        }
        return {event: self._contained(event, handler) for event, handler in told.items()}

    def _contained(self, event: str, handler: Handler) -> Handler:
        """Let a bug of ours cost one event, not the connection."""

        def contained(*args: Any) -> None:
            try:
                handler(*args)
            except Exception as error:  # noqa: BLE001 -- see above
                self._host.log.error("discord.event_failed", event_name=event, error=name_of(error))

        return contained

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _on_connect(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
        self.backfill.begin()
        self._host.connected()

    def _on_ready(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
        self._fetching = self._spawn(self.backfill.catch_up(), "discord backfill")

    def _on_message(self, message: discord.Message) -> None:
        self._intake.put(self._item_of(message))

    def _item_of(self, message: discord.Message, event: Event = Event.MESSAGE) -> Item:
        id = message.id if event is Event.MESSAGE else 0
        item = partial(Item, channel=str(message.channel.id), id=id)
        me = self.client.user
        assert me is not None  # there is no gateway without a login
        if message.author.id == me.id:
            self._remember(self._ours, str(message.id), None)
        if (
            not is_of_a_person(message)
            or not self._serves(_guild_of(message))
            or not is_addressed(message, me.id)
        ):
            return item()
        convert = partial(
            message_from,
            message,
            me=me.id,
            name=me.display_name,
            channel=self._channel,
            event=event,
        )
        place = place_of(message.channel)
        if place is not None and not message.stickers:
            return item(event=convert(place=place))

        async def find() -> Inbound | None:
            emoji = await self._stickers.emoji_of(one.id for one in message.stickers)
            found = place or await self._places.find(str(message.channel.id))
            return None if found is None else convert(place=found, emoji=emoji)

        return item(event=find)

    def _serves(self, guild: int | None) -> bool:
        return guild is None or not self._config.guilds or str(guild) in self._config.guilds

    def _on_edit(self, edit: discord.RawMessageUpdateEvent) -> None:
        if edit.message.edited_at is not None:  # else only a preview was added, or it was pinned
            self._intake.put(self._item_of(edit.message, Event.EDITED))

    def _on_delete(self, deletion: discord.RawMessageDeleteEvent) -> None:
        self._deleted(deletion.message_id, deletion.channel_id, deletion.guild_id)

    def _on_bulk_delete(self, deletion: discord.RawBulkMessageDeleteEvent) -> None:
        for message in sorted(deletion.message_ids):
            self._deleted(message, deletion.channel_id, deletion.guild_id)

    def _deleted(self, message: int, channel: int, guild: int | None) -> None:
        """Tell of a deletion. Discord does not say whose message it was."""
        if not self._serves(guild) or str(message) in self._ours:
            return

        async def find() -> Inbound | None:
            author = self._authors.get(str(message))
            if author is None and guild is None:
                author = await self._places.person_of(str(channel))
            place = await self._place(channel) if author else None
            if place is None or not author:
                return None
            return Inbound(
                event=Event.DELETED,
                address=place.address(self._channel),
                sender=Sender(id=author),
                id=str(message),
                time=self._host.clock.now(),
                private=place.private,
                adult=place.adult,
            )

        self._intake.put(Item(channel=str(channel), event=find))

    async def _place(self, channel: int) -> Place | None:
        return place_of(self.client.get_channel(channel)) or await self._places.find(str(channel))

    def _on_reaction(self, reaction: discord.RawReactionActionEvent, *, removed: bool) -> None:
        message = str(reaction.message_id)
        me = self.client.user
        assert me is not None
        if reaction.message_author_id == me.id:
            self._remember(self._ours, message, None)
        by_a_bot = reaction.member is not None and reaction.member.bot
        if message not in self._ours or reaction.user_id == me.id or by_a_bot:
            return
        if not self._serves(reaction.guild_id):
            return
        emoji = reaction.emoji
        id = f"{message}.{self.client.position}"

        async def find() -> Inbound | None:
            place = await self._place(reaction.channel_id)
            if place is None:
                return None
            return Inbound(
                event=Event.REACTION,
                address=place.address(self._channel),
                sender=Sender(id=str(reaction.user_id)),
                id=id,
                time=self._host.clock.now(),
                private=place.private,
                adult=place.adult,
                reaction=Reaction(
                    emoji=emoji.name if emoji.id is None else f":{emoji.name}:",
                    message_id=message,
                    removed=removed,
                ),
            )

        self._intake.put(Item(channel=str(reaction.channel_id), event=find))

    def _on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        item = self._reception.receive(interaction, serves=self._serves(interaction.guild_id))
        if item is not None:
            self._intake.put(item)

    # ------------------------------------------------------------------ what the core has taken

    def _done(self, item: Item, event: Inbound | None, acceptance: Acceptance | None) -> None:
        status = acceptance.status if acceptance is not None else Accepted.IGNORED
        interaction = str(item.id) in self.answers
        if interaction and status in (Accepted.IGNORED, Accepted.REFUSED):
            # Of what was refused the person is told once, and then not again.
            wait = _UNTIL_TOLD if status is Accepted.REFUSED else 0.0
            self._spawn(self.answers.dismiss(str(item.id), wait), "discord dismissal")
        if not item.id:
            return
        if event is None or status is Accepted.IGNORED:
            if not interaction:
                self._marks.passed(item.channel, item.id)
            return
        channel = channel_of(event.address)
        self._marks.spoken(channel, item.id, direct=event.private, exact=not interaction)
        if not interaction:
            self._remember(self._authors, event.id, event.sender.id)
        if self._reception.asks_to_be_forgotten(event):
            self._marks.forget(item.channel)
            for message in [m for m, a in self._authors.items() if a == event.sender.id]:
                del self._authors[message]

    async def _settled(self) -> None:
        if self._marks.urgent:
            await self._save_marks()

    async def _save_marks(self) -> None:
        try:
            await self._marks.save()
        except Exception as error:  # noqa: BLE001 -- the next time may go better
            self._host.log.warning("discord.notes_not_kept", error=name_of(error))

    def _remember(self, where: "OrderedDict[str, Any]", key: str, value: str | None) -> None:
        where[key] = value
        while len(where) > _REMEMBERED:
            where.popitem(last=False)

    def sent(self, messages: tuple[str, ...]) -> None:
        """Take note of messages that are ours."""
        for message in messages:
            self._remember(self._ours, message, None)


def _guild_of(message: discord.Message) -> int | None:
    if message.guild is not None:
        return message.guild.id
    guild: int | None = getattr(message.channel, "guild_id", None)
    return guild
