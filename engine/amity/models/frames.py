"""Reads a stream of OpenAI's dialect from its bytes.

LiteLLM spends four fifths of a streamed answer's CPU on turning each frame into several objects,
leaves out frames that are not JSON without a word, and ends a stream that broke off as if it had
been finished. Where the bytes are OpenAI's dialect they are therefore read here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from amity.models.tokens import estimate_tokens

__all__ = ["Frame", "FrameReader", "Garbled", "ProviderFault", "thought_in"]

_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_DONE: Final = b"[DONE]"
_LONGEST_LINE: Final = 4 * 1024 * 1024


class Garbled(Exception):
    """Raised when what comes is not the protocol."""


class ProviderFault(Exception):
    """Raised when a frame carries an error of the provider instead of words.

    Attributes:
        status: The HTTP status that it stands for, where it says one.
        code: The provider's code, such as ``insufficient_quota``.
    """

    def __init__(self, status: int | None, code: str) -> None:
        super().__init__("an error within the stream")
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What one event of the stream says.

    Attributes:
        text: More words, maybe none; with half a character where the provider cut one in two.
        finish: Why the answer ended, in its last frame of words.
        usage: The token counts, in the frame that carries them.
        thought: About how many tokens of reasoning came beside the words: they are paid for.
    """

    text: str = ""
    thought: int = 0
    finish: str | None = None
    usage: Mapping[str, Any] | None = None


class FrameReader:
    """Takes the bytes of one answer as they come, gives back its frames."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Take more bytes and give the frames that are complete.

        Raises:
            Garbled: A frame is not JSON, or not the dialect.
            ProviderFault: A frame holds an error.
        """
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > _LONGEST_LINE:
            raise Garbled("a line without an end")
        for line in lines:
            # Comments, event names and the empty lines between events are not asked for.
            if line.startswith(b"data:"):
                yield _read(line[5:].strip())

    def finish(self) -> Iterator[Frame]:
        """Give what an end without a line break leaves behind.

        Raises:
            Garbled: What is left is not JSON, or not the dialect.
            ProviderFault: It holds an error.
        """
        line, self._rest = self._rest, b""
        if line.startswith(b"data:"):
            yield _read(line[5:].strip())


def _read(payload: bytes) -> Frame:
    if payload == _DONE or not payload:
        return Frame()
    event = _decoded(payload)
    if not isinstance(event, dict):
        raise Garbled("a frame is not an object")
    if event.get("error"):
        raise _fault(event["error"])
    choices = event.get("choices")
    usage = event.get("usage")
    counts = usage if isinstance(usage, dict) else None
    if not choices:
        return Frame(usage=counts)
    try:
        choice = choices[0]
        delta = choice.get("delta") or {}
        content = delta.get("content")
        thought = delta.get("reasoning_content") or delta.get("reasoning")
        finish = choice.get("finish_reason")
    except (AttributeError, KeyError, TypeError):
        raise Garbled("a frame has no choice") from None
    return Frame(
        text=_text(content), thought=thought_in(thought), finish=finish or None, usage=counts
    )


def thought_in(reasoning: Any) -> int:
    """Return about how many tokens of reasoning a provider sent beside the words."""
    return estimate_tokens(reasoning) if isinstance(reasoning, str) else 0


def _decoded(payload: bytes) -> Any:
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        if not _HALF.search(payload):
            raise Garbled("a frame is not JSON") from None
    # A character that was cut between two frames: orjson takes no half of one.
    try:
        return json.loads(payload.decode())
    except (ValueError, RecursionError):
        raise Garbled("a frame is not JSON") from None


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):  # Mistral's blocks: text, and thinking
        blocks = (block for block in content if isinstance(block, dict))
        return "".join(str(b.get("text", "")) for b in blocks if b.get("type") == "text")
    return ""


def _fault(error: Any) -> ProviderFault:
    if not isinstance(error, dict):
        return ProviderFault(None, "")
    code = error.get("code")
    status = code if isinstance(code, int) and 400 <= code < 600 else None
    name = code if isinstance(code, str) else error.get("type")
    return ProviderFault(status, name if isinstance(name, str) else "")
