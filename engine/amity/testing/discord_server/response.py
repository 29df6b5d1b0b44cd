"""What a bot answers to something that a person did, as that person sees it."""

from typing import Self

from amity.testing.discord_server.flags import MessageFlag
from amity.testing.discord_server.model import Interaction, Json
from amity.testing.discord_server.services import Services
from amity.testing.discord_server.shown import Modal, Shown, show

__all__ = ["Response"]


class Response:
    """The state of one interaction: a command used, a button pressed, a form sent in."""

    def __init__(self, services: Services, interaction: Interaction) -> None:
        self._services = services
        self._interaction = interaction

    @property
    def id(self) -> int:
        """The interaction's id."""
        return self._interaction.id

    @property
    def acknowledged(self) -> bool:
        """Whether the bot gave a first answer of any kind."""
        return self._interaction.callback is not None

    @property
    def kind(self) -> int | None:
        """The type of the first answer: 4 message, 5 and 6 deferred, 7 update, 9 form."""
        return self._interaction.callback

    @property
    def failed(self) -> bool:
        """Whether the client says that the application did not respond (after three seconds)."""
        return self._services.interactions.failed(self._interaction)

    @property
    def thinking(self) -> bool:
        """Whether the client says that the bot is thinking."""
        original = self._interaction.original
        return original is not None and MessageFlag.LOADING in original.flags

    @property
    def original(self) -> Shown | None:
        """The message of the first answer as it reads now; ``None`` if there is none or no more."""
        message = self._interaction.original
        if message is None or message.deleted:
            return None
        return show(message, self._interaction.user)

    @property
    def followups(self) -> tuple[Shown, ...]:
        """The later messages as they read now."""
        return tuple(
            show(message, self._interaction.user)
            for message in self._interaction.followups
            if not message.deleted
        )

    @property
    def messages(self) -> tuple[Shown, ...]:
        """All its messages, the first answer's first."""
        original = self.original
        return self.followups if original is None else (original, *self.followups)

    @property
    def modal(self) -> Modal | None:
        """The form that it opened."""
        return Modal.of(self._interaction)

    @property
    def choices(self) -> tuple[Json, ...]:
        """What it suggested while the person typed an option."""
        return tuple(self._interaction.choices)

    @property
    def raw(self) -> Interaction:
        """What the server remembers of it."""
        return self._interaction

    def _now(self) -> str:
        if self.failed:
            return "no answer within three seconds"
        return f"callback {self.kind}, {len(self.messages)} messages, thinking {self.thinking}"

    async def answered(self, *, seconds: float = 10.0) -> Self:
        """Wait for the first answer, also one that only defers.

        Raises AssertionError when none comes.
        """
        await self._services.world.changes.until(
            lambda: self.acknowledged, "an answer", seconds=seconds, now=self._now
        )
        return self

    async def message(self, *, seconds: float = 10.0) -> Shown:
        """Wait for the first message that is more than "is thinking", and return it.

        Raises AssertionError when none comes.
        """

        def ready() -> bool:
            return any(not each.thinking for each in self.messages)

        await self._services.world.changes.until(ready, "a message", seconds=seconds, now=self._now)
        return next(each for each in self.messages if not each.thinking)
