"""A model server to test against: it speaks the OpenAI dialect, below the real LiteLLM.

``FakeModel`` answers as scripted, keeps what it was asked, and can fail in every way that a real
provider fails: status codes with ``Retry-After``, silence, garbage, an empty stream, a stream cut
in the middle, slow chunks. Error bodies quote the prompt, as real ones do, so that a test notices
when a provider's words come through.

``python -m amity.testing.fake_model`` runs it as a program of its own, for benchmarks: it prints
its base address on the first line and answers until it is ended.
"""

import argparse
import asyncio
import contextlib
import sys
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

import orjson
from aiohttp import web

__all__ = ["Answer", "Asked", "FakeModel"]

_CREATED = 1_700_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server does with one request.

    Attributes:
        chunks: The words, as they come.
        reasoning: Sent before the words as ``reasoning_content``.
        finish: The finish reason; ``None`` sends none, and the stream just ends.
        usage: Tokens of prompt and answer; ``None`` sends no usage, also when it was asked for.
        done: Whether a stream ends with ``data: [DONE]``.
        status: An HTTP status; from 400 on an error body is sent.
        headers: More response headers, such as ``Retry-After``.
        code: The error body's ``code``.
        before: Seconds of silence before the response starts.
        between: Seconds before each chunk.
        hang_after: After so many chunks nothing comes any more, and the connection stays open.
        cut_after: After so many chunks the connection is dropped.
        raw: This body is sent, whatever was asked.
    """

    chunks: tuple[str, ...] = ("Hello", " there", ", friend", ".")
    reasoning: tuple[str, ...] = ()
    finish: str | None = "stop"
    usage: tuple[int, int] | None = (12, 5)
    done: bool = True
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    before: float = 0.0
    between: float = 0.0
    hang_after: int | None = None
    cut_after: int | None = None
    raw: bytes | None = None

    @classmethod
    def failing(
        cls, status: int, *, code: str | None = None, retry_after: float | None = None
    ) -> Self:
        """Return an answer that is an HTTP error."""
        headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
        return cls(status=status, code=code, headers=headers)

    @classmethod
    def hanging(cls) -> Self:
        """Return an answer whose headers come and nothing after them."""
        return cls(hang_after=0)

    @classmethod
    def empty(cls) -> Self:
        """Return an answer that ends well without a word."""
        return cls(chunks=())

    @classmethod
    def garbage(cls) -> Self:
        """Return an answer that is not the protocol at all."""
        return cls(raw=b'data: {"id": "x", "choi\n\ndata: \xff\xfe<<<\n\n<html>502</html>\n\n')


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came in.

    Attributes:
        path: The path below the server's address.
        headers: Header names in lower case.
        body: The JSON body; for an upload its form fields, with the file as bytes.
        raw: The body's bytes, to look for text in.
        peer: The connection it came on.
    """

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    raw: bytes
    peer: str = ""


