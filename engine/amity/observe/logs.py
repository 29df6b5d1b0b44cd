"""Logs that hold no content: one JSON object a line, or short lines on a terminal.

Values are let through by their type. Numbers, words and enums pass; a ``SealedText``, an object
that nobody thought of, bytes: dropped, and the line says which keys. Ids of people become names
of the day (``amity.observe.identifiers``).
"""

import logging
import sys
import threading
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import Enum
from pathlib import PurePath
from typing import Any, BinaryIO, Final, cast

import orjson
import structlog
from structlog.typing import FilteringBoundLogger

from amity.errors import AmityError
from amity.observe.exceptions import describe, name_of
from amity.observe.foreign import clamp_foreign_loggers
from amity.observe.identifiers import error_id, short_id

__all__ = ["LEVELS", "configure_logging", "get_logger", "loop_exception_handler"]

LEVELS: Final = ("debug", "info", "warning", "error")

# Keys whose value says who somebody is, or leads to it.
_PERSONAL: Final = frozenset(
    {
        *("person", "identity", "sender", "account", "user", "recipient"),
        *("conversation", "chat", "thread", "address", "platform_id", "message", "message_id"),
        *("row", "reply", "key_id", "cookie", "session"),
    }
)
_MOST_TEXT: Final = 500
_MOST_ITEMS: Final = 50

Event = MutableMapping[str, Any]


def _stamp(_logger: Any, level: str, event: Event) -> Event:
    event["level"] = level
    event["time"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    return event


def _exception(_logger: Any, _level: str, event: Event) -> Event:
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()[1]
    elif isinstance(info, tuple):
        info = info[1]
    if isinstance(info, BaseException):
        event.setdefault("error_id", error_id())
        event["exception"] = _Safe(describe(info))
    return event


class _Safe:
    """A value that this module made itself."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


_DROP: Final = object()


def _clean(value: Any) -> Any:
    kind = type(value)
    if value is None or kind in (bool, int, float):
        return value
    if isinstance(value, str) and not isinstance(value, Enum):
        value = str.__str__(value)
        return value if len(value) <= _MOST_TEXT else value[:_MOST_TEXT] + "…"
    if kind is _Safe:
        return value.value
    if isinstance(value, Enum):
        return _clean(value.value)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, BaseException):
        return str(value) if isinstance(value, AmityError) else name_of(value)
    if kind in (list, tuple, set, frozenset):
        items = [_clean(item) for item in list(value)[:_MOST_ITEMS]]
        return _DROP if any(item is _DROP for item in items) else items
    return _DROP


def _only_safe_values(_logger: Any, _level: str, event: Event) -> Event:
    dropped = []
    for key, value in list(event.items()):
        if key in _PERSONAL and value is not None:
            event[key] = short_id(value) if isinstance(value, str | int) else None
            continue
        clean = _clean(value)
        if clean is _DROP:
            del event[key]
            dropped.append(key)
        else:
            event[key] = clean
    if dropped:
        event["dropped"] = dropped
    return event


def _to_json(_logger: Any, _level: str, event: Event) -> bytes:
    return orjson.dumps(event, default=lambda _: None)


_COLOURS: Final[Mapping[str, str]] = {
    "warning": "\033[33m",
    "error": "\033[31m",
    "debug": "\033[2m",
}


def _to_line(_logger: Any, level: str, event: Event) -> bytes:
    colour = _COLOURS.get(level, "")
    clock = event.pop("time")[11:19]
    head = f"{colour}{clock} {event.pop('level'):7}{event.pop('event', '')}"
    tail = " ".join(f"{k}={_word(v)}" for k, v in event.items() if k != "exception")
    if exception := event.get("exception"):
        where = " < ".join(reversed(exception["frames"][-3:]))
        tail += f"\n         {exception['type']} {exception.get('message', '')} at {where or '?'}"
    return f"{head}  {tail}".rstrip().encode() + (b"\033[0m" if colour else b"")


def _word(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    # A line stays one line, and a terminal is not steered by what is logged.
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


class _Lossy:
    """A stream that loses what it cannot write: a full disk must not end what is being logged."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, line: bytes) -> int:
        """Write a line, or lose it."""
        with suppress(OSError, ValueError):  # ValueError: it was closed
            return self._stream.write(line)
        return 0

    def flush(self) -> None:
        """Flush, or leave it."""
        with suppress(OSError, ValueError):
            self._stream.flush()


def configure_logging(
    level: str = "info", *, stream: BinaryIO | None = None, terminal: bool | None = None
) -> Callable[[], None]:
    """Set up our own logs and silence everybody else's; return what undoes it.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``.
        stream: Where lines go; standard error where not given.
        terminal: Whether to write short lines for eyes; found out from the stream if not given.
    """
    out = stream if stream is not None else sys.stderr.buffer
    eyes = out.isatty() if terminal is None else terminal
    structlog.configure(
        processors=[_stamp, _exception, _only_safe_values, _to_line if eyes else _to_json],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.BytesLoggerFactory(cast("Any", _Lossy(out))),
        cache_logger_on_first_use=True,
    )
    foreign = get_logger("foreign")

    def emit(name: str, event: str, values: Mapping[str, Any]) -> None:
        getattr(foreign, name if name in LEVELS else "error")(event, **values)

    unclamp = clamp_foreign_loggers(emit)
    logging.captureWarnings(capture=True)
    unhook = _hook()

    def undo() -> None:
        unhook()
        logging.captureWarnings(capture=False)
        unclamp()
        structlog.reset_defaults()

    return undo


def get_logger(name: str) -> FilteringBoundLogger:
    """Return the log of a part of the engine, such as ``turn``."""
    return cast("FilteringBoundLogger", structlog.get_logger(part=name))


def _hook() -> Callable[[], None]:
    """Keep the interpreter from printing an exception's words when nobody caught it."""
    log = get_logger("uncaught")
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)

    def main(kind: type[BaseException], error: BaseException, _traceback: Any) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            log.error("the program ended with an error", exc_info=error)

    def thread(args: threading.ExceptHookArgs) -> None:
        log.error("a thread ended with an error", exc_info=args.exc_value)

    def unraisable(args: Any) -> None:
        log.error("an error could not be raised", exc_info=args.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = main, thread, unraisable

    def undo() -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before

    return undo


def loop_exception_handler(_loop: Any, context: Mapping[str, Any]) -> None:
    """Log what asyncio could not hand to anybody; for ``loop.set_exception_handler``.

    asyncio's own handler prints the task, and with it the exception's words.
    """
    task = context.get("task") or context.get("future")
    name = getattr(getattr(task, "get_coro", lambda: None)(), "__qualname__", None)
    get_logger("loop").error(
        "an error reached the event loop", task=name, exc_info=context.get("exception")
    )
