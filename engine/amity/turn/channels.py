"""The life of the channels: each starts, fails and comes back alone."""

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from pydantic import BaseModel

from amity.adapter import Adapter, Host
from amity.errors import OperatorError
from amity.observe import get_logger, name_of
from amity.turn.channel import Channel, ChannelState, missing_package

__all__ = ["Channels"]

Configured = TypeVar("Configured")

_FIRST_WAIT: Final = 1.0  # seconds
_LONGEST_WAIT: Final = 60.0
_GRACE: Final = 5.0  # for an adapter to tidy up when it is stopped
_GLANCE: Final = 0.01
_LIGHT_FIRST: Final = 5.0
_PAUSE: Final = 0.5
_CALM: Final = 300.0  # a channel that ran so long starts again without the waits of before


class Channels:
    """Runs channels and starts them again with back-off.

    No adapter runs before ``open``: what a crash left is put back into its lanes first.

    Args:
        noted: Told whenever a channel's state changes.
        ended: Told the name of a channel whose adapter ended: what it had mounted goes.
        first_wait: Seconds before the first new start, about; each further wait is twice as long.
        longest_wait: Seconds of the longest wait.
        grace: Seconds for an adapter to end when it is stopped; then it is left behind.
        light_first: Seconds that channels which connect to a platform wait for the others at most.
        pause: Seconds that they leave to the first page then.
    """

    def __init__(
        self,
        *,
        noted: Callable[[Channel], None],
        ended: Callable[[str], None] = lambda _name: None,
        first_wait: float = _FIRST_WAIT,
        longest_wait: float = _LONGEST_WAIT,
        grace: float = _GRACE,
        light_first: float = _LIGHT_FIRST,
        pause: float = _PAUSE,
    ) -> None:
        self._noted = noted
        self._ended = ended
        self._ever: dict[str, Channel] = {}
        self._first_wait = first_wait
        self._longest_wait = longest_wait
        self._grace = grace
        self._light_first = light_first
        self._pause = pause
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._log = get_logger("channels")
        self._open = asyncio.Event()
        self.channels: dict[str, Channel] = {}

    def open(self) -> None:
        """Let the adapters run."""
        self._open.set()

    def renewed(self, channel: Channel) -> Channel:
        """Return the channel that had this name before, with the new one's settings, or the new.

        What waits to be sent holds on to the channel that it came from: a reload must not leave it
        waiting for one that never comes back.
        """
        former = self._ever.setdefault(channel.name, channel)
        for setting in ("manifest", "persona", "personas", "access", "code", "allowed", "support"):
            setattr(former, setting, getattr(channel, setting))
        return former

    def start(self, channel: Channel, options: BaseModel, host: Host) -> None:
        """Start a channel; returns at once."""
        channel.state, channel.error = ChannelState.STARTING, ""
        self._tell(channel)
        self.channels[channel.name] = channel
        name = f"channel {channel.name}"
        self._tasks[channel.name] = asyncio.create_task(
            self._live(channel, options, host), name=name
        )

    def connected(self, channel: Channel) -> None:
        """Take note that a channel's platform answers. What waited to be sent is sent."""
        if channel.adapter is not None and channel.state is not ChannelState.UP:
            self._set(channel, ChannelState.UP)

    def disconnected(self, channel: Channel, why: str) -> None:
        """Take note that a channel's platform does not answer now; its adapter goes on trying."""
        if channel.adapter is not None:
            self._set(channel, ChannelState.DEGRADED, why)

    async def stop(self, name: str) -> None:
        """End one channel. One that does not run is a no-op."""
        task = self._tasks.pop(name, None)
        channel = self.channels.pop(name, None)
        if task is not None:
            task.cancel()
            await asyncio.wait([task], timeout=self._grace)
        if channel is not None:
            self._set(channel, ChannelState.DOWN)

    async def change(
        self,
        before: Mapping[str, Configured],
        after: Mapping[str, Configured],
        start: Callable[[Configured], None],
    ) -> list[str]:
        """Stop what is configured no more or otherwise, and start what is new or otherwise.

        What is configured as before starts again only if it is down: what the operator mended may
        lie elsewhere, on the platform or in a package.

        Args:
            before: What was configured, by name.
            after: What is configured now.
            start: Starts one.

        Returns:
            The names of those that were down and start again.
        """
        changed = {n for n in {*before, *after} if before.get(n) != after.get(n)}
        down = [
            name
            for name, channel in self.channels.items()
            if name in after and name not in changed and channel.state is ChannelState.DOWN
        ]
        # All are stopped first: one may take over what another held.
        for name in (*changed, *down):
            await self.stop(name)
        for name, configured in after.items():
            if name in changed or name in down:
                start(configured)
        return down

    async def stop_all(self) -> None:
        """End all channels."""
        await asyncio.gather(*(self.stop(name) for name in list(self._tasks)))

    async def settle(self, seconds: float) -> None:
        """Wait until no channel is starting any more, at most so long.

        Those that connect to a platform are not waited for: it may be out of reach.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            light = [c for c in self.channels.values() if not c.manifest.connects]
            if all(c.state is not ChannelState.STARTING for c in light):
                return
            await asyncio.sleep(_GLANCE)

    async def finished(self, name: str) -> None:
        """Wait until a channel has ended by itself, as a terminal's does."""
        task = self._tasks.get(name)
        if task is not None:
            await asyncio.wait([task])

    async def _live(self, channel: Channel, options: BaseModel, host: Host) -> None:
        loop = asyncio.get_running_loop()
        wait = self._first_wait
        await self._open.wait()
        if channel.manifest.connects:
            await self._page_first()
        while True:
            began = loop.time()
            try:
                await self._run(channel, options, host)
            except OperatorError as error:
                self._set(channel, ChannelState.DOWN, str(error))
                return
            except ImportError as error:
                self._set(channel, ChannelState.DOWN, missing_package(channel.manifest, error))
                return
            except (Exception, SystemExit) as error:  # noqa: BLE001 -- a bug stops its channel only
                self._log.error("channel.failed", channel=channel.name, exc_info=error)
                self._set(channel, ChannelState.DEGRADED, f"it failed with {name_of(error)}")
            else:
                self._set(channel, ChannelState.DOWN)
                return
            if loop.time() - began > _CALM:
                wait = self._first_wait
            await asyncio.sleep(wait * random.uniform(0.75, 1.25))  # noqa: S311 -- spreads retries
            wait = min(wait * 2, self._longest_wait)

    async def _page_first(self) -> None:
        """Let what serves people here be up, and give them their first page, before an SDK loads.

        Importing one takes seconds of CPU, which whoever opens the page would wait for.
        """
        await self.settle(self._light_first)
        if any(not channel.manifest.connects for channel in self.channels.values()):
            await asyncio.sleep(self._pause)

    async def _run(self, channel: Channel, options: BaseModel, host: Host) -> None:
        self._set(channel, ChannelState.STARTING)
        # Importing an SDK takes seconds of CPU: not on the loop that serves people.
        factory = await asyncio.to_thread(channel.manifest.load)
        channel.adapter = factory(channel.name, options)
        running = asyncio.ensure_future(_contained(channel.adapter, host))
        try:
            await asyncio.sleep(0)
            if not running.done() and not channel.manifest.connects:
                self._set(channel, ChannelState.UP)
            # Not ``await running``: who was cancelled, the adapter or this task, must stay clear.
            await asyncio.wait([running])
        finally:
            channel.running.clear()
            channel.adapter = None
            self._ended(channel.name)
            running.cancel()
            await asyncio.wait([running])
            broken = not running.cancelled() and running.exception()
        if running.cancelled():
            raise RuntimeError("the adapter was cancelled from within")
        if broken:
            raise broken

    def _set(self, channel: Channel, state: ChannelState, error: str = "") -> None:
        unchanged = (channel.state, channel.error) == (state, error)
        channel.state, channel.error = state, error
        if state is ChannelState.UP:
            channel.running.set()
        if not unchanged:
            self._tell(channel)
        self._noted(channel)

    def _tell(self, channel: Channel) -> None:
        said = {"channel": channel.name, "state": channel.state.value}
        if channel.error:
            self._log.warning("channel.state", **said, error=channel.error)
        else:
            self._log.info("channel.state", **said)


async def _contained(adapter: Adapter, host: Host) -> None:
    try:
        await adapter.run(host)
    except SystemExit as error:  # would end the loop, and with it every channel
        raise RuntimeError("the adapter wanted to end the process") from error
