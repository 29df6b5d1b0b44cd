"""The processor behind which every outside provider stands, by way of LiteLLM.

LiteLLM knows the providers' dialects; the rest is done here: time-outs, the end of a broken stream,
reasoning, errors, and the choice among deployments of one name (by LiteLLM's Router). Nothing is
retried here and no other model is asked: that is ``failover``'s.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from amity.models import library
from amity.models.answer import Answer
from amity.models.config import Deployment, Timeouts
from amity.models.contract import (
    ChatRequest,
    ContextTooLong,
    Misconfigured,
    Moderation,
    ProcessorError,
    RequestRefused,
    StreamEvent,
    Unavailable,
    Usage,
)
from amity.models.faults import as_error
from amity.models.routes import Route, make_route
from amity.sealed import SealedText

__all__ = ["LitellmProcessor"]

_AUDIO_NAMES: Final = {
    "audio/ogg": "voice.ogg",
    "audio/opus": "voice.ogg",
    "audio/mpeg": "voice.mp3",
    "audio/mp4": "voice.m4a",
    "audio/wav": "voice.wav",
    "audio/webm": "voice.webm",
}


@dataclass(slots=True)
class _Setup:
    """What one config asks for. A running answer keeps the one that it started with."""

    routes: dict[str, tuple[Route, ...]]
    unusable: dict[str, ProcessorError]
    router: Any = None
    cooling: dict[str, float] = field(default_factory=dict)  # route id → until, on our own clock


class LitellmProcessor:
    """Talks to the providers of ``model_list``.

    The first call waits until LiteLLM is imported, which ``load`` can start early. A model that
    LiteLLM cannot make sense of raises ``Misconfigured`` when it is asked; the others work.
    """

    def __init__(
        self,
        deployments: Iterable[Deployment],
        timeouts: Timeouts | None = None,
        *,
        cooldown: float = 30.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._deployments = tuple(deployments)
        self._timeouts = timeouts or Timeouts()
        self._cooldown = cooldown
        self._now = monotonic
        self._library: Any = None
        self._setup = _Setup({}, {})
        self._loading: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether LiteLLM is imported, so that a call need not wait."""
        return self._library is not None

    async def load(self) -> None:
        """Import LiteLLM in a thread and make the models ready; again is a no-op.

        Raises:
            Misconfigured: LiteLLM cannot be imported at all.
        """
        if self._library is None:
            if self._loading is None:
                self._loading = asyncio.create_task(self._load())
            # One caller that goes away must not end the import for the others.
            await asyncio.shield(self._loading)

    async def _load(self) -> None:
        failure: Exception | None = None
        try:
            found = await asyncio.to_thread(library.load)
            setup = _make_setup(found, self._deployments)
            setup.router = _balance(found, setup, None)
            self._setup, self._library = setup, found
        except Exception as error:  # noqa: BLE001 - a broken installation can raise anything
            failure = error
        if failure is not None:
            self._loading = None
            raise Misconfigured(
                f"LiteLLM cannot be imported ({type(failure).__name__}); install it again"
            )

    async def reload(
        self,
        deployments: Iterable[Deployment],
        timeouts: Timeouts | None = None,
        *,
        cooldown: float | None = None,
    ) -> None:
        """Use another config from the next call on; running answers end as they began.

        Raises:
            Misconfigured: LiteLLM makes no sense of one of the models; the old config stays.
        """
        given = tuple(deployments)
        if self._library is not None:
            setup = _make_setup(self._library, given)
            for name, error in setup.unusable.items():
                raise Misconfigured(str(error), model=name)
            setup.router = _balance(self._library, setup, self._setup.router)
            self._setup = setup
        self._deployments = given
        self._timeouts = timeouts or self._timeouts
        self._cooldown = self._cooldown if cooldown is None else cooldown

    def priced(self, name: str) -> bool | None:
        """Return whether the price of a model is known; ``None`` before LiteLLM is loaded."""
        routes = self._setup.routes.get(name)
        return None if routes is None else all(route.prices is not None for route in routes)

    def price(self, name: str, usage: Usage) -> float | None:
        """Return what so many tokens of a model cost in US dollars; ``None`` where unknown."""
        routes = self._setup.routes.get(name)
        return routes[0].priced(usage, 0, 0) if routes else None

    def window(self, name: str) -> int | None:
        """Return how many tokens all deployments of a model take; ``None`` where unknown."""
        routes = self._setup.routes.get(name, ())
        return min((route.window for route in routes if route.window is not None), default=None)

    def unusable(self, name: str) -> ProcessorError | None:
        """Return why LiteLLM makes no sense of a model; ``None`` if it does, or is not loaded."""
        return self._setup.unusable.get(name)

    # ------------------------------------------------------------------------------------ chat

    async def stream(self, request: ChatRequest) -> AsyncIterator[StreamEvent]:
        """Answer a request. Deployments of one name stand in for each other before a word came.

        Raises:
            ProcessorError: See ``amity.models.contract``.
        """
        await self.load()
        setup, name = self._setup, request.model or ""
        tried: set[str] = set()
        while True:
            route = await self._pick(setup, name, tried)
            answer = Answer(self._library, route, request, self._timeouts)
            try:
                while (event := await answer.next()) is not None:
                    yield event
                return
            except ProcessorError as error:
                tried.add(route.id)
                final = isinstance(error, RequestRefused) and not isinstance(error, ContextTooLong)
                if answer.started or final or len(tried) == len(setup.routes[name]):
                    raise
                setup.cooling[route.id] = self._now() + self._cooldown
            finally:
                await answer.aclose()

    async def _pick(self, setup: _Setup, name: str, tried: Collection[str]) -> Route:
        if name in setup.unusable:
            # A fresh copy: an exception that is raised twice collects tracebacks.
            raise Misconfigured(str(setup.unusable[name]), model=name)
        routes = setup.routes.get(name)
        if not routes:
            raise Misconfigured(f'there is no model "{name}" in model_list', model=name)
        if len(routes) == 1:
            return routes[0]
        now = self._now()
        fresh = [route for route in routes if route.id not in tried]
        cool = [route for route in fresh if setup.cooling.get(route.id, 0.0) <= now]
        if cool:
            # The Router knows weights and rates but not our cooldowns: what it picks is taken if
            # it may be, and after a few tries the first that may be is as good.
            for _ in range(4):
                picked = await _picked(setup.router, name)
                if any(route.id == picked for route in cool):
                    return next(route for route in cool if route.id == picked)
            return cool[0]
        return min(fresh, key=lambda route: setup.cooling.get(route.id, 0.0))

    # -------------------------------------------------------------------------- other abilities

    async def embed(
        self, texts: Sequence[SealedText], model: str | None = None
    ) -> list[list[float]]:
        """Return one vector a text.

        Raises:
            ProcessorError: See ``amity.models.contract``.
        """
        if not texts:
            return []
        words = [text.reveal() for text in texts]
        answer = await self._call("aembedding", model, "\n".join(words), input=words)
        rows = [_item(row, "embedding") for row in answer.data]
        if len(rows) != len(texts):
            raise Unavailable(f'model "{model}": it returned no vector for some texts')
        return [[float(number) for number in row] for row in rows]

    async def moderate(self, text: SealedText, model: str | None = None) -> Moderation:
        """Judge a text.

        Raises:
            ProcessorError: See ``amity.models.contract``.
        """
        words = text.reveal()
        answer = await self._call("amoderation", model, words, input=words)
        result = answer.results[0]
        scores = _item(result, "category_scores")
        pairs = scores.items() if isinstance(scores, dict) else vars(scores).items()
        found = tuple((str(key), float(value)) for key, value in pairs if value is not None)
        return Moderation(flagged=bool(_item(result, "flagged")), categories=found)

    async def transcribe(
        self, audio: bytes, media_type: str, model: str | None = None
    ) -> SealedText:
        """Return the words of a recording.

        Raises:
            ProcessorError: See ``amity.models.contract``.
        """
        kind = media_type.partition(";")[0].strip().lower()
        # The name is ours: a file's own name may say who recorded it.
        file = (_AUDIO_NAMES.get(kind, "voice.ogg"), audio, kind)
        answer = await self._call("atranscription", model, "", file=file)
        return SealedText(str(answer.text or ""))

    async def speak(self, text: SealedText, voice: str, model: str | None = None) -> bytes:
        """Return a recording of the words, as an MP3 file.

        Raises:
            ProcessorError: See ``amity.models.contract``.
        """
        words = text.reveal()
        answer = await self._call(
            "aspeech", model, words, input=words, voice=voice, response_format="mp3"
        )
        return bytes(answer.content)

    async def _call(self, function: str, model: str | None, asked: str, **arguments: Any) -> Any:
        """Call one of LiteLLM's other functions, with one time limit for the whole."""
        await self.load()
        name = model or ""
        route = await self._pick(self._setup, name, ())
        limit = self._timeouts.first_token + self._timeouts.idle
        call = {**route.params, "model": route.model, "num_retries": 0, "max_retries": 0}
        failure: Exception
        try:
            async with asyncio.timeout(limit):
                return await getattr(self._library, function)(timeout=limit, **call, **arguments)
        except Exception as error:  # noqa: BLE001 - mapped in one place, whatever it is
            failure = error
        # Raised here and not above: a provider's exception holds the prompt, so it must not hang
        # on ours as its context.
        raise as_error(failure, name, asked)

    async def aclose(self) -> None:
        """Close LiteLLM's connections, which belong to the whole process; again is a no-op."""
        if self._library is None:
            return
        await library.close(self._library)


