"""AI processors: one contract, LiteLLM and the offline voice behind it, failover before it.

Importing this does not import LiteLLM; that happens when a model of an outside provider is loaded.
"""

from amity.models.budgets import (
    Ceilings,
    Charge,
    LimitsConfig,
    Verdict,
    blind_spots,
    charges,
    check,
    names,
)
from amity.models.config import (
    Deployment,
    ModelsConfig,
    ProcessorInfo,
    notices,
    unfit_for_production,
)
from amity.models.contract import (
    ChatMessage,
    ChatRequest,
    Companion,
    ContextTooLong,
    Delta,
    EmptyReply,
    Finished,
    Interrupted,
    Meter,
    Misconfigured,
    Moderation,
    Processor,
    ProcessorError,
    RateLimited,
    RequestRefused,
    Role,
    Speaker,
    StreamEvent,
    TakenBack,
    Unavailable,
    Unsupported,
    Usage,
)
from amity.models.failover import Models
from amity.models.health import CallReport, ModelState, Probe
from amity.models.litellm_processor import LitellmProcessor
from amity.models.tokens import estimate_prompt, estimate_tokens
from amity.models.zero import Pace, ZeroProcessor

__all__ = [
    "CallReport",
    "Ceilings",
    "Charge",
    "ChatMessage",
    "ChatRequest",
    "Companion",
    "ContextTooLong",
    "Delta",
    "Deployment",
    "EmptyReply",
    "Finished",
    "Interrupted",
    "LimitsConfig",
    "LitellmProcessor",
    "Meter",
    "Misconfigured",
    "ModelState",
    "Models",
    "ModelsConfig",
    "Moderation",
    "Pace",
    "Probe",
    "Processor",
    "ProcessorError",
    "ProcessorInfo",
    "RateLimited",
    "RequestRefused",
    "Role",
    "Speaker",
    "StreamEvent",
    "TakenBack",
    "Unavailable",
    "Unsupported",
    "Usage",
    "Verdict",
    "ZeroProcessor",
    "blind_spots",
    "charges",
    "check",
    "estimate_prompt",
    "estimate_tokens",
    "names",
    "notices",
    "unfit_for_production",
]
