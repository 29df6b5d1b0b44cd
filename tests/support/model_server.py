"""The fake model server in a thread of its own, so that it outlives the loop of one test."""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Self

from aiohttp import web

from amity.testing.fake_model import Answer, Asked, FakeModel

__all__ = ["EchoModel", "ModelServer"]


class EchoModel(FakeModel):
    """Answers with all that it was asked: what leaks into a prompt comes out as a reply.

    But for the rules at the beginning: they name what is forbidden, and would be stopped.
    """

    async def _read(self, request: web.Request) -> tuple[Mapping[str, Any], Answer]:
        body, _ = await super()._read(request)
        # Nor its own replies: they would double with each.
        heard = [one for one in body["messages"][1:] if one["role"] != "assistant"]
        said = " / ".join(str(message["content"]) for message in heard)
        return body, Answer(chunks=(said,))


class ModelServer:
    """A model server that runs until `stop`, and keeps every request it got."""

    def __init__(self, kind: type[FakeModel] = FakeModel) -> None:
        self._kind = kind
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._down = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="model server", daemon=True)
        self.model: FakeModel

    def __enter__(self) -> Self:
        """Start it; it answers when this returns."""
        self._thread.start()
        if not self._up.wait(20):
            raise RuntimeError("the model server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._down.set)
        self._thread.join(20)

    def _run(self) -> None:
        async def serve() -> None:
            async with self._kind() as self.model:
                self._up.set()
                await self._down.wait()

        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(serve())

    @property
    def asked(self) -> Sequence[Asked]:
        """Every request so far, oldest first."""
        return tuple(self.model.asked)

    def config(self, **more: object) -> dict[str, Any]:
        """Return a `models` section that makes this server answer."""
        params = {
            "model": "openai/double",
            "api_base": self.model.url,
            "api_key": "sk-double",
            **more,
        }
        return {"model_list": [{"model_name": "main", "litellm_params": params}]}

    def seen(self, needles: Sequence[str], *, since: int = 0) -> list[str]:
        """Return which of these are in any request, body or headers."""
        whole = "\n".join(
            f"{one.raw.decode(errors='replace')}\n{dict(one.headers)}" for one in self.asked[since:]
        )
        return [needle for needle in needles if needle in whole]
