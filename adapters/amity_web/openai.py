"""The OpenAI dialect: any client of it is a channel, through the same gates.

The bearer key stands for one person; the model's name is a persona's. The client's history is not
read: the last user message is the message, and the conversation is ours.
"""

import asyncio
import re
import secrets
import time
from collections import OrderedDict
from hashlib import sha256
from typing import Any, Final
from weakref import WeakValueDictionary

import orjson
from aiohttp import web

from amity.adapter import Accepted, JournalEntry, key_sender
from amity.message import Address, Inbound, Sender, text_of
from amity_web.context import Context
from amity_web.messages import refused, tell
from amity_web.openai_answer import Answer
from amity_web.openai_shape import (
    Question,
    bad_request,
    chunk,
    completion,
    error_shape,
    question_of,
)
from amity_web.responses import STREAM_HEADERS, ApiError, json_body, json_response
from amity_web.session import bearer_of, locale_of, origin_of

__all__ = ["Dialect"]

_THREAD: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_UNFINISHED: Final = frozenset({"waiting", "in_turn"})
_KEEP_ALIVE: Final = 10.0
_PENDING: Final = 10_000
_LONG_ONES: Final = 4
_OWN_LONG_ONES: Final = 2
_READING: Final = 60.0  # seconds for a long request to find room and to arrive

_Same = tuple[str, str, str | None, str]


