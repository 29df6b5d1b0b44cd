"""What a log may tell of an exception: its type and our own lines, never its words or variables.

The words of a foreign exception can quote a person (a JSON decoder quotes what it read, a model's
client quotes the prompt). Those of an ``AmityError`` are ours and hold no text of people.
"""

from types import TracebackType
from typing import Any, Final

from amity.errors import AmityError

__all__ = ["describe", "frames", "name_of"]

_MOST_FRAMES: Final = 12
_MOST_CAUSES: Final = 5


def name_of(error: BaseException) -> str:
    """Return the full name of an exception's type."""
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def frames(traceback: TracebackType | None) -> list[str]:
    """Return our own frames, outermost first, as ``amity.turn.inbox:accept:42``."""
    found: list[str] = []
    while traceback is not None:
        frame = traceback.tb_frame
        module = str(frame.f_globals.get("__name__", "?"))
        if module.partition(".")[0].partition("_")[0] == "amity":
            found.append(f"{module}:{frame.f_code.co_name}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return found[-_MOST_FRAMES:]


def describe(error: BaseException) -> dict[str, Any]:
    """Return what may be said of an exception and of what caused it."""
    said = _one(error)
    causes: list[dict[str, Any]] = []
    seen = {id(error)}
    below = _cause(error)
    while below is not None and id(below) not in seen and len(causes) < _MOST_CAUSES:
        seen.add(id(below))
        causes.append(_one(below))
        below = _cause(below)
    if causes:
        said["caused_by"] = causes
    if isinstance(error, BaseExceptionGroup):
        said["of"] = [describe(part) for part in error.exceptions[:_MOST_CAUSES]]
    return said


def _cause(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _one(error: BaseException) -> dict[str, Any]:
    said: dict[str, Any] = {"type": name_of(error), "frames": frames(error.__traceback__)}
    if isinstance(error, AmityError):
        said["message"] = str(error)
    return said