class FakeModel:
    """A model server on the loopback address; an asynchronous context manager.

    Answers are taken in this order: the queue of the model asked for (``script``), the standing
    answer of that model (``always``), the default ``Answer()``. It speaks OpenAI's dialect only;
    requests of another are kept and answered 404.

    Attributes:
        asked: Every request, oldest first.
        streaming: How many answers are being sent at this moment.
        left: How many answers the client broke off.
    """

    def __init__(self, *, port: int = 0, keep: bool = True) -> None:
        self.asked: list[Asked] = []
        self.streaming = 0
        self.left = 0
        self._keep = keep
        self._port = port
        self._scripts: dict[str, deque[Answer]] = {}
        self._standing: dict[str, Answer] = {}
        self._ending = asyncio.Event()
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/embeddings", self._embeddings)
        app.router.add_post("/v1/moderations", self._moderations)
        app.router.add_post("/v1/audio/transcriptions", self._transcriptions)
        app.router.add_post("/v1/audio/speech", self._speech)
        app.router.add_route("*", "/{other:.*}", self._other)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def url(self) -> str:
        """The base address to give as ``api_base``."""
        return f"http://127.0.0.1:{self._port}/v1"

    def script(self, *answers: Answer, model: str = "*") -> None:
        """Queue answers for a model as the request names it; ``*`` is for any model."""
        self._scripts.setdefault(model, deque()).extend(answers)

    def always(self, answer: Answer, model: str = "*") -> None:
        """Set what is answered when nothing is queued."""
        self._standing[model] = answer

    def _next(self, model: str) -> Answer:
        for name in (model, "*"):
            if self._scripts.get(name):
                return self._scripts[name].popleft()
        return self._standing.get(model) or self._standing.get("*") or Answer()

    def _keep_request(self, request: web.Request, body: Mapping[str, Any], raw: bytes) -> None:
        if self._keep:
            headers = {name.lower(): value for name, value in request.headers.items()}
            peer = "" if request.transport is None else request.transport.get_extra_info("peername")
            self.asked.append(
                Asked(path=request.path, headers=headers, body=body, raw=raw, peer=str(peer))
            )

    async def _read(self, request: web.Request) -> tuple[Mapping[str, Any], Answer]:
        raw = await request.read()
        body: Mapping[str, Any] = orjson.loads(raw)
        self._keep_request(request, body, raw)
        return body, self._next(str(body.get("model", "")))

    async def _silence(self, seconds: float | None = None) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ending.wait(), seconds)

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body, answer = await self._read(request)
        self.streaming += 1
        try:
            if answer.before:
                await self._silence(answer.before)
            if answer.raw is not None:
                return web.Response(body=answer.raw, content_type="text/event-stream")
            if answer.status >= 400:
                return _error(answer, body)
            if body.get("stream"):
                return await self._stream(request, body, answer)
            return await self._plain(request, body, answer)
        except (asyncio.CancelledError, ConnectionError):
            self.left += 1
            raise
        finally:
            self.streaming -= 1

    async def _plain(
        self, request: web.Request, body: Mapping[str, Any], answer: Answer
    ) -> web.StreamResponse:
        if answer.hang_after is not None:
            await self._silence()
        if answer.cut_after is not None and request.transport is not None:
            request.transport.abort()
        message: dict[str, Any] = {"role": "assistant", "content": "".join(answer.chunks)}
        if answer.reasoning:
            message["reasoning_content"] = "".join(answer.reasoning)
        whole = {
            "id": "chatcmpl-fake",
            "object": "chat.completion",
            "created": _CREATED,
            "model": body.get("model"),
            "choices": [{"index": 0, "message": message, "finish_reason": answer.finish}],
        }
        if answer.usage is not None:
            whole["usage"] = _usage(answer.usage)
        return web.json_response(body=orjson.dumps(whole), headers=dict(answer.headers))

    async def _stream(
        self, request: web.Request, body: Mapping[str, Any], answer: Answer
    ) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", **answer.headers}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        wants_usage = bool((body.get("stream_options") or {}).get("include_usage"))
        frames = self._frames(str(body.get("model", "")), answer, wants_usage=wants_usage)
        async for number, frame in _numbered(frames):
            if answer.cut_after == number and request.transport is not None:
                # What was written must reach the client before the connection falls.
                await asyncio.sleep(0.02)
                request.transport.abort()
                return response
            if answer.hang_after == number:
                await self._silence()
                return response
            if answer.between:
                await self._silence(answer.between)
            await response.write(frame)
        await response.write_eof()
        return response

    async def _frames(
        self, model: str, answer: Answer, *, wants_usage: bool
    ) -> AsyncIterator[bytes]:
        """Give the frames of a stream."""
        for frame in _build(model, answer.reasoning, answer.chunks, answer.finish):
            yield frame
        if wants_usage and answer.usage is not None:
            yield _frame(model, [], usage=_usage(answer.usage))
        if answer.done:
            yield b"data: [DONE]\n\n"

    async def _embeddings(self, request: web.Request) -> web.Response:
        body, answer = await self._read(request)
        if answer.status >= 400:
            return _error(answer, body)
        given = body.get("input", [])
        texts: Sequence[Any] = given if isinstance(given, list) else [given]
        rows = [
            {"object": "embedding", "index": index, "embedding": [float(len(str(text))), 1.0, 0.5]}
            for index, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": 3, "total_tokens": 3}
        whole = {"object": "list", "data": rows, "model": body.get("model"), "usage": usage}
        return web.json_response(body=orjson.dumps(whole))

    async def _moderations(self, request: web.Request) -> web.Response:
        body, answer = await self._read(request)
        if answer.status >= 400:
            return _error(answer, body)
        bad = "violence" in str(body.get("input", ""))
        result = {
            "flagged": bad,
            "categories": {"violence": bad, "harassment": False},
            "category_scores": {"violence": 0.9 if bad else 0.01, "harassment": 0.02},
        }
        whole = {"id": "modr-fake", "model": body.get("model"), "results": [result]}
        return web.json_response(body=orjson.dumps(whole))

    async def _other(self, request: web.Request) -> web.Response:
        """Keep a request of another dialect, to be looked at; it is answered 404."""
        raw = await request.read()
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError:
            body = {}
        self._keep_request(request, body if isinstance(body, dict) else {}, raw)
        return _error(Answer.failing(404), {})

    async def _transcriptions(self, request: web.Request) -> web.Response:
        form = await request.post()
        body: dict[str, Any] = {}
        for name, value in form.items():
            if isinstance(value, web.FileField):
                body[name] = value.file.read()
                body[f"{name}.name"] = value.filename
                body[f"{name}.type"] = value.content_type
            else:
                body[name] = value
        self._keep_request(request, body, b"")
        answer = self._next(str(body.get("model", "")))
        if answer.status >= 400:
            return _error(answer, {})
        return web.json_response({"text": "".join(answer.chunks)})

    async def _speech(self, request: web.Request) -> web.Response:
        body, answer = await self._read(request)
        if answer.status >= 400:
            return _error(answer, body)
        return web.Response(body=b"ID3-fake-mp3", content_type="audio/mpeg")


async def _numbered(frames: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, bytes]]:
    number = 0
    async for frame in frames:
        yield number, frame
        number += 1