def _make_setup(found: Any, deployments: Sequence[Deployment]) -> _Setup:
    routes: dict[str, list[Route]] = {}
    unusable: dict[str, ProcessorError] = {}
    for entry in deployments:
        group = routes.setdefault(entry.model_name, [])
        try:
            group.append(make_route(entry, len(group), found))
        except Exception as error:  # noqa: BLE001 - LiteLLM raises what it likes for a bad entry
            unusable[entry.model_name] = as_error(error, entry.model_name)
    return _Setup({name: tuple(group) for name, group in routes.items()}, unusable)


def _balance(found: Any, setup: _Setup, router: Any) -> Any:
    """Return the Router for names with several deployments; none is made before it is needed."""
    shared = [route for group in setup.routes.values() if len(group) > 1 for route in group]
    if not shared:
        return router
    model_list = [
        {
            "model_name": route.name,
            "litellm_params": {"model": route.model, **route.balance, **route.params},
            "model_info": {"id": route.id},
        }
        for route in shared
    ]
    if router is None:
        return found.Router(model_list=model_list, num_retries=0, disable_cooldowns=True)
    router.set_model_list(model_list)
    return router


async def _picked(router: Any, name: str) -> str | None:
    try:
        # Newer Routers call it ``select`` and warn of the old name.
        pick = getattr(router, "select", None) or router.async_get_available_deployment
        deployment = await pick(model=name, request_kwargs={})
        return str(deployment["model_info"]["id"])
    except Exception:  # noqa: BLE001 - without its advice any deployment is as good
        return None


def _item(source: Any, key: str) -> Any:
    """Read a field of an answer that LiteLLM gives as an object or as a dictionary."""
    return source[key] if isinstance(source, dict) else getattr(source, key)
