"""The line of stages that every turn walks down."""

from collections.abc import Callable, Sequence

from amity.errors import StoreUnavailable
from amity.turn.turn import Flow, Stage, Turn

__all__ = ["DELIVER", "Line"]

DELIVER = "deliver"


class Line:
    """Named stages in order. Plugins add theirs before or after a named one.

    Args:
        stages: Name and stage; one of them is named ``deliver``.
        failed: Called with a stage's name and error when a stage breaks: words the failure for
            the person and records it for the operator.
    """

    def __init__(
        self,
        stages: Sequence[tuple[str, Stage]],
        *,
        failed: Callable[[Turn, str, Exception], None],
    ) -> None:
        self._stages = list(stages)
        self._failed = failed

    @property
    def names(self) -> list[str]:
        """The stages' names, in order."""
        return [name for name, _ in self._stages]

    def add(self, name: str, stage: Stage, *, before: str = "", after: str = "") -> None:
        """Add a stage beside a named one.

        Raises:
            ValueError: there is no stage of that name to stand beside, not exactly one place is
                given, or the stage's own name is taken.
        """
        names = self.names
        if bool(before) == bool(after):
            raise ValueError(f"stage {name}: give either before or after")
        if name in names:
            raise ValueError(f"stage {name}: there is one of that name already")
        beside = before or after
        if beside not in names:
            raise ValueError(
                f"stage {name}: there is no stage {beside}; there are {', '.join(names)}"
            )
        self._stages.insert(names.index(beside) + (1 if after else 0), (name, stage))

    async def run(self, turn: Turn) -> None:
        """Walk a turn down the line.

        A break before ``deliver`` is worded and delivered; one after it stops nothing else.
        """
        skipping = delivered = False
        for name, stage in self._stages:
            if skipping and name != DELIVER:
                continue
            skipping = False
            try:
                flow = await stage(turn)
            except Exception as error:  # noqa: BLE001 -- the person gets a worded answer, whatever broke
                self._failed(turn, name, error)
                if name == DELIVER and not await self._once_more(turn, stage):
                    return
                flow = Flow.DELIVER
            if flow is Flow.DROP:
                return
            delivered = delivered or name == DELIVER
            skipping = flow is Flow.DELIVER and not delivered
        for action in turn.after:
            try:
                await action()
            except Exception as error:  # noqa: BLE001 -- the others are still to be done
                self._failed(turn, "after", error)

    async def _once_more(self, turn: Turn, deliver: Stage) -> bool:
        """Deliver what words the failure, in place of what could not be delivered."""
        try:
            await deliver(turn)
        except Exception as error:  # noqa: BLE001 -- what does not work stays for the next start
            self._failed(turn, DELIVER, error)
            turn.stranded = isinstance(error, StoreUnavailable)
            return False
        return True
