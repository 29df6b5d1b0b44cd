"""Where the operators' chat is: the platform may have made another chat of the configured one."""

from dataclasses import replace
from typing import Final

import orjson

from amity.clock import Clock
from amity.datamap.declarations import ADAPTER_STATE
from amity.datamap.schema import Purpose
from amity.observe import get_logger
from amity.sealed import SealedText
from amity.store.contract import NOBODY, Access, Put
from amity.store.vault import OpenRow, Vault
from amity.support.ports import SupportPlan

__all__ = ["Whereabouts"]

_ACCESS: Final = Access(Purpose.OPERATION, NOBODY)


class Whereabouts:
    """Remembers over restarts that the operators' chat became another one.

    Args:
        vault: The store.
        clock: The clock.
    """

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self._moved = ("", "", "")  # on which channel, from which chat to which
        self._loaded, self._kept = False, True
        self._log = get_logger("support")

    def _id(self) -> str:
        return self._vault.blind("adapter state", "support", "desk moved")

    async def load(self) -> None:
        """Read what was remembered, once."""
        if self._loaded:
            return
        row = await self._vault.get(ADAPTER_STATE, self._id(), _ACCESS)
        value = None if row is None else row["value"]
        if row is not None and isinstance(value, SealedText):
            chat, to = orjson.loads(value.reveal())
            self._moved = (str(row["channel"]), chat, to)
        self._loaded = True

    def found(self, configured: SupportPlan) -> SupportPlan:
        """Return what the configuration says with the operators' chat where it is now."""
        desk = configured.desk
        channel, chat, to = self._moved
        if desk is None or (desk.channel, desk.chat) != (channel, chat) or chat == to:
            return configured
        return replace(configured, desk=replace(desk, chat=to), formerly=desk)

    def note(self, configured: SupportPlan, channel: str, chat: str, to: str) -> None:
        """Take note that a chat became another one, if it is the operators'."""
        desk, now = configured.desk, self.found(configured).desk
        if desk is None or now is None or channel != desk.channel or to == now.chat:
            return
        if chat in (desk.chat, now.chat):
            self._moved, self._kept = (channel, desk.chat, to), False
            self.warn(configured)

    def warn(self, configured: SupportPlan) -> None:
        """Tell the operator in the log if the configuration names a chat that is another now."""
        if self.found(configured).formerly is not None:
            hint = "the operators' chat has another id now: `amity check` says what to write"
            self._log.warning("support.chat_moved", hint=hint)

    async def keep(self) -> None:
        """Make what was noted last over restarts.

        Raises:
            StoreError: the store does not take it now; it is still to be kept.
        """
        if self._kept:
            return
        channel, chat, to = moved = self._moved
        row: OpenRow = {
            "id": self._id(),
            "channel": channel,
            "value": SealedText(orjson.dumps([chat, to]).decode()),
            "updated_at": self._clock.now(),
        }
        await self._vault.write([Put(ADAPTER_STATE, row)], _ACCESS)
        self._kept = self._moved == moved
