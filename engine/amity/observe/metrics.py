"""Counters for an operator: how much, how fast, how well; never who or what was said.

Every label is a word of the program or of the configuration. ``_label`` makes sure of it: whatever
does not look like one becomes ``other``.
"""

import asyncio
import re
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

__all__ = ["Metrics"]

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9 _./:-]{0,63}")
_SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120)
_SHORT: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2)


def _label(value: object) -> str:
    text = str(value)
    return text if _WORD.fullmatch(text) else "other"


class Metrics:
    """The figures of one engine, in a registry of its own."""

    content_type: Final = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        ProcessCollector(registry=registry)

        def counter(name: str, about: str, *labels: str) -> Counter:
            return Counter(f"amity_{name}", about, labels, registry=registry)

        def histogram(name: str, about: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(f"amity_{name}", about, labels, buckets=buckets, registry=registry)

        self._turns = counter("turns", "Turns, by how they ended.", "outcome")
        self._turn_seconds = histogram(
            "turn_seconds", "From the first message to the last word.", _SECONDS
        )
        self._first_words = histogram(
            "first_words_seconds", "From the call to the first words.", _SECONDS, "model"
        )
        self._model_calls = counter(
            "model_calls", "Calls of AI processors, by how they ended.", "model", "outcome"
        )
        self._tokens = counter("tokens", "Tokens in and out of models.", "model", "direction")
        self._cost = counter("cost_dollars", "Money spent on models, where known.", "model")
        self._commits = histogram("store_commit_seconds", "Commits of the store.", _SHORT)
        self._rows = counter("store_rows", "Rows written.")
        self._inbox = counter("inbox", "Events taken in, by what became of them.", "status")
        self._outbox = counter("outbox", "Sends, by channel and outcome.", "channel", "outcome")
        self._doubtful = counter(
            "doubtful_repeats", "Sends repeated without knowing if they arrived.", "channel"
        )
        self._channels = Gauge(
            "amity_channel_state",
            "1 for the state a channel is in.",
            ("channel", "state"),
            registry=registry,
        )
        self._crises = counter(
            "crises", "Crisis resources shown. Nobody's identity is kept.", "kind"
        )
        self._tickets = Gauge(
            "amity_tickets",
            "Requests to the operators, by how far they are.",
            ("state",),
            registry=registry,
        )
        self._requests = counter("http_requests", "HTTP requests, by class of status.", "status")
        self._lag = histogram("loop_lag_seconds", "How late the event loop was.", _SHORT)
        self._states: dict[str, str] = {}

    def turn(self, outcome: str, seconds: float) -> None:
        """Count a finished turn."""
        self._turns.labels(_label(outcome)).inc()
        self._turn_seconds.observe(seconds)

    def first_words(self, model: str, seconds: float) -> None:
        """Note how long a model took to its first words."""
        self._first_words.labels(_label(model)).observe(seconds)

    def model_call(
        self,
        model: str,
        outcome: str,
        *,
        input_tokens: int = 0,
        output_tokens: int = 0,
        cost: float | None = None,
    ) -> None:
        """Count a call; ``outcome`` is ``ok`` or the name of the error's class."""
        name = _label(model)
        self._model_calls.labels(name, _label(outcome)).inc()
        if input_tokens:
            self._tokens.labels(name, "input").inc(input_tokens)
        if output_tokens:
            self._tokens.labels(name, "output").inc(output_tokens)
        if cost:
            self._cost.labels(name).inc(cost)

    def commit(self, rows: int, seconds: float) -> None:
        """Count a commit of the store."""
        self._rows.inc(rows)
        self._commits.observe(seconds)

    def inbox(self, status: str) -> None:
        """Count an event that came in: accepted, duplicate, ignored, refused."""
        self._inbox.labels(_label(status)).inc()

    def outbox(self, channel: str, outcome: str) -> None:
        """Count a send."""
        self._outbox.labels(_label(channel), _label(outcome)).inc()

    def doubtful_repeat(self, channel: str) -> None:
        """Count a send that was repeated because nobody knew whether it had arrived."""
        self._doubtful.labels(_label(channel)).inc()

    def channel_state(self, channel: str, state: str | None) -> None:
        """Note the state a channel is in; ``None`` takes the channel off the list."""
        name = _label(channel)
        before = self._states.pop(name, None)
        if before is not None and before != state:
            self._channels.remove(name, before)
        if state is not None:
            self._states[name] = _label(state)
            self._channels.labels(name, _label(state)).set(1)

    def crisis(self, kind: str) -> None:
        """Count that crisis resources were shown."""
        self._crises.labels(_label(kind)).inc()

    def tickets(self, state: str, number: int) -> None:
        """Note how many tickets are in a state: open, overdue (of the open ones), answered."""
        self._tickets.labels(_label(state)).set(number)

    def http(self, status: int) -> None:
        """Count a request."""
        self._requests.labels(f"{status // 100}xx").inc()

    async def watch_loop(self, interval: float = 0.5) -> None:
        """Measure how late the event loop is, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + interval
            await asyncio.sleep(interval)
            self._lag.observe(max(0.0, loop.time() - due))

    def render(self) -> bytes:
        """Return everything in the text form that Prometheus reads."""
        return generate_latest(self.registry)
