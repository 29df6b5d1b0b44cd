"""What an operator can do with tickets on the command line."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from amity.clock import at, day_of
from amity.errors import OperatorError
from amity.observe import get_logger
from amity.sealed import SealedText
from amity.support import CannotBeDone, Kind, Support, Ticket
from amity.turn.services import Services

__all__ = ["TicketCommands"]

Arguments = Mapping[str, Any]
Result = dict[str, Any]
Command = Callable[[Arguments], Awaitable[Result]]


class TicketCommands:
    """The commands, by their names."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._log = get_logger("support")
        self.by_name: Mapping[str, Command] = {
            "ticket.list": self._listed,
            "ticket.show": self._worded(self._show),
            "ticket.reply": self._worded(self._reply),
            "ticket.close": self._worded(self._close),
            "ticket.reopen": self._worded(self._reopen),
            "ticket.refuse": self._worded(self._refuse),
        }

    @property
    def _support(self) -> Support:
        return self._services.support

    def _worded(self, command: Command) -> Command:
        """Let a command say in a sentence what cannot be done."""

        async def worded(arguments: Arguments) -> Result:
            try:
                return await command(arguments)
            except CannotBeDone as error:
                if error.key == "desk.no_ticket":  # its text names a word of the chat
                    raise OperatorError(
                        f"there is no ticket {error.number}; `amity ticket list` shows those that"
                        " are open, with --all also the others"
                    ) from None
                text = self._services.text("en", error.key, number=error.number)
                raise OperatorError(text) from None

        return worded

    def _shown(self, ticket: Ticket) -> Result:
        now = self._services.clock.now()
        return {
            "number": ticket.number,
            "topic": ticket.topic.value,
            "state": ticket.state.value,
            "outcome": ticket.outcome.value if ticket.outcome else "",
            "opened": day_of(ticket.created_at),
            "due": day_of(ticket.due_at) if ticket.due_at is not None else "",
            "overdue": ticket.due_at is not None and ticket.due_at <= now,
            "language": ticket.language,
        }

    async def _listed(self, arguments: Arguments) -> Result:
        closed = bool(arguments.get("closed", False))
        tickets = await self._support.operators.listed(closed=closed)
        return {"tickets": [self._shown(ticket) for ticket in tickets]}

    async def _show(self, arguments: Arguments) -> Result:
        ticket, messages = await self._support.operators.shown(_number(arguments))
        self._log.info("ticket.shown", ticket=ticket.number, where="command line")
        said = [
            {
                "from": "the person" if message.kind is Kind.REQUEST else "the operators",
                "time": at(message.time).isoformat(timespec="minutes"),
                "words": message.body.reveal(),
            }
            for message in messages
            if message.body is not None
        ]
        return self._shown(ticket) | {"messages": said}

    async def _reply(self, arguments: Arguments) -> Result:
        words = SealedText(str(arguments.get("words", "")))
        ticket = await self._support.operators.reply(_number(arguments), words)
        return self._shown(ticket) | {"running": self._support.running}

    async def _close(self, arguments: Arguments) -> Result:
        return self._shown(await self._support.operators.close(_number(arguments)))

    async def _reopen(self, arguments: Arguments) -> Result:
        return self._shown(await self._support.operators.reopen(_number(arguments)))

    async def _refuse(self, arguments: Arguments) -> Result:
        return self._shown(await self._support.operators.refuse(_number(arguments)))


def _number(arguments: Arguments) -> int:
    number = arguments.get("number", 0)
    return number if isinstance(number, int) else 0
