"""What was asked of the server, in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amity.testing.telegram_server.accounts import BotAccount
from amity.testing.telegram_server.faults import FaultKind

__all__ = ["Request"]


@dataclass(slots=True, kw_only=True, eq=False)
class Request:
    """A request as it came in, and what became of it.

    Attributes:
        bot: Whose.
        method: The method as it was spelt.
        path: The path, with the token's secret masked.
        fields: The fields; those that hold JSON are decoded, files are bytes.
        headers: The headers, by name in lower case.
        time: When, by the server's clock.
        status: The status of the answer; 0 while it is being worked on.
        answer: The body of the answer. It is here also where the client never got it.
        fault: The fault that struck it, if one did.
        in_webhook: True if it came in the response to a webhook.
    """

    bot: BotAccount
    method: str
    path: str
    fields: Mapping[str, Any]
    headers: Mapping[str, str]
    time: float
    status: int = 0
    answer: Mapping[str, Any] | None = None
    fault: FaultKind | None = None
    in_webhook: bool = False

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.answer is not None and bool(self.answer.get("ok"))

    @property
    def result(self) -> Any:
        """The ``result`` of the answer; ``None`` if there is none."""
        return None if self.answer is None else self.answer.get("result")
