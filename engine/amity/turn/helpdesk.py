"""Puts support together with the channels, texts and figures of the engine."""

from collections.abc import Callable, Mapping
from typing import Final

from amity.adapter import Finding, Level
from amity.observe import Metrics
from amity.support import Figures, Support, SupportPlan
from amity.turn.carrier import ChannelCarrier
from amity.turn.channel import Channel
from amity.turn.limits import RateLimit
from amity.turn.services import Services

__all__ = ["findings_of", "make_support"]


_REQUESTS_AT_ONCE: Final = 30
_REQUESTS_AN_HOUR: Final = 10.0
"""Nobody fills the operators' chat so that others are not seen there."""


class _Words:
    """The interface's texts as they are now: a reload replaces them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def text(self, language: str, key: str, /, **values: str | int) -> str:
        """Return a text with the installation's facts filled in."""
        return self._services.text(language, key, **values)

    def best(self, tag: str | None) -> str:
        """Return the language of the interface for a BCP 47 tag."""
        return self._services.texts.best(tag)


def make_support(
    services: Services,
    metrics: Metrics,
    plan: SupportPlan,
    channels: Callable[[], Mapping[str, Channel]],
) -> Support:
    """Return support for an engine."""

    def noted(figures: Figures) -> None:
        metrics.tickets("open", figures.open)
        metrics.tickets("overdue", figures.overdue)
        metrics.tickets("answered", figures.answered)

    rate = RateLimit(services.clock, burst=_REQUESTS_AT_ONCE, per_minute=_REQUESTS_AN_HOUR / 60)
    carrier = ChannelCarrier(
        channels=channels,
        vault=services.vault,
        conversations=services.conversations,
        clock=services.clock,
        ids=services.ids,
        count=metrics.outbox,
        doubtful=metrics.doubtful_repeat,
    )
    return Support(
        vault=services.vault,
        clock=services.clock,
        ids=services.ids,
        people=services.people,
        texts=_Words(services),
        carrier=carrier,
        plan=plan,
        noted=noted,
        allowed=lambda owner: rate.take(owner) is None,
    )


async def findings_of(support: Support) -> list[Finding]:
    """Return what `amity check` has to say of support."""
    figures = await support.watch.figures()
    await support.find_desk()
    found: list[Finding] = []
    if support.plan.desk is not None and support.plan.formerly is not None:
        chat = support.plan.desk.chat
        moved = f'the operators\' chat has another id now: set support.chat to "{chat}"'
        found.append(Finding(Level.WARN, moved))
    if support.plan.desk is None:
        told = "nobody is told of requests: name the operators' chat under support in the config"
        if figures.open:
            waiting = f"{figures.open} waiting; `amity ticket list` shows them, and {told}"
            found.append(Finding(Level.WARN, waiting))
        else:
            found.append(Finding(Level.NOTE, told))
    elif figures.undelivered:
        late = f"{figures.undelivered} messages of tickets have not arrived yet; see the log"
        found.append(Finding(Level.WARN, late))
    if figures.overdue:
        late = f"{figures.overdue} tickets are overdue; `amity ticket list` shows them"
        found.append(Finding(Level.WARN, late))
    return found or [Finding(Level.OK, f"{figures.open} tickets wait for an answer")]
