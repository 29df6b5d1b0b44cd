"""A server that acts as the providers of models, with their faults.

`@copilotkit/aimock` (Node.js) is an independent program: it speaks the dialects of OpenAI,
Anthropic, Gemini, Ollama and others, so the real LiteLLM talks to it as to the provider. What it
says is scripted; one script serves every dialect.

How it is used here
    It is started once as `node …/dist/cli.js --port N --fixtures FILE` and steered over HTTP:
    `POST /__aimock/fixtures` adds rules, `POST /__aimock/reset` drops rules, counters and journal,
    `GET /__aimock/journal` returns what it was asked, `POST /__aimock/error` makes the very next
    request fail, `POST /__aimock/chaos` sets rates of failure for all of them.

Addresses (`api_base` in LiteLLM's words)
    OpenAI `{url}/v1` · Anthropic `{url}` · Gemini `{url}/v1beta` · Ollama `{url}`. Any key will do.

Rules
    The first rule that matches answers; put the particular ones first. A rule without conditions
    matches everything. Nothing matching is a 404. A rule can look at the last message of the
    person (a part of its text), the system prompt (a part, or a list of parts that must all be
    there), the model's name (whole), and at how often it matched (`sequence=0` for the first
    time only, so that a script of several replies is several rules).

Faults
    `error(500)`, `error(429, retry_after=2)` as a rule, `next_error(503)` once. A provider that
    thinks for long: `reply(…, first_token_ms=5000)`. One that is slow: `latency_ms` a chunk. A
    stream that is cut: `cut_after_chunks=3` (the connection is closed without an end; the opening
    chunk, which only names the role, counts as one) or `disconnect_after_ms`. Broken JSON, dropped
    connections: `chaos(malformedRate=1)`, `chaos(disconnectRate=1)`; `chaos(latencyMs=…)` delays
    every answer.

Also there
    Embeddings: without a rule, a vector made from the text, the same each time. Moderation
    (`/v1/moderations`) finds nothing, always.
"""

import http.client
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.ports import free_port
from tests.support.program import Program, clean_environment
from tests.support.require import NODE_PACKAGES

__all__ = ["Aimock", "Asked"]

_CLI: Final = NODE_PACKAGES / "@copilotkit" / "aimock" / "dist" / "cli.js"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One request that reached the server."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    """In OpenAI's form, whatever the dialect was; of headers, credentials are blacked out."""
    status: int
    cut: bool
    """Whether the answer was broken off on purpose."""

    @property
    def model(self) -> str:
        """The name of the model that was asked for."""
        return str(self.body.get("model", ""))

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation that was sent."""
        return list(self.body.get("messages", []))

    @property
    def text(self) -> str:
        """The whole request body as text, to look for something that must not be in it."""
        return json.dumps(self.body, ensure_ascii=False)


class Aimock:
    """The running server and its script."""

    def __init__(self, folder: Path) -> None:
        """Start it; it answers when this returns."""
        node = shutil.which("node")
        if node is None:
            raise RuntimeError("no node on the PATH; ask for it with require('node') first")
        self.port = free_port()
        script = folder / "fixtures.json"
        script.write_text('{"fixtures": []}')
        self.program = Program(
            [
                *(node, str(_CLI), "--port", str(self.port), "--host", "127.0.0.1"),
                *("--fixtures", str(script), "--log-level", "warn", "--journal-max", "0"),
            ],
            folder=folder,
            environment=clean_environment(folder),
        )
        self.program.wait_for_url(f"{self.url}/ready")

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai_base(self) -> str:
        """The `api_base` for OpenAI's dialect."""
        return f"{self.url}/v1"

    def reply(
        self,
        text: str,
        *,
        when: str | None = None,
        system: str | Sequence[str] | None = None,
        model: str | None = None,
        sequence: int | None = None,
        chunk_size: int | None = None,
        latency_ms: int | None = None,
        first_token_ms: int | None = None,
        tokens_per_second: float = 1000,
        cut_after_chunks: int | None = None,
        disconnect_after_ms: int | None = None,
        usage: Mapping[str, int] | None = None,
        finish_reason: str | None = None,
    ) -> None:
        """Add a rule that answers with this text; the module says what the rest does."""
        if cut_after_chunks is not None and latency_ms is None:
            latency_ms = 20  # chunks still in the server's own buffer would be lost with the cut
        timing = (
            None
            if first_token_ms is None
            else {"ttft": first_token_ms, "tps": tokens_per_second, "jitter": 0}
        )
        self.rule(
            match={
                "endpoint": "chat",
                "userMessage": when,
                "systemMessage": system,
                "model": model,
                "sequenceIndex": sequence,
            },
            response={"content": text, "usage": usage, "finishReason": finish_reason},
            chunkSize=chunk_size,
            latency=latency_ms,
            streamingProfile=timing,
            truncateAfterChunks=cut_after_chunks,
            disconnectAfterMs=disconnect_after_ms,
        )

    def error(
        self,
        status: int,
        message: str = "scripted failure",
        *,
        when: str | None = None,
        model: str | None = None,
        sequence: int | None = None,
        retry_after: int | None = None,
        endpoint: str | None = "chat",
    ) -> None:
        """Add a rule that fails with this status, every time it matches.

        `endpoint` is `chat`, `embedding`, `transcription`, `speech`, `image`, or None for all.
        """
        self.rule(
            match={
                "endpoint": endpoint,
                "userMessage": when,
                "model": model,
                "sequenceIndex": sequence,
            },
            response={"error": {"message": message}, "status": status, "retryAfter": retry_after},
        )

    def embedding(self, vector: Sequence[float], *, when: str | None = None) -> None:
        """Add a rule that embeds a text (one that holds `when`) as this vector."""
        self.rule(
            match={"endpoint": "embedding", "inputText": when}, response={"embedding": list(vector)}
        )

    def transcription(self, text: str) -> None:
        """Add a rule that hears this text in any recording."""
        self.rule(match={"endpoint": "transcription"}, response={"transcription": {"text": text}})

    def rule(
        self, *, match: Mapping[str, object], response: Mapping[str, object], **options: object
    ) -> None:
        """Add a rule in the server's own words; what is None is left out."""
        fixture = {"match": _given(match), "response": _given(response), **_given(options)}
        self._ask("POST", "/__aimock/fixtures", {"fixtures": [fixture]})

    def next_error(self, status: int, message: str = "scripted failure") -> None:
        """Make the next request fail with this status, whatever the rules say."""
        self._ask("POST", "/__aimock/error", {"status": status, "body": {"message": message}})

    def chaos(self, **rates: float) -> None:
        """Set rates of failure for every request; without an argument, none."""
        self._ask("POST", "/__aimock/chaos", rates)

    def asked(self, path: str = "") -> list[Asked]:
        """Return the requests so far whose path holds `path`, in the order of their answers."""
        return [
            Asked(
                method=entry["method"],
                path=entry["path"],
                headers=entry["headers"],
                body=entry["body"] if isinstance(entry["body"], dict) else {},
                status=entry["response"]["status"],
                cut=bool(entry["response"].get("interrupted", False)),
            )
            for entry in self._ask("GET", "/__aimock/journal")
            if path in entry["path"]
        ]

    def reset(self) -> None:
        """Forget rules, counters, chaos and requests."""
        self._ask("POST", "/__aimock/reset", {})
        self._ask("DELETE", "/__aimock/chaos")

    def stop(self) -> None:
        """End the server."""
        self.program.stop()

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            said = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise AssertionError(f"aimock refused {method} {path} ({answer.status}): {said}")
        return json.loads(said)


def _given(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}
