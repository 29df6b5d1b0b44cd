"""Whether people can be answered: the store and its keys take writes, and one channel is up.

One channel of many that is away keeps nobody from the others: it is named, and that is all.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

from amity.clock import Clock
from amity.errors import StoreUnavailable
from amity.observe import get_logger, name_of
from amity.store.vault import Vault
from amity.turn.channel import Channel, ChannelState

__all__ = ["Readiness", "channels_in_words"]

_PATIENCE: Final = 5.0  # seconds
_GLANCE: Final = 1.0  # seconds
_LEASE: Final = "readiness"
# As much as a long message takes, in the place of a name: where a small row still fits, it may not.
_LARGE: Final = _LEASE + "." * 65_536
_MEND: Final = "see that its disk has room and can be written to, or that its server answers"


class Readiness:
    """Looks at the store and the channels whenever it is asked.

    Reading alone would not tell of a full disk, so the store is asked to commit one small row,
    which is always the same. That fits where a message does not, so it is also asked for room, and
    once a commit of anybody has failed, a large row has to be taken before all is well again.

    Args:
        vault: The store.
        clock: The time that is written.
    """

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self._log = get_logger("readiness")
        self._error = ""
        self._failures = 0

    async def watch(self) -> None:
        """Look as soon as a commit of anybody has failed, and until all is well; for ever."""
        while True:
            await asyncio.sleep(_GLANCE)
            if self._error or self._vault.failures != self._failures:
                await self.store_error()

    async def store_error(self) -> str:
        """Return why the store or its keyring takes nothing, with the mend; else empty."""
        error = await self._failure()
        # What is said is sealed under keys, and deleted by destroying them.
        said = f"it takes no writes: {error}; {_MEND}" if error else await self._keys_in_trouble()
        if not said and (shortage := await self._shortage()):
            said = f"it has no room for what is said: {shortage}; {_MEND}"
        if said != self._error:
            if not said:
                self._log.warning("store.state", state="up")
            elif self._error:
                self._log.warning("store.state", state="down", error=said)
            else:
                self._log.error("store.state", state="down", error=said)
        self._error = said
        return said

    async def _failure(self) -> str:
        failures = self._vault.failures
        # Every process writes as the same owner, and the lease is over at once: none waits.
        owner = _LEASE if failures == self._failures else _LARGE
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._vault.claim(_LEASE, owner, now=self._clock.now(), lease=0)
        except TimeoutError:
            return f"no answer within {_PATIENCE:g} seconds"
        except StoreUnavailable as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 -- whatever it is, nothing can be committed
            return name_of(error)
        self._failures = failures
        return ""

    async def _shortage(self) -> str:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._vault.store.shortage()
        except TimeoutError:
            return f"its disk does not answer within {_PATIENCE:g} seconds"

    async def _keys_in_trouble(self) -> str:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._vault.keyring.trouble()
        except TimeoutError:
            return f"the keyring cannot be looked at within {_PATIENCE:g} seconds; {_MEND}"

    async def look(
        self, channels: Mapping[str, Channel], *, configured: Iterable[str]
    ) -> tuple[bool, dict[str, Any]]:
        """Return whether people can be answered, and the state of each part.

        Args:
            channels: Those that run, by name.
            configured: Names of those that count; an operator's terminal is none of them.
        """
        error = await self.store_error()
        up = [name for name in configured if _is_up(channels.get(name))]
        state = ChannelState.DOWN if error else ChannelState.UP
        parts = {
            "store": {"state": state.value, "error": error},
            "channels": channels_in_words(channels.values()),
        }
        return bool(up) and not error, parts


def _is_up(channel: Channel | None) -> bool:
    return channel is not None and channel.state is ChannelState.UP


def channels_in_words(channels: Iterable[Channel]) -> dict[str, dict[str, str]]:
    """Return the state and the last error of each channel."""
    return {c.name: {"state": c.state.value, "error": c.error} for c in channels}
