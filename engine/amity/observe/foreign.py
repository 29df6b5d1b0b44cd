"""Loggers of libraries: silent but for an allow-list, at every level (decision 24).

Libraries print prompts, URLs with tokens and whole payloads, each with handlers of its own. So the
clamp sits where every record is born, in the record factory: a foreign record loses its arguments,
its exception and, unless its message is a literal of the library's own code, its message, before
any handler sees it. Records of loggers not on the list lose everything.
"""

import logging
import sys
import threading
from collections.abc import Callable, Mapping
from types import FrameType, TracebackType
from typing import Any, Final

from amity.observe.exceptions import name_of

__all__ = ["ALLOWED", "clamp_foreign_loggers"]

ALLOWED: Final = ("asyncio", "aiohttp.server", "aiohttp.web", "pymongo")
"""Loggers whose warnings and errors help an operator."""

_SILENT: Final = "(not shown)"

Emit = Callable[[str, str, Mapping[str, Any]], None]
"""Takes a level's name, an event and its values."""


class _Handler(logging.Handler):
    """Hands allowed records to our own log; says nothing of the rest."""

    def __init__(self, emit: Emit, allowed: tuple[str, ...]) -> None:
        super().__init__(logging.WARNING)
        self._emit = emit
        self._allowed = allowed
        self._inside = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        if not _is_allowed(record.name, self._allowed) or getattr(self._inside, "busy", False):
            return
        self._inside.busy = True
        try:
            values = {"logger": record.name, "line": f"{record.module}:{record.lineno}"}
            if error := record.__dict__.get("amity_error"):
                values["error"] = error
            self._emit(record.levelname.lower(), str(record.msg), values)
        finally:
            self._inside.busy = False


def clamp_foreign_loggers(emit: Emit, allowed: tuple[str, ...] = ALLOWED) -> Callable[[], None]:
    """Silence every logger of the standard library's kind; return what undoes it.

    Loggers that are made later, and handlers that libraries attach to their own loggers, are
    covered too.
    """
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.getLogRecordFactory())
    handler = _Handler(emit, allowed)
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    inner = before[2]

    def make(  # noqa: PLR0917 - the signature is the standard library's
        name: str,
        level: int,
        pathname: str,
        lineno: int,
        msg: object,
        args: Any,  # noqa: ARG001
        exc_info: Any,
        func: str | None = None,
        sinfo: str | None = None,  # noqa: ARG001
        **extra: Any,
    ) -> logging.LogRecord:
        shown = _SILENT
        if level >= logging.WARNING and _is_allowed(name, allowed):
            shown = _literal(msg, pathname, lineno)
        record = inner(name, level, pathname, lineno, shown, (), None, func, None, **extra)
        if (error := _error_of(exc_info)) is not None:
            record.__dict__["amity_error"] = name_of(error)
        return record

    logging.setLogRecordFactory(make)

    def undo() -> None:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        logging.setLogRecordFactory(before[2])

    return undo


def _is_allowed(name: str, allowed: tuple[str, ...]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in allowed)


def _error_of(
    exc_info: tuple[Any, BaseException | None, TracebackType | None] | BaseException | bool | None,
) -> BaseException | None:
    if isinstance(exc_info, tuple):
        return exc_info[1]
    return exc_info if isinstance(exc_info, BaseException) else None


def _literal(msg: object, pathname: str, lineno: int) -> str:
    """Return a message only if it is a constant in the code of the line that logs it.

    An f-string is put together at run time and may hold anything; a template's values are in its
    arguments, which are dropped.
    """
    if not isinstance(msg, str):
        return _SILENT
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - as logging itself does
    while frame is not None:
        if frame.f_lineno == lineno and frame.f_code.co_filename == pathname:
            return msg if msg in frame.f_code.co_consts else _SILENT
        frame = frame.f_back
    return _SILENT
