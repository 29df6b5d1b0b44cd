"""What is remembered of a model between calls, and what is told about it."""

from dataclasses import dataclass

from amity.models.contract import Finished, Misconfigured, ProcessorError, RateLimited, Role

__all__ = ["CallReport", "Health", "ModelState", "Probe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReport:
    """What became of one call to one model, for metrics. It holds nothing that anybody said.

    Attributes:
        model: The config's model name.
        role: What it was asked for.
        outcome: ``ok``, ``left`` (the reader went away), or the error's class name.
        first: Seconds until the first word; ``None`` if none came.
        seconds: Seconds for the whole.
        finished: The end of a good answer, with its usage.
    """

    model: str
    role: Role
    outcome: str
    first: float | None
    seconds: float
    finished: Finished | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState:
    """One model, for ``amity check`` and ``amity status``.

    Attributes:
        name: The config's model name.
        targets: LiteLLM's names of its deployments.
        roles: The roles that it fills.
        state: ``untried``, ``good``, ``cooling`` or ``misconfigured``.
        error: Class of the last failure.
        sentence: What that failure asks of the operator.
        failed: Seconds since it failed last.
        succeeded: Seconds since it last answered.
        fallbacks: Who answers instead, in order.
        local: Whether Amity itself answers, so that nothing leaves the process.
        priced: Whether its price is known; ``None`` before LiteLLM is loaded.
    """

    name: str
    targets: tuple[str, ...]
    roles: tuple[Role, ...]
    state: str
    error: str | None
    sentence: str | None
    failed: float | None
    succeeded: float | None
    fallbacks: tuple[str, ...]
    local: bool
    priced: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a tiny real call to a model showed.

    Attributes:
        model: The config's model name.
        ok: Whether it answered.
        error: Class of the failure.
        sentence: Who must act, and what mends it; empty if it answered.
        seconds: How long it took.
    """

    model: str
    ok: bool
    error: str | None
    sentence: str
    seconds: float


@dataclass(slots=True)
class Health:
    """How a model has done lately. Times are of one monotonic clock."""

    cooling_until: float = 0.0
    blocked: bool = False  # misconfigured: until a reload, or until it answers after all
    error: ProcessorError | None = None
    failed_at: float | None = None
    succeeded_at: float | None = None

    def behind(self, now: float) -> bool:
        """Whether the others are asked first."""
        return self.blocked or now < self.cooling_until

    def failed(self, error: ProcessorError, now: float, cooldown: float) -> None:
        """Put the model behind the others for as long as the failure deserves."""
        self.failed_at = now
        # Kept without its traceback, which would keep the request's frames alive.
        self.error = type(error)(str(error), model=error.model)
        if isinstance(error, Misconfigured):
            self.blocked = True
        asked = error.seconds if isinstance(error, RateLimited) else None
        self.cooling_until = max(self.cooling_until, now + max(cooldown, asked or 0.0))

    def succeeded(self, now: float) -> None:
        """Put the model back in its place."""
        self.succeeded_at = now
        self.blocked = False
        self.cooling_until = 0.0

    def state(self, now: float) -> str:
        """Return ``untried``, ``good``, ``cooling`` or ``misconfigured``."""
        if self.blocked:
            return "misconfigured"
        if now < self.cooling_until:
            return "cooling"
        return "untried" if self.succeeded_at is None else "good"
