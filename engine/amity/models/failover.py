"""The models of an installation as the engine uses them: by role, with failover.

Only the engine knows what a person consented to and whether a word has been shown, so it walks the
fallbacks itself. Before the first word another model may answer; after it the answer is what came.
A model that failed stands behind the others for a while. A failing model is never replaced by the
offline voice: that speaks only where the operator named it, or nothing else.
"""

import contextlib
import dataclasses
import time
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

from amity.models.calls import Call
from amity.models.config import OFFLINE, ZERO, ModelsConfig
from amity.models.contract import (
    ChatRequest,
    ContextTooLong,
    EmptyReply,
    Misconfigured,
    Moderation,
    Processor,
    ProcessorError,
    RateLimited,
    Role,
    StreamEvent,
    Unavailable,
    Unsupported,
    Usage,
)
from amity.models.health import CallReport, Health, ModelState, Probe
from amity.models.litellm_processor import LitellmProcessor
from amity.models.probing import probe_call
from amity.models.tokens import estimate_prompt
from amity.models.zero import Pace, ZeroProcessor
from amity.sealed import SealedText

__all__ = ["Models"]

_Result = TypeVar("_Result")
# What says most to the operator comes first.
_REPLY: Final = 1000  # tokens that are left for a reply where nobody says how long it may be
_WORST: Final = (Misconfigured, RateLimited, Unavailable, EmptyReply)


@dataclass(frozen=True, slots=True)
class _Setup:
    """One config with who answers for its models. A running call keeps the one it began with."""

    config: ModelsConfig
    processors: Mapping[str, Processor]
    health: dict[str, Health] = field(default_factory=dict)

    def of(self, name: str) -> Health:
        return self.health.setdefault(name, Health())


