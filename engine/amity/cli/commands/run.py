"""``amity run``."""

import argparse
import asyncio
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, Final

from amity.cli.session import load, make_data_folder
from amity.config import LoadedConfig
from amity.observe import configure_logging, get_logger, loop_exception_handler

if TYPE_CHECKING:
    from amity.engine import Engine
    from amity.http.service import Service

__all__ = ["run", "spare_collector"]

# A turn makes some thousands of objects, and nearly all go by themselves when it ends.
_NEW_OBJECTS: Final = 10_000


def run(options: argparse.Namespace) -> int:
    """Start Amity; it ends by a signal."""
    loaded = load(options)
    make_data_folder(loaded.data)
    configure_logging(loaded.config.service.log_level)
    log = get_logger("run")
    for sentence in loaded.warnings:
        log.warning("config.notice", sentence=sentence)
    return asyncio.run(_run(loaded))


async def _run(loaded: LoadedConfig) -> int:
    # Only now: what is wrong in the configuration is said before anything heavy is imported.
    from amity.http.service import Service

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(loop_exception_handler)
    stop = asyncio.Event()
    service = await Service.build(loaded)
    key = service.engine.key
    log = get_logger("run")
    if key.made:
        log.warning("key.made", sentence=f"{key.path} was made; in production keep it elsewhere")
    for sentence in key.warnings:
        log.warning("key.notice", sentence=sentence)
    _listen_to_signals(loop, stop, service)
    settling = loop.create_task(_settle(service.engine))
    try:
        addresses = await service.start()
        print(f"Amity is ready: {addresses.public}", flush=True)
        await stop.wait()
        log.info("run.stopping")
    finally:
        settling.cancel()
        await service.stop()
    return 0


async def _settle(engine: "Engine") -> None:
    """Once all is loaded, take it out of what the garbage collector looks through.

    Modules and the engine's own parts stay until the process ends; with the chat platforms'
    libraries each full collection would stop the event loop for a tenth of a second.
    """
    await engine.settled.wait()
    spare_collector()
    get_logger("run").debug("run.settled", objects=gc.get_freeze_count())


def spare_collector() -> None:
    """Take what is there now out of garbage collection, and have it look less often for more."""
    gc.freeze()
    _, second, third = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS, second, third)


def _listen_to_signals(
    loop: asyncio.AbstractEventLoop, stop: asyncio.Event, service: "Service"
) -> None:
    log = get_logger("run")
    reloads: set[asyncio.Task[None]] = set()

    def ask_to_stop(number: signal.Signals) -> None:
        if stop.is_set():
            # What was committed is safe; the second signal means now.
            sys.stdout.flush()
            os._exit(128 + number)
        stop.set()

    async def reload() -> None:
        try:
            done = await service.engine.admin.call("reload", {})
            log.info("config.reloaded", changes=done.get("changes"))
        except Exception as error:  # noqa: BLE001 - the old configuration stays in force
            log.error("config.refused", error=error)

    def ask_to_reload() -> None:
        task = loop.create_task(reload())
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop, number)
    loop.add_signal_handler(signal.SIGHUP, ask_to_reload)
