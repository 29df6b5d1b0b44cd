"""Replies that are being written, as one person sees them in a private chat."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from amity.testing.telegram_server.clock import ServerClock

__all__ = ["DraftShown", "Drafts"]

LIFETIME: Final = 30.0
"""For so many seconds a draft is shown after it was sent last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftShown:
    """A reply that is being written, as it looked at one moment.

    Attributes:
        draft_id: The bot's number for it.
        text: The words; empty while only "Thinking…" is shown.
        entities: How they are shown.
        can_stop: Whether there is a button to stop it.
        keep_on_stop: Whether it stays for a while when that is pressed.
        animated: True if it goes on from the draft that was shown before it.
        time: When it was shown, by the server's clock.
        thread: The topic; 0 for none.
    """

    draft_id: int
    text: str
    entities: tuple[Mapping[str, object], ...] = ()
    can_stop: bool = False
    keep_on_stop: bool = False
    animated: bool = False
    time: float
    thread: int = 0


class Drafts:
    """The drafts of one private chat. In each topic one is shown at a time.

    Attributes:
        history: Every draft as it was shown, oldest first.
        unfinished: Drafts, in their last look, that vanished without the message they announced.
        stopped: The numbers of the drafts that the person has stopped.
        ignored: How often the bot went on with a draft that was stopped.
    """

    def __init__(self, clock: ServerClock) -> None:
        self.history: list[DraftShown] = []
        self.unfinished: list[DraftShown] = []
        self.stopped: set[int] = set()
        self.ignored = 0
        self._clock = clock
        self._now: dict[int, DraftShown] = {}

    def current(self, thread: int = 0) -> DraftShown | None:
        """Return the draft that is shown now."""
        self._expire()
        return self._now.get(thread)

    def all_current(self) -> list[DraftShown]:
        """Return the drafts that are shown now, of all topics."""
        self._expire()
        return list(self._now.values())

    def _expire(self) -> None:
        now = self._clock.time()
        for thread, draft in list(self._now.items()):
            if now > draft.time + LIFETIME:
                self._drop(thread)

    def _drop(self, thread: int) -> None:
        draft = self._now.pop(thread)
        if draft.draft_id not in self.stopped:
            self.unfinished.append(draft)

    def write(self, draft: DraftShown) -> None:
        """Show a draft, unless the person has stopped it."""
        if draft.draft_id in self.stopped:
            self.ignored += 1
            return
        before = self.current(draft.thread)
        if before is not None and before.draft_id != draft.draft_id:
            self._drop(draft.thread)
        self._now[draft.thread] = draft
        self.history.append(draft)

    def message_came(self, thread: int) -> None:
        """Take away the draft whose message is there now."""
        self._expire()
        self._now.pop(thread, None)

    def stop(self, draft: DraftShown) -> None:
        """Let the person stop a draft that is shown."""
        self.stopped.add(draft.draft_id)
        if not draft.keep_on_stop:
            self._now.pop(draft.thread, None)