def _usage(tokens: tuple[int, int]) -> dict[str, int]:
    return {
        "prompt_tokens": tokens[0],
        "completion_tokens": tokens[1],
        "total_tokens": sum(tokens),
    }


def _frame(model: str, choices: list[dict[str, Any]], **more: Any) -> bytes:
    chunk = {
        "id": "chatcmpl-fake",
        "object": "chat.completion.chunk",
        "created": _CREATED,
        "model": model,
        "choices": choices,
        **more,
    }
    return b"data: " + orjson.dumps(chunk) + b"\n\n"


def _choice(delta: dict[str, Any], finish: str | None = None) -> list[dict[str, Any]]:
    return [{"index": 0, "delta": delta, "finish_reason": finish}]


@lru_cache(maxsize=64)
def _build(
    model: str, reasoning: tuple[str, ...], chunks: tuple[str, ...], finish: str | None
) -> tuple[bytes, ...]:
    frames = [
        _frame(model, _choice({"role": "assistant", "content": "", "reasoning_content": thought}))
        for thought in reasoning
    ]
    frames += [_frame(model, _choice({"content": words})) for words in chunks]
    if finish is not None:
        frames.append(_frame(model, _choice({}, finish)))
    return tuple(frames)


def _error(answer: Answer, body: Mapping[str, Any]) -> web.Response:
    asked = orjson.dumps(body.get("messages") or body.get("input") or "").decode()
    error = {
        "message": f"The provider quotes what it was asked: {asked}",
        "type": answer.code or "server_error",
        "param": None,
        "code": answer.code,
    }
    return web.json_response({"error": error}, status=answer.status, headers=dict(answer.headers))


async def _serve(answer: Answer, port: int) -> None:
    async with FakeModel(port=port, keep=False) as server:
        server.always(answer)
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until it is ended.

    Args:
        arguments: The command line; ``--port``, ``--chunks``, ``--text`` and the delays.
    """
    parser = argparse.ArgumentParser(prog="python -m amity.testing.fake_model")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--chunks", type=int, default=62, help="chunks of a stream")
    parser.add_argument("--text", default="word ", help="the words of one chunk")
    parser.add_argument("--before", type=float, default=0.0, help="seconds before the answer")
    parser.add_argument("--between", type=float, default=0.0, help="seconds before each chunk")
    given = parser.parse_args(arguments)
    answer = Answer(
        chunks=(given.text,) * given.chunks,
        usage=(100, given.chunks),
        before=given.before,
        between=given.between,
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(answer, given.port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
