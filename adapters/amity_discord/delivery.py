"""The way out of a message: an interaction's answer, a message in the channel, or a direct one."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from amity.adapter import MediaStore
from amity.errors import DeliveryError, Forbidden, Gone, Refused, RetryAfter, Unknown
from amity.message import Address, Outbound, Outcome, Receipt
from amity_discord.answers import Answers, Open
from amity_discord.custom_ids import CustomIds
from amity_discord.errors import MessageGone, TokenDied
from amity_discord.rest import Json, Rest
from amity_discord.to_discord import Written, nonce_of, write

__all__ = ["Delivery", "channel_of"]

_EPHEMERAL: Final = 64
_DIRECT_CHANNELS: Final = 1_000
_OUTAGE: Final = 3.0  # seconds


def channel_of(address: Address) -> str:
    """Return the id of Discord's channel that an address stands for."""
    return address.thread or address.chat


class Delivery:
    """Sends messages, each the way that shows it to those who are to see it.

    Messages in channels carry a nonce that Discord enforces, so the same one is never shown twice;
    so does the message that shows a reply while it is written, and it is the same nonce: whoever
    sends the reply's first part finds that message under it, also after a crash.
    """

    def __init__(
        self,
        rest: Rest,
        answers: Answers,
        media: MediaStore,
        ids: CustomIds,
        *,
        away: Callable[[], bool],
    ) -> None:
        """Make it; ``away`` says whether the connection to Discord is lost."""
        self._away = away
        self._rest = rest
        self._answers = answers
        self._media = media
        self._ids = ids
        self._direct: OrderedDict[str, str] = OrderedDict()

    async def send(self, address: Address, outbound: Outbound) -> Receipt:
        """Show a message."""
        try:
            written = await self._write(outbound)
            if written.empty:
                return _nothing(written)
            message = await self._send(address, outbound, written)
            shown = (message,) if message else ()
        except DeliveryError as error:
            if isinstance(error, Unknown) and self._away():
                # The nonce makes a second one harmless, and nobody is to lose it in an outage.
                error = RetryAfter(_OUTAGE)
            return Receipt(outcome=Outcome.FAILED, error=error)
        if written.missing:
            gone = Gone("a file of it is not there any more")
            return Receipt(outcome=Outcome.PARTIAL, message_ids=shown, error=gone)
        return Receipt(outcome=Outcome.SENT, message_ids=shown)

    async def edit(self, address: Address, message_id: str, outbound: Outbound) -> Receipt:
        """Replace the content of a message in a channel."""
        try:
            written = await self._write(outbound)
            if written.empty:
                return _nothing(written)
            payload = {"attachments": [], **written.payload}
            await self._rest.edit_message(channel_of(address), message_id, payload, written.uploads)
        except DeliveryError as error:
            return Receipt(outcome=Outcome.FAILED, error=error)
        return Receipt(outcome=Outcome.SENT, message_ids=(message_id,))

    async def direct_channel(self, account: str) -> str:
        """Return the direct channel with an account."""
        known = self._direct.get(account)
        if known is None:
            known = self._direct[account] = await self._rest.direct_channel(account)
            while len(self._direct) > _DIRECT_CHANNELS:
                self._direct.popitem(last=False)
        return known

    async def _write(self, outbound: Outbound) -> Written:
        person = outbound.recipient if outbound.private else ""
        return await write(outbound, self._media, self._ids, person=person)

    async def _send(self, address: Address, outbound: Outbound, written: Written) -> str:
        interaction = await self._answers.of_message(channel_of(address), outbound)
        shown_elsewhere = outbound.draft and (
            interaction is None or interaction.used_by != outbound.id
        )
        if interaction is not None and not shown_elsewhere:
            try:
                answered = await self._answer(interaction, outbound, written)
            except TokenDied:
                interaction.dead = True
                answered = ""
            if answered:
                return answered
        try:
            message = await self._post(address, outbound, written)
        except Forbidden:
            # A command works in channels that the bot itself may not write to.
            if interaction is None or interaction.dead or outbound.private:
                raise
            return await self._follow_up(interaction, outbound, written)
        if interaction is not None and outbound.last and not interaction.used_by:
            await self._answers.take_first_back(interaction)
        return message

    async def _answer(self, interaction: Open, outbound: Outbound, written: Written) -> str:
        """Answer an interaction; empty if the answer is to be a message of its own."""
        private = outbound.private
        if interaction.used_by == outbound.id or interaction.takes(private=private):
            try:
                shown = await self._rest.edit_original(
                    interaction.application, interaction.token, written.payload, written.uploads
                )
            except TokenDied:
                raise
            except Gone:  # the person has put it away
                interaction.waiting = False
            else:
                interaction.used_by = outbound.id
                await self._answers.save()
                return str(shown["id"])
        if not (private and interaction.shared):
            return ""
        return await self._follow_up(interaction, outbound, written)

    async def _follow_up(self, interaction: Open, outbound: Outbound, written: Written) -> str:
        application, token = interaction.application, interaction.token
        known = interaction.more.get(outbound.id)
        if known is not None:
            await self._rest.edit_follow_up(application, token, known, written.payload)
            return known
        flags: Json = {"flags": _EPHEMERAL} if outbound.private else {}
        payload = {**written.payload, **flags}
        shown = await self._rest.follow_up(application, token, payload, written.uploads)
        interaction.more[outbound.id] = str(shown["id"])
        await self._answers.save()
        return str(shown["id"])

    async def _post(self, address: Address, outbound: Outbound, written: Written) -> str:
        channel = channel_of(address)
        if outbound.private:
            if not outbound.recipient:
                raise Refused("a private message without a recipient")
            channel = await self.direct_channel(outbound.recipient)
        if outbound.draft:
            try:
                await self._rest.edit_message(
                    channel, outbound.draft, written.payload, written.uploads
                )
            except MessageGone:
                pass  # deleted meanwhile: the reply is sent anew
            else:
                return outbound.draft
        more: Json = {}
        if outbound.quote and outbound.quote not in self._answers and not outbound.private:
            more["message_reference"] = {
                "message_id": outbound.quote,
                "fail_if_not_exists": False,
            }
        try:
            return await self._create(channel, outbound.id, written, more)
        except MessageGone:
            if not outbound.draft:
                return ""  # it was shown, and somebody has deleted it since
            return await self._create(channel, f"{outbound.id} anew", written, more)

    async def _create(self, channel: str, id: str, written: Written, more: Json) -> str:
        """Send a message under its nonce, or change what was sent under it before."""
        payload = {**written.payload, **more, "nonce": nonce_of(id), "enforce_nonce": True}
        shown = await self._rest.create_message(channel, payload, written.uploads)
        if _is_older(shown, written):
            await self._rest.edit_message(channel, str(shown["id"]), written.payload)
        return str(shown["id"])


def _is_older(shown: Json, written: Written) -> bool:
    """Whether Discord returned what was sent under this nonce before, and it says other words."""
    wanted = written.payload
    same_words = str(shown.get("content", "")).strip() == wanted["content"]
    return not same_words or bool(wanted["components"]) != bool(shown.get("components"))


def _nothing(written: Written) -> Receipt:
    if written.missing:
        error = Gone("its file is not there any more")
        return Receipt(outcome=Outcome.FAILED, error=error)
    return Receipt(outcome=Outcome.SUPPRESSED)
