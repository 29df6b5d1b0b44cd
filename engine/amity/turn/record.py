"""What is counted and logged of turns: never who, never what was said."""

from collections.abc import Sequence

from amity.clock import Clock, day_of
from amity.datamap.declarations import COUNTERS
from amity.models.contract import Interrupted, ProcessorError
from amity.observe import Metrics, error_id, get_logger, name_of
from amity.store.contract import Increment, Operation
from amity.turn.line import DELIVER
from amity.turn.services import Texts
from amity.turn.turn import Turn

__all__ = ["Record"]


class Record:
    """Counts turns, failures and crisis referrals."""

    def __init__(self, metrics: Metrics, clock: Clock, texts: Texts) -> None:
        self._metrics = metrics
        self._clock = clock
        self._texts = texts
        self._log = get_logger("turn")

    def failed(self, turn: Turn, stage: str, error: Exception) -> str:
        """Log a failure; return the error id that the person is told."""
        id = error_id()
        if isinstance(error, ProcessorError):
            # Foreseen, and worded by us: no traceback.
            self._log.warning(
                "turn.cut" if isinstance(error, Interrupted) else "turn.unanswered",
                channel=turn.channel.name,
                stage=stage,
                error_id=id,
                error=name_of(error),
                reason=str(error),
            )
        else:
            self._log.error(
                "turn.broke", channel=turn.channel.name, stage=stage, error_id=id, exc_info=error
            )
        return id

    def broke(self, turn: Turn, stage: str, error: Exception) -> None:
        """Word a bug for the person, who gets an error id instead of an answer."""
        id = self.failed(turn, stage, error)
        turn.failed = True
        turn.stream = None
        if stage == DELIVER:
            # Perhaps one of them is what broke it. Before that stage they stay: a crisis line
            # that was about to be shown is shown, whatever else fails.
            turn.sayings.clear()
        turn.say(self._texts.text(turn.language, "error.internal", error_id=id))

    def crisis(self, country: str | None, kind: str) -> Sequence[Operation]:
        """Return the write that counts a referral by day and country, without a person."""
        self._metrics.crisis(kind)
        day = day_of(self._clock.now())
        name = f"crisis.{kind}.{country or 'unknown'}"
        id = f"{day}:{name}"
        row = {"id": id, "person": None, "name": name, "day": day, "amount": 0.0}
        return [Increment(COUNTERS, id, "amount", 1, row)]

    def turn(self, outcome: str, milliseconds: int) -> None:
        """Count a finished turn."""
        self._metrics.turn(outcome, milliseconds / 1000)