class Dialect:
    """Handlers of the OpenAI dialect."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._host = context.host
        self._since = context.host.clock.now() // 1000
        # Which message a request that had no answer yet had become: its repetition is the same.
        self._pending: OrderedDict[_Same, str] = OrderedDict()
        self._room = asyncio.Semaphore(_LONG_ONES)
        self._own_room: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    # -------------------------------------------------------------------- models

    async def models(self, request: web.Request) -> web.StreamResponse:
        """List the personas."""
        await self._caller(request)
        models = [self._model(card.id) for card in self._host.personas()]
        return json_response({"object": "list", "data": models})

    async def model(self, request: web.Request) -> web.StreamResponse:
        """Return one persona."""
        await self._caller(request)
        name = request.match_info["model"]
        self._check_model(name)
        return json_response(self._model(name))

    def _model(self, name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": self._since, "owned_by": "amity"}

    def _check_model(self, name: str) -> None:
        if name not in {card.id for card in self._host.personas()}:
            raise ApiError(
                404,
                "model_not_found",
                "There is no persona of this name. GET /v1/models lists them.",
                extra={"param": "model"},
            )

    # -------------------------------------------------------------------- completions

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """Take a message and answer with what the person is answered."""
        sender, chat = await self._caller(request)
        question = await self._question(request, chat)
        self._check_model(question.model)
        thread = request.headers.get("X-Conversation-Id")
        if thread is not None and not _THREAD.fullmatch(thread):
            raise bad_request("X-Conversation-Id must be 1 to 64 of A-Z a-z 0-9 . _ : -")
        address = Address(channel=self._context.channel, chat="", thread=thread)
        same = _same(sender, question, thread)
        message = await self._message_id(request, sender, question, same)
        waiter = self._context.hub.expect(chat, thread, message)
        try:
            answer = Answer(
                self._context,
                sender,
                address,
                message,
                waiter=waiter,
                media_base=f"{origin_of(request)}{self._context.base}api/v1/media/",
            )
            try:
                await self._hand_in(question, sender, address, message, answer)
            except BaseException:
                self._pending.pop(same, None)
                raise
            self._remember(same, message)
            if question.stream:
                response = await self._stream(request, question, sender, message, answer)
            else:
                response = await self._whole(question, sender, message, answer)
            if request.transport is not None and not request.transport.is_closing():
                self._pending.pop(same, None)
            return response
        finally:
            self._context.hub.forget(chat, thread, message, waiter)

    async def _question(self, request: web.Request, chat: str) -> Question:
        """Read a request. Long ones hold memory while they are read, so only a few are at once.

        Of one person fewer than of all: whoever sends slowly keeps no room from the others.

        Raises:
            ApiError: it is malformed or too long, or so many are read that there is no room.
        """
        config = self._context.config
        if request.content_length is not None and request.content_length <= config.max_body:
            return question_of(await json_body(request, config.max_body), config.max_body)
        try:
            own = self._own_room.setdefault(chat, asyncio.Semaphore(_OWN_LONG_ONES))
            async with asyncio.timeout(_READING), own, self._room:
                body = await json_body(request, max(config.openai_max_body, config.max_body))
                return question_of(body, config.max_body)
        except TimeoutError:
            raise _no_room() from None

    async def _hand_in(
        self, question: Question, sender: Sender, address: Address, message: str, answer: Answer
    ) -> None:
        inbound = Inbound(
            address=address,
            sender=sender,
            id=message,
            time=self._host.clock.now(),
            parts=question.parts,
            persona=question.model,
            standalone=True,
        )
        (acceptance,) = await self._host.accept([inbound])
        if acceptance.status is Accepted.REFUSED:
            raise await refused(self._context, acceptance, inbound)
        if acceptance.status is Accepted.IGNORED:
            raise bad_request("The service does not act on this message.", "messages")
        if acceptance.status is Accepted.DUPLICATE:
            await answer.look_up()
        tell(self._context, acceptance, inbound)

    async def _whole(
        self, question: Question, sender: Sender, message: str, answer: Answer
    ) -> web.Response:
        until = time.monotonic() + self._context.config.answer_timeout
        while not answer.done:
            if not await answer.wait(until - time.monotonic()) or self._context.hub.closed:
                raise _too_slow()
        if answer.gone:
            raise await self._not_answered(sender)
        return json_response(
            completion(
                question,
                name=f"chatcmpl-{message}",
                created=self._host.clock.now() // 1000,
                text=answer.text,
                kind=answer.kind,
                cut=answer.cut,
            )
        )

    async def _stream(
        self,
        request: web.Request,
        question: Question,
        sender: Sender,
        message: str,
        answer: Answer,
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers=STREAM_HEADERS)
        await response.prepare(request)
        name, created = f"chatcmpl-{message}", self._host.clock.now() // 1000

        async def say(delta: dict[str, Any] | None, **rest: Any) -> None:
            await response.write(
                _data(chunk(question, name=name, created=created, delta=delta, **rest))
            )

        try:
            await say({"role": "assistant", "content": "", "refusal": None})
            until = time.monotonic() + self._context.config.answer_timeout
            while True:
                if more := answer.growth():
                    await say({"content": more})
                if answer.done:
                    break
                left = until - time.monotonic()
                if left <= 0 or self._context.hub.closed:
                    raise _too_slow()
                if not await answer.wait(min(_KEEP_ALIVE, left)):
                    await response.write(b": still writing\n\n")
            if answer.gone:
                raise await self._not_answered(sender)
            await say({}, finish="length" if answer.cut else "stop", kind=answer.kind)
            if question.usage:
                await say(None, usage=len(answer.text))
            await response.write(b"data: [DONE]\n\n")
        except ApiError as error:
            await response.write(_data(error_shape(error)))
            response.force_close()
        except ConnectionResetError:
            pass  # the client is gone; the message is with us and will be answered all the same
        return response

    async def _not_answered(self, sender: Sender) -> ApiError:
        words = "This message was cleared, withdrawn, stopped or deleted before it was answered."
        if (await self._host.profile(sender)).state == "stranger":
            words = "Everything about you was deleted here, this message and this key as well."
        return ApiError(410, "not_answered", words)

    # -------------------------------------------------------------------- who, and which message

    async def _caller(self, request: web.Request) -> tuple[Sender, str]:
        key = bearer_of(request)
        if key is not None:
            sender = Sender(id=key_sender(key).id, locale=locale_of(request))
            profile = await self._host.profile(sender)
            if profile.state != "stranger":
                return sender, profile.chat
        raise ApiError(
            401,
            "invalid_api_key",
            "This key is not known here. Make one on the chat page, under Settings.",
        )

    async def _message_id(
        self, request: web.Request, sender: Sender, question: Question, same: _Same
    ) -> str:
        """Return the id under which the core will know this message, or knows it already."""
        named = request.headers.get("Idempotency-Key")
        if named is not None:
            if not 1 <= len(named) <= 255:
                raise bad_request("Idempotency-Key must have 1 to 255 characters.")
            # The same key with another question is another message, never the first one's answer.
            whole = "\0".join((named, question.model, same[2] or "", same[3]))
            # What is no UTF-8 in a header comes as lone surrogates: its bytes are as good a name.
            return "k-" + sha256(whole.encode(errors="surrogateescape")).hexdigest()[:40]
        if (pending := self._pending.get(same)) is not None:
            return pending
        for entry in reversed(await self._host.journal(sender, persona=question.model, limit=20)):
            if _unfinished(entry, question, same[2]):
                return entry.message_id
        # Looked at again: another request may have come first while the journal was read.
        message = self._pending.get(same) or "o-" + secrets.token_hex(16)
        self._remember(same, message)
        return message

    def _remember(self, same: _Same, message: str) -> None:
        self._pending[same] = message
        while len(self._pending) > _PENDING:
            self._pending.popitem(last=False)


def _same(sender: Sender, question: Question, thread: str | None) -> _Same:
    text = text_of(question.parts).reveal().encode()
    return (sender.id, question.model, thread, sha256(text).hexdigest())


def _unfinished(entry: JournalEntry, question: Question, thread: str | None) -> bool:
    return (
        entry.inbound is not None
        and entry.state in _UNFINISHED
        and entry.thread == thread
        and text_of(entry.inbound) == text_of(question.parts)
    )


def _data(value: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(value) + b"\n\n"


def _no_room() -> ApiError:
    return ApiError(
        503,
        "busy",
        "This long request did not arrive in time, or too many others are being read. The same"
        " request may work soon; a shorter history is taken at once.",
        headers={"Retry-After": "5"},
    )


def _too_slow() -> ApiError:
    return ApiError(
        504,
        "timeout",
        "The reply is not ready yet. The message is kept: the same request again waits for it.",
    )
