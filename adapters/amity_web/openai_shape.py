"""The OpenAI dialect's values: what a request may say, and the shapes of its answers.

What the client sends beside the last user message cannot reach the persona: the conversation, the
persona's prompt and its sampling are this service's own. So a parameter is either without effect
on what a client may expect, and then it is taken and named in the answer, or it is refused by name.
"""

from dataclasses import dataclass
from typing import Any, Final

from amity.message import Buttons, Image, MediaRef, Outbound, Part, Text, text_of
from amity.sealed import SealedText
from amity_web.responses import ApiError

__all__ = [
    "Question",
    "bad_request",
    "chunk",
    "completion",
    "error_shape",
    "question_of",
    "text_for_client",
    "usage_of",
]

# Taken without a word: they say nothing about the reply.
_SILENT: Final = frozenset(
    {"metadata", "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "store", "user"}
)
# Taken, and named in the answer: hints about style, where the persona has its own.
_HINTS: Final = frozenset({"frequency_penalty", "presence_penalty", "temperature", "top_p"})
# Taken where the value asks for nothing that we do not do anyway; refused otherwise.
_DEFAULTS: Final[dict[str, tuple[Any, ...]]] = {
    "n": (1,),
    "logprobs": (False,),
    "logit_bias": ({},),
    "tools": ([],),
    "functions": ([],),
    "tool_choice": ("none", "auto"),
    "function_call": ("none", "auto"),
    "parallel_tool_calls": (True, False),
    "response_format": ({"type": "text"},),
    "modalities": (["text"],),
    "service_tier": ("auto", "default"),
    "stop": ([], ""),
}
_PICTURES: Final = 10  # of more it need not be said that they were not seen
_OWN: Final = frozenset({"messages", "model", "stream", "stream_options"})


def bad_request(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """Return the error for a request that cannot be taken as it is."""
    return ApiError(400, code or "invalid_value", message, extra={"param": param})


def error_shape(error: ApiError) -> dict[str, Any]:
    """Return an error as OpenAI's clients expect it."""
    if error.status >= 500:
        kind = "server_error"
    elif error.status == 429:
        kind = "rate_limit_error"
    elif error.status == 401:
        kind = "authentication_error"
    else:
        kind = "invalid_request_error"
    return {
        "error": {
            "message": error.message,
            "type": kind,
            "param": error.extra.get("param"),
            "code": error.code,
        }
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a request asks.

    Attributes:
        model: The persona's id.
        parts: The last user message.
        stream: Whether the answer is to be streamed.
        usage: Whether a stream ends with an estimate of its usage.
        ignored: Hints that were given and have no effect.
    """

    model: str
    parts: tuple[Part, ...]
    stream: bool
    usage: bool
    ignored: tuple[str, ...]


def question_of(body: dict[str, Any], longest: int) -> Question:
    """Read a request.

    Args:
        body: The request's JSON.
        longest: How many bytes the text of the last message may have.

    Raises:
        ApiError: it is malformed, or asks for what we do not do; all such names are in it.
    """
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise bad_request("Give the persona's id as the model.", "model")
    _refuse_unsupported(body)
    stream = body.get("stream") or False
    if not isinstance(stream, bool):
        raise bad_request('"stream" must be true or false.', "stream")
    options = body.get("stream_options") or {}
    if not isinstance(options, dict) or (options and not stream):
        raise bad_request('"stream_options" goes with "stream": true.', "stream_options")
    return Question(
        model=model,
        parts=_last_user_message(body.get("messages"), longest),
        stream=stream,
        usage=options.get("include_usage") is True,
        ignored=tuple(sorted(name for name in _HINTS if body.get(name) is not None)),
    )


def _refuse_unsupported(body: dict[str, Any]) -> None:
    unsupported: list[str] = []
    for name, value in body.items():
        if name in _OWN or name in _SILENT or name in _HINTS or value is None:
            continue
        # 1 == True in Python, and {"n": true} is not {"n": 1}.
        if any(value == good and type(value) is type(good) for good in _DEFAULTS.get(name, ())):
            continue
        unsupported.append(name[:40])
    if unsupported:
        names = ", ".join(sorted(unsupported)[:20])
        raise bad_request(
            f"Not supported here: {names}. The persona's own settings apply; leave these out.",
            min(unsupported),
            "unsupported_parameter",
        )


def _last_user_message(messages: Any, longest: int) -> tuple[Part, ...]:
    if not isinstance(messages, list):
        raise bad_request('"messages" must be a list.', "messages")
    for index in range(len(messages) - 1, -1, -1):
        message = messages[index]
        if isinstance(message, dict) and message.get("role") == "user":
            where = f"messages.[{index}].content"
            parts = _parts(message.get("content"), where)
            if not parts:
                raise bad_request("The last user message is empty.", where)
            if len(text_of(parts).reveal().encode(errors="surrogatepass")) > longest:
                raise ApiError(
                    413,
                    "too_long",
                    "The message is longer than this service takes.",
                    extra={"param": where},
                )
            return parts
    raise bad_request("There is no user message.", "messages")


def _parts(content: Any, where: str) -> tuple[Part, ...]:
    texts: list[str] = []
    pictures = 0
    for item in content if isinstance(content, list) else [{"type": "text", "text": content}]:
        kind = item.get("type") if isinstance(item, dict) else None
        if kind == "text" and isinstance(item.get("text"), str):
            texts.append(item["text"])
        elif kind == "image_url":
            pictures += 1
        else:
            raise bad_request("Content may be text, or parts of type text and image_url.", where)
    text = "\n\n".join(part for part in texts if part.strip())
    if not pictures:
        return (Text(SealedText(text)),) if text else ()
    # The picture itself stays with us, unread: the core says that it was not seen.
    unseen = MediaRef(key="", media_type="image/*")
    caption = SealedText(text) if text else None
    more = min(pictures, _PICTURES) - 1
    return (Image(media=unseen, caption=caption), *[Image(media=unseen)] * more)


def text_for_client(outbound: Outbound, media_base: str) -> str:
    """Return a message as text: buttons as the commands they stand for, files as links."""
    said: list[str] = []
    words = text_of(outbound.parts)
    if words:
        said.append(words.reveal())
    for part in outbound.parts:
        if isinstance(part, Buttons):
            said.append(
                "\n".join(
                    f"- /{button.command}{' ' + button.argument if button.argument else ''}"
                    f" \u2013 {button.label}"
                    for row in part.rows
                    for button in row
                )
            )
        elif not isinstance(part, Text) and isinstance(
            media := getattr(part, "media", None), MediaRef
        ):
            said.append(f"[{media.name or 'file'}]({media_base}{media.key})")
    return "\n\n".join(said)


def usage_of(asked: int, answered: int) -> dict[str, int]:
    """Estimate tokens from characters: four to one. ``amity.usage_is_estimated`` says so."""
    prompt, reply = -(-asked // 4), -(-answered // 4)
    return {"prompt_tokens": prompt, "completion_tokens": reply, "total_tokens": prompt + reply}


def _extension(question: Question, *, kind: str, cut: bool) -> dict[str, Any]:
    return {"kind": kind, "cut": cut, "ignored": question.ignored, "usage_is_estimated": True}


def completion(
    question: Question, *, name: str, created: int, text: str, kind: str, cut: bool
) -> dict[str, Any]:
    """Return a whole answer."""
    return {
        "id": name,
        "object": "chat.completion",
        "created": created,
        "model": question.model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "refusal": None},
                "logprobs": None,
                "finish_reason": "length" if cut else "stop",
            }
        ],
        "usage": usage_of(len(text_of(question.parts)), len(text)),
        "amity": _extension(question, kind=kind, cut=cut),
    }


def chunk(
    question: Question,
    *,
    name: str,
    created: int,
    delta: dict[str, Any] | None,
    finish: str | None = None,
    usage: int | None = None,
    kind: str = "",
) -> dict[str, Any]:
    """Return one piece of a streamed answer.

    Args:
        question: What was asked.
        name: The completion's id, the same in every piece.
        created: The completion's time in seconds.
        delta: What this piece adds; ``None`` for the piece that only tells the usage.
        finish: Why the answer ended, in its last piece.
        usage: Characters of the whole answer, in the piece that tells the usage.
        kind: ``reply`` or ``notice``, in the last piece.
    """
    data: dict[str, Any] = {
        "id": name,
        "object": "chat.completion.chunk",
        "created": created,
        "model": question.model,
        "choices": [],
    }
    if delta is not None:
        data["choices"] = [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
    if usage is not None:
        data["usage"] = usage_of(len(text_of(question.parts)), usage)
    elif question.usage:
        data["usage"] = None
    if kind:
        data["amity"] = _extension(question, kind=kind, cut=finish == "length")
    return data