class Models:
    """All models of an installation.

    Attributes:
        config: The ``models:`` section in force.
    """

    def __init__(
        self,
        config: ModelsConfig,
        *,
        offline: Processor,
        outside: Processor | None = None,
        on_call: Callable[[CallReport], None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Put the models together; nothing is imported or called yet.

        Args:
            config: The ``models:`` section.
            offline: The offline voice, which answers for ``amity/offline``.
            outside: Answers for the outside providers instead of LiteLLM.
            on_call: Told of every chat call to a model, when it is over.
            monotonic: The clock for cooldowns, in seconds.

        Raises:
            Misconfigured: An entry of Amity's own is wrong.
        """
        self._offline = offline
        self._given_outside = outside
        self._on_call = on_call
        self._now = monotonic
        self._litellm: LitellmProcessor | None = None
        self._setup = self._arrange(config)

    @property
    def config(self) -> ModelsConfig:
        """The ``models:`` section in force."""
        return self._setup.config

    @property
    def ready(self) -> bool:
        """Whether a call would start at once; false while LiteLLM is being imported."""
        return self._litellm is None or self._litellm.ready

    def named(self, model: str | None) -> str | None:
        """Return the model name that a persona's ``model`` means: a name, or a role's."""
        return self._setup.config.named(model)

    async def load(self) -> None:
        """Import what the models need, in a thread; again is a no-op.

        Raises:
            Misconfigured: LiteLLM cannot be imported.
        """
        if self._litellm is not None:
            await self._litellm.load()

    async def reload(self, config: ModelsConfig) -> None:
        """Use another config from the next call on; running answers end as they began.

        What was remembered of failures is forgotten. If anything is wrong with the new config, the
        old one stays in force.

        Raises:
            Misconfigured: The new config names a model that cannot be used.
        """
        setup = self._arrange(config)
        foreign = [entry for entry in config.deployments if not entry.own]
        if self._litellm is not None:
            if foreign:
                # Only LiteLLM can say whether it makes sense of them.
                await self._litellm.load()
            await self._litellm.reload(foreign, config.timeouts, cooldown=config.cooling)
        self._setup = setup

    async def aclose(self) -> None:
        """Release all connections. Calling it again is a no-op."""
        for processor in {id(each): each for each in self._setup.processors.values()}.values():
            await processor.aclose()

    # ------------------------------------------------------------------------------------ chat

    async def stream(
        self, request: ChatRequest, *, allowed: Collection[str] | None = None
    ) -> AsyncGenerator[StreamEvent, None]:
        """Answer a request by the best model that can.

        Args:
            request: What to ask. ``request.model`` names a model, else the role's is asked.
            allowed: The model names that may see this request; ``None`` allows all.

        Raises:
            Misconfigured: The operator must act before any of the models can answer.
            RateLimited: All providers ask to wait.
            Unavailable: No model answered in time.
            EmptyReply: No model had words.
            Interrupted: The answer broke off after its first words. No other model is asked.
            RequestRefused: The provider does not take this request. No other model is asked, but
                for ``ContextTooLong`` where ``context_window_fallbacks`` names one.
        """
        setup = self._setup
        asked = request.model or setup.config.model_for(request.role) or ""
        order = self._order(setup, setup.config.chain(asked), allowed)
        failures: list[ProcessorError] = []
        widened = False
        while order:
            name = order.pop(0)
            call = Call(
                name,
                request,
                processor=setup.processors.get(name),
                health=setup.of(name),
                config=setup.config,
                now=self._now,
                ready=partial(self._ready, setup, name),
                on_call=self._on_call,
            )
            try:
                await call.begin(patiently=not order)
            except ContextTooLong as error:
                order = [] if widened else _larger(setup.config, name, allowed)
                widened = True
                if not order:
                    raise
                failures.append(error)
            except (Misconfigured, RateLimited, Unavailable, EmptyReply) as error:
                failures.append(error)
            else:
                async with contextlib.aclosing(call.events()) as events:
                    async for event in events:
                        yield event
                return
        raise _telling(failures)

    async def _ready(self, setup: _Setup, name: str) -> None:
        """Wait until a model can be asked, and see that it still is the one that was meant.

        Raises:
            Misconfigured: LiteLLM cannot be imported.
            Unavailable: a reload put another model in its place, to which nobody has agreed yet.
        """
        if self._litellm is not None and setup.processors.get(name) is self._litellm:
            await self._litellm.load()
        now = self._setup
        if now is not setup and now.config.entries(name) != setup.config.entries(name):
            raise Unavailable(f'model "{name}" was replaced by another', model=name)

    def estimate(self, request: ChatRequest, reply: int) -> Usage:
        """Return about what an answer will cost.

        Args:
            request: What is to be asked.
            reply: How many tokens the answer may have.
        """
        setup = self._setup
        name = request.model or setup.config.model_for(request.role) or ""
        guess = Usage(
            input_tokens=estimate_prompt(request.messages), output_tokens=reply, estimated=True
        )
        if self._litellm is None or setup.processors.get(name) is not self._litellm:
            return dataclasses.replace(guess, cost=0.0)
        return dataclasses.replace(guess, cost=self._litellm.price(name, guess))

    def prompt_budget(self, model: str | None = None) -> int:
        """Return how many tokens a chat prompt may have.

        That is ``prompt_tokens``, or less where the model's window is known to be smaller and
        leaves less beside a reply. LiteLLM's table counts once it is loaded.

        Args:
            model: The model that is to be asked; ``None`` is the one that chats.
        """
        config = self._setup.config
        name = model or config.model_for(Role.CHAT) or ""
        entries = config.entries(name)
        windows = [entry.window for entry in entries if entry.window is not None]
        if self._litellm is not None and (listed := self._litellm.window(name)) is not None:
            windows.append(listed)
        if not windows:
            return config.prompt_tokens
        window = min(windows)
        replies = [entry.reply_tokens for entry in entries if entry.reply_tokens is not None]
        reply = max(replies, default=min(_REPLY, window // 8))
        return min(config.prompt_tokens, max(window - reply, window // 2))

    # -------------------------------------------------------------------------- other abilities

    async def embed(
        self, texts: Sequence[SealedText], *, allowed: Collection[str] | None = None
    ) -> list[list[float]]:
        """Return one vector a text. Nobody stands in: vectors of two models do not compare.

        Raises:
            Unsupported: No model has the role ``embed``.
            ProcessorError: See ``amity.models.contract``.
        """
        name = self._filling(self._setup, Role.EMBED)
        return await self._any(
            (name,), allowed, lambda processor, model: processor.embed(texts, model)
        )

    async def moderate(
        self, text: SealedText, *, allowed: Collection[str] | None = None
    ) -> Moderation:
        """Judge a text by a moderation model.

        Raises:
            Unsupported: No model has the role ``moderate``; a chat model does not stand in here.
            ProcessorError: See ``amity.models.contract``.
        """
        if self._setup.config.roles.moderate is None:
            raise Unsupported("no model has the role moderate")
        return await self._any(
            self._chain(Role.MODERATE),
            allowed,
            lambda processor, model: processor.moderate(text, model),
        )

    async def transcribe(
        self, audio: bytes, media_type: str, *, allowed: Collection[str] | None = None
    ) -> SealedText:
        """Return the words of a recording.

        Raises:
            Unsupported: No model has the role ``transcribe``.
            ProcessorError: See ``amity.models.contract``.
        """
        return await self._any(
            self._chain(Role.TRANSCRIBE),
            allowed,
            lambda processor, model: processor.transcribe(audio, media_type, model),
        )

    async def speak(
        self, text: SealedText, voice: str, *, allowed: Collection[str] | None = None
    ) -> bytes:
        """Return a recording of the words, as an MP3 file.

        Raises:
            Unsupported: No model has the role ``speak``.
            ProcessorError: See ``amity.models.contract``.
        """
        return await self._any(
            self._chain(Role.SPEAK),
            allowed,
            lambda processor, model: processor.speak(text, voice, model),
        )

    async def _any(
        self,
        names: Sequence[str],
        allowed: Collection[str] | None,
        ask: Callable[[Processor, str], Awaitable[_Result]],
    ) -> _Result:
        setup = self._setup
        failures: list[ProcessorError] = []
        for name in self._order(setup, names, allowed):
            try:
                result = await ask(setup.processors[name], name)
            except (Misconfigured, RateLimited, Unavailable, EmptyReply) as error:
                setup.of(name).failed(error, self._now(), setup.config.cooling)
                failures.append(error)
            else:
                setup.of(name).succeeded(self._now())
                return result
        raise _telling(failures)

    # ----------------------------------------------------------------------------- what is known

    def describe(self) -> list[ModelState]:
        """Return every model with its roles and how it has done lately."""
        setup, now = self._setup, self._now()
        states = []
        for name in setup.config.names:
            health = setup.of(name)
            foreign = setup.processors[name] is self._litellm
            early = self._litellm.unusable(name) if foreign and self._litellm else None
            error = early or health.error
            states.append(
                ModelState(
                    name=name,
                    targets=tuple(e.litellm_params.model for e in setup.config.entries(name)),
                    roles=tuple(role for role in Role if setup.config.model_for(role) == name),
                    state="misconfigured" if early else health.state(now),
                    error=None if error is None else type(error).__name__,
                    sentence=None if error is None else str(error),
                    failed=None if health.failed_at is None else now - health.failed_at,
                    succeeded=None if health.succeeded_at is None else now - health.succeeded_at,
                    fallbacks=setup.config.chain(name)[1:],
                    local=not foreign,
                    priced=self._litellm.priced(name) if foreign and self._litellm else True,
                )
            )
        return states

    async def probe(self, name: str) -> Probe:
        """Make a tiny real call to a model, for ``amity check``; it costs a few tokens.

        The model is asked for what it is named for: chat, a vector, a judgement, a recording.
        """
        setup, began = self._setup, self._now()
        error: ProcessorError | None = None
        try:
            if name not in setup.processors:
                raise Misconfigured(f'there is no model "{name}" in model_list', model=name)
            roles = tuple(role for role in Role if setup.config.model_for(role) == name)
            await probe_call(setup.processors[name], name, roles)
        except ProcessorError as failure:
            error = failure
            setup.of(name).failed(failure, self._now(), setup.config.cooling)
        else:
            setup.of(name).succeeded(self._now())
        return Probe(
            model=name,
            ok=error is None,
            error=None if error is None else type(error).__name__,
            sentence="" if error is None else str(error),
            seconds=self._now() - began,
        )

    # ----------------------------------------------------------------------------------- inside

    def _arrange(self, config: ModelsConfig) -> _Setup:
        processors: dict[str, Processor] = {}
        for entry in config.deployments:
            name, params = entry.model_name, entry.litellm_params
            if params.model == OFFLINE:
                processor = self._offline
            elif params.model == ZERO:
                processor = ZeroProcessor(Pace.read(params.as_given(), name))
            else:
                processor = self._given_outside or self._outside(config)
            if entry.own and name in processors:
                raise Misconfigured(
                    f'model "{name}": {params.model} cannot share a name with another entry',
                    model=name,
                )
            processors[name] = processor
        return _Setup(config, processors)

    def _outside(self, config: ModelsConfig) -> LitellmProcessor:
        if self._litellm is None:
            self._litellm = LitellmProcessor(
                [entry for entry in config.deployments if not entry.own],
                config.timeouts,
                cooldown=config.cooling,
                monotonic=self._now,
            )
        return self._litellm

    def _order(
        self, setup: _Setup, names: Sequence[str], allowed: Collection[str] | None
    ) -> list[str]:
        """Return who is asked in which turn: those that failed lately come last."""
        may = [name for name in names if allowed is None or name in allowed]
        if not may:
            raise Misconfigured(
                f'model "{names[0]}": neither it nor a fallback of it may be used for this request',
                model=names[0],
            )
        now = self._now()
        return sorted(may, key=lambda name: setup.of(name).behind(now))

    def _filling(self, setup: _Setup, role: Role) -> str:
        name = setup.config.model_for(role)
        if name is None:
            raise Unsupported(f"no model has the role {role.value}")
        return name

    def _chain(self, role: Role) -> tuple[str, ...]:
        return self._setup.config.chain(self._filling(self._setup, role))


def _larger(config: ModelsConfig, name: str, allowed: Collection[str] | None) -> list[str]:
    """Return who is asked when a prompt is too long for a model."""
    larger = config.router_settings.longer_than(name)
    return [each for each in larger if allowed is None or each in allowed]


def _telling(failures: Sequence[ProcessorError]) -> ProcessorError:
    """Return the failure that says most to the one who must act."""
    for kind in _WORST:
        for failure in failures:
            if isinstance(failure, kind):
                return failure
    return failures[-1]
